using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>Writes the parameters of one log page.</summary>
internal delegate void LogPageContent(TapeDriveUnit unit, ref LogPageWriter writer);

/// <summary>One log page of the drive.</summary>
/// <param name="Page">PAGE CODE.</param>
/// <param name="Write">Its parameters, with the numbers of now.</param>
/// <param name="Exists">Whether this drive has it; null for every drive.</param>
/// <param name="Reset">Sets its counters to zero (LOG SELECT); null where nothing can be reset.</param>
internal sealed record LogPageRow(byte Page, LogPageContent Write, Func<TapeDriveUnit, bool>? Exists = null, Action<TapeDriveUnit>? Reset = null);

/// <summary>The log pages of the drive, made when they are asked for; what is in them stands in one file a group of pages.</summary>
internal static partial class LogPages
{
    /// <summary>The longest page, in bytes: TapeAlert has 64 parameters, volume statistics a lot of text.</summary>
    internal const int MaxLength = 4096;

    internal const byte TapeAlertPage = 0x2E;

    private const byte SupportedPages = 0x00;
    private const byte AllSubpages = 0xFF;

    /// <summary>FORMAT AND LINKING 11b: a value that is no counter (SPC-4 7.3.2.2.2.5).</summary>
    private const byte BinaryList = 0x03;

    private const byte AsciiList = 0x01;

    /// <summary>A counter that stays at its largest value: FORMAT AND LINKING 00b.</summary>
    private const byte Counter = 0x00;

    // By ascending code, as page 00h lists them.
    private static readonly LogPageRow[] Rows =
    [
        new(0x02, WriteErrors, Reset: static unit => unit.Counters.ResetWriteErrors()),
        new(0x03, ReadErrors, Reset: static unit => unit.Counters.ResetReadErrors()),
        new(0x06, NonMediumErrors, Reset: static _ => { }),
        new(0x0C, SequentialAccess, Reset: static unit => unit.Counters.ResetBytes()),
        new(0x0D, Temperature),
        new(0x11, DeviceStatus),
        new(0x12, AlertResponse),
        new(0x13, RequestedRecovery),
        new(0x14, DeviceStatistics, Reset: static unit => unit.Counters.ResetLoads()),
        // HP: no buffer waits for a library to fetch it (ADC-3 6.1.3).
        new(0x15, Nothing, static unit => VendorOf(unit) == LogVendor.Hp),
        new(0x16, TapeDiagnostic),
        new(0x17, VolumeStatistics, IsSinceLto5),
        new(0x18, ProtocolPort),
        new(0x1A, PowerTransitions, static unit => IsSinceLto5(unit) && VendorOf(unit) == LogVendor.Ibm),
        new(0x1B, DataCompression, IsSinceLto5, static unit => unit.Counters.ResetCompression()),
        new(TapeAlertPage, TapeAlert),
        new(0x30, TapeUsage),
        new(0x31, TapeCapacity),
        new(0x32, DataCompression, Reset: static unit => unit.Counters.ResetCompression()),
        new(0x33, IbmWriteErrors, static unit => VendorOf(unit) == LogVendor.Ibm, static unit => unit.Counters.ResetWriteErrors()),
        new(0x33, Nothing, static unit => VendorOf(unit) == LogVendor.Hp),
        new(0x34, IbmReadErrors, static unit => VendorOf(unit) == LogVendor.Ibm, static unit => unit.Counters.ResetReadErrors()),
        new(0x34, HpPerformance, static unit => VendorOf(unit) == LogVendor.Hp),
        new(0x35, Nothing),
        new(0x37, IbmPerformance, static unit => VendorOf(unit) == LogVendor.Ibm),
        new(0x38, Transferred, static unit => VendorOf(unit) == LogVendor.Ibm, static unit => unit.Counters.ResetTransferred()),
        new(0x3E, VendorStatus),
    ];

