using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>The mode pages of the drive: current, default and changeable values as bytes, so that what the initiator set comes back as it was.</summary>
internal sealed class ModePages
{
    private readonly TapeDriveUnit _unit;
    private readonly Page[] _pages;
    private MediumPartition? _partitionRequest;

    internal ModePages(TapeDriveUnit unit)
    {
        _unit = unit;
        // SSC-4 8.3 and SPC-4 7.5; values as LTO drives of IBM report them. In ascending order of page and subpage.
        _pages =
        [
            Of(new ReadWriteErrorRecovery { EnableEarlyRecovery = true, ReadRetryCount = 0, WriteRetryCount = 0 },
                (2, 0x2F), (3, 0xFF), (8, 0xFF)),
            Of(new DisconnectReconnect { BufferFullRatio = 0x32, BufferEmptyRatio = 0x32, MaximumBurstSize = 0x0400 },
                (2, 0xFF), (3, 0xFF), (10, 0xFF), (11, 0xFF)),
            new Page(ControlDefaults, [0x0A, 0x0A, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            Of(new DataCompression
            {
                CompressionEnabled = true,
                CompressionCapable = true,
                DecompressionEnabled = true,
                CompressionAlgorithm = 1,
                DecompressionAlgorithm = 1,
            }, (2, 0x80), (3, 0xE0), (4, 0xFF), (5, 0xFF), (6, 0xFF), (7, 0xFF)),
            Of(new DeviceConfiguration
            {
                WriteDelayTime = 0x0064,
                LogicalObjectIdentifiersSupported = true,
                EnableEndOfDataGeneration = true,
                SynchronizeAtEarlyWarning = true,
                SelectDataCompressionAlgorithm = 1,
            }, (4, 0xFF), (5, 0xFF), (6, 0xFF), (7, 0xFF), (14, 0xFF)),
            Of(Partitioning.PageOf(null),
                (3, 0xFF), (4, 0xF8), (6, 0x0F), (8, 0xFF), (9, 0xFF), (10, 0xFF), (11, 0xFF), (12, 0xFF), (13, 0xFF), (14, 0xFF), (15, 0xFF)),
            Of(new InformationalExceptions { DisableExceptionControl = true, MethodOfReporting = 3 },
                (2, 0x0C), (3, 0x0F)),
            Of(new MediumConfiguration { WormLabelRestrictions = 1, WormFilemarkRestrictions = 2 }),
        ];
    }

    private static byte[] ControlDefaults => [0x0A, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Whether sense goes out in descriptor format: D_SENSE of the control page.</summary>
    internal bool DescriptorSense => (_pages[2].Current[2] & 0x04) != 0;

    /// <summary>The partitions of the tape; where the initiator asked for others, those that the next FORMAT MEDIUM makes.</summary>
    internal MediumPartition MediumPartition => _partitionRequest ?? Partitioning.PageOf(_unit.Cartridge);

    /// <summary>What was asked for is done, or the tape that it was for is gone.</summary>
    internal void ForgetPartitionRequest() => _partitionRequest = null;

    /// <summary>Whether the page exists (3Fh: always).</summary>
    internal bool Has(byte page) => page == 0x3F || Find(page) is not null;

    /// <summary>Writes one page, or all with 3Fh, and returns the number of bytes.</summary>
    internal int Write(byte page, PageControl control, Span<byte> destination)
    {
        int length = 0;
        foreach (Page candidate in _pages)
        {
            if (page != 0x3F && candidate.Code != page)
                continue;
            ReadOnlySpan<byte> bytes = control switch
            {
                PageControl.Changeable => candidate.Changeable,
                PageControl.Default => candidate.Default,
                _ => candidate.Current,
            };
            Span<byte> target = destination[length..];
            bytes.CopyTo(target);
            if (control != PageControl.Changeable)
                Refresh(candidate.Code, target);
            length += bytes.Length;
        }
        return length;
    }

    /// <summary>Checks a page of a parameter list. On refusal the offset and bit in the page are those of the field in error.</summary>
    internal bool IsAcceptable(in ModePage page, out int offset, out int? bit)
    {
        offset = 0;
        bit = null;
        if (page.Subpage != 0 || page.ParametersSaveable || Find(page.Page) is not { } known)
            return false;
        if (page.Bytes.Length != known.Current.Length)
        {
            offset = 1;
            return false;
        }
        Span<byte> current = stackalloc byte[64];
        known.Current.CopyTo(current);
        Refresh(known.Code, current);
        for (int i = 2; i < page.Bytes.Length; i++)
        {
            int refused = (page.Bytes[i] ^ current[i]) & ~known.Changeable[i];
            if (refused == 0)
                continue;
            offset = i;
            bit = 31 - int.LeadingZeroCount(refused);
            return false;
        }
        if (page.Page == MediumPartition.PageCode && _unit.Cartridge is { } tape
            && MediumPartition.TryDecode(page.Bytes, out MediumPartition request)
            && !Partitioning.TryPlan(request, tape, out _, out BitField invalid))
        {
            offset = invalid.Byte;
            return false;
        }
        return true;
    }

    /// <summary>Takes over a page that is acceptable.</summary>
    internal void Apply(in ModePage page)
    {
        page.Bytes.CopyTo(Find(page.Page)!.Current);
        if (page.Page == MediumPartition.PageCode && MediumPartition.TryDecode(page.Bytes, out MediumPartition request))
            _partitionRequest = request;
    }

    /// <summary>All current pages one behind the other, to be kept across processes.</summary>
    internal byte[] Save() => [.. _pages.SelectMany(page => page.Current)];

    /// <summary>Takes back what <see cref="Save"/> gave; ignored when it is of another shape.</summary>
    internal void Restore(ReadOnlySpan<byte> saved)
    {
        if (saved.Length != _pages.Sum(page => page.Current.Length))
            return;
        foreach (Page page in _pages)
        {
            ReadOnlySpan<byte> bytes = saved[..page.Current.Length];
            if (!bytes.StartsWith(page.Default.AsSpan(0, 2)))
                return;
            bytes.CopyTo(page.Current);
            saved = saved[page.Current.Length..];
        }
    }

    /// <summary>Every page has its default values again.</summary>
    internal void Reset()
    {
        ForgetPartitionRequest();
        foreach (Page page in _pages)
            page.Default.CopyTo(page.Current);
    }

    /// <summary>Fills in what depends on the cartridge.</summary>
    private void Refresh(byte code, Span<byte> page)
    {
        if (code == MediumPartition.PageCode)
        {
            MediumPartition.WriteTo(page);
        }
        else if (code == MediumConfiguration.PageCode)
        {
            page[2] = (byte)(_unit.Cartridge is { IsWorm: true } ? 1 : 0);
        }
    }

    private Page? Find(byte code)
    {
        foreach (Page page in _pages)
        {
            if (page.Code == code)
                return page;
        }
        return null;
    }

    private static Page Of<TPage>(TPage defaults, params (int Offset, byte Mask)[] changeable) where TPage : struct, IModePage<TPage>
    {
        var bytes = new byte[TPage.Length];
        defaults.WriteTo(bytes);
        var mask = new byte[TPage.Length];
        bytes.AsSpan(0, 2).CopyTo(mask);
        foreach ((int offset, byte bits) in changeable)
            mask[offset] = bits;
        return new Page(bytes, mask);
    }

    private sealed class Page(byte[] defaults, byte[] changeable)
    {
        internal byte Code => Default[0];

        internal byte[] Default { get; } = defaults;

        internal byte[] Changeable { get; } = changeable;

        internal byte[] Current { get; } = [.. defaults];
    }
}