    /// <summary>Writes a page from a parameter on.</summary>
    /// <returns>Its length; 0 when there is no such page, -1 when there is no such subpage, -2 when there is no parameter from the pointer on.</returns>
    internal static int Write(TapeDriveUnit unit, byte page, byte subpage, ushort parameterPointer, Span<byte> answer)
    {
        if (page != SupportedPages && Find(unit, page) is null)
            return 0;
        if (subpage is not (0 or AllSubpages))
            return -1;
        var writer = new LogPageWriter(answer, page, subpage);
        if (page == SupportedPages || subpage == AllSubpages)
        {
            WriteList(unit, ref writer, page, subpage);
            return parameterPointer == 0 ? writer.Finish() : -2;
        }

        Find(unit, page)!.Write(unit, ref writer);
        return SkipTo(parameterPointer, answer, writer.Finish());
    }

    /// <summary>Resets the counters of a page, or of all of them for page 0.</summary>
    /// <returns>False when there is no such page; one without counters stays as it is.</returns>
    internal static bool TryReset(TapeDriveUnit unit, byte page)
    {
        if (page == SupportedPages)
        {
            foreach (LogPageRow row in Rows)
                row.Reset?.Invoke(unit);
            return true;
        }

        if (Find(unit, page) is not { } one)
            return false;
        one.Reset?.Invoke(unit);
        return true;
    }

    private static LogPageRow? Find(TapeDriveUnit unit, byte page)
    {
        foreach (LogPageRow row in Rows)
        {
            if (row.Page == page && row.Exists?.Invoke(unit) != false)
                return row;
        }

        return null;
    }

    /// <summary>SPC-4 7.3.18 to 7.3.20: page codes, with subpage FFh each in two bytes; the subpages of one page alone with that page's code.</summary>
    private static void WriteList(TapeDriveUnit unit, ref LogPageWriter writer, byte page, byte subpage)
    {
        ReadOnlySpan<byte> subpages = subpage == AllSubpages ? [0, AllSubpages] : [0];
        if (page == SupportedPages)
            AddName(ref writer, SupportedPages, subpages);
        foreach (LogPageRow row in Rows)
        {
            if ((page == SupportedPages || row.Page == page) && row.Exists?.Invoke(unit) != false)
                AddName(ref writer, row.Page, page == SupportedPages ? subpages[..1] : subpages);
        }

        static void AddName(ref LogPageWriter writer, byte code, ReadOnlySpan<byte> subpages)
        {
            foreach (byte one in subpages)
            {
                if (writer.Subpage == 0)
                    writer.AddRaw([code]);
                else
                    writer.AddRaw([code, one]);
            }
        }
    }

    /// <summary>Leaves out the parameters before the pointer (SPC-4 6.8).</summary>
    private static int SkipTo(ushort parameterPointer, Span<byte> answer, int length)
    {
        if (parameterPointer == 0)
            return length;
        int skipped = LogPage.HeaderLength;
        while (skipped < length && (answer[skipped] << 8 | answer[skipped + 1]) < parameterPointer)
            skipped += 4 + answer[skipped + 3];
        if (skipped >= length)
            return -2;
        answer[skipped..length].CopyTo(answer[LogPage.HeaderLength..]);
        length -= skipped - LogPage.HeaderLength;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(answer[2..], (ushort)(length - LogPage.HeaderLength));
        return length;
    }

    private static bool IsSinceLto5(TapeDriveUnit unit) => unit.Generation.DensityCode >= 0x58;

    private static LogVendor VendorOf(TapeDriveUnit unit) => LogVendors.Of(unit.Identity.Vendor, unit.Identity.Product);

    /// <summary>A page whose parameters are events, of which there were none.</summary>
    private static void Nothing(TapeDriveUnit unit, ref LogPageWriter writer)
    {
    }

    private static ulong Megabytes(long bytes) => (ulong)(bytes / 1_000_000);
}
