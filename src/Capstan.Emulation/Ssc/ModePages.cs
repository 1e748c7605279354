using Capstan.Emulation.Ssc.Modes;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>The mode pages of the drive; what each is and does is in the class named after it, in <c>Modes</c>.</summary>
internal sealed class ModePages
{
    /// <summary>PAGE CODE 3Fh, SUBPAGE CODE FFh: all.</summary>
    private const byte AllPages = 0x3F;
    private const byte AllSubpages = 0xFF;

    private readonly TapeDriveUnit _unit;
    private readonly DriveModePage[] _pages;

    internal ModePages(TapeDriveUnit unit)
    {
        _unit = unit;
        _pages = ModePageSet.Build(unit.Model);
        Control = Get<ControlPage>();
        Protection = Get<ControlDataProtectionPage>();
        Compression = Get<DataCompressionPage>();
        Configuration = Get<DeviceConfigurationPage>();
        Extension = Get<DeviceConfigurationExtensionPage>();
        Partitions = Get<MediumPartitionPage>();
        Length = _pages.Sum(page => page.Length);
    }

    internal ControlPage Control { get; }

    /// <summary>Logical block protection, 0Ah/F0h.</summary>
    internal ControlDataProtectionPage Protection { get; }

    internal DataCompressionPage Compression { get; }

    internal DeviceConfigurationPage Configuration { get; }

    /// <summary>10h/01h: append-only mode and programmable early warning.</summary>
    internal DeviceConfigurationExtensionPage Extension { get; }

    internal MediumPartitionPage Partitions { get; }

    /// <summary>Of all pages and subpages, in bytes.</summary>
    internal int Length { get; }

    /// <summary>Whether any page or subpage has this code (3Fh: always).</summary>
    internal bool Has(byte page) => page == AllPages || Array.Exists(_pages, candidate => candidate.Page == page);

    /// <summary>Whether MODE SENSE may ask for this: one page, one subpage, all subpages of a page (FFh), or all (3Fh).</summary>
    internal bool Has(byte page, byte subpage) => page == AllPages
        ? subpage is 0 or AllSubpages
        : subpage == AllSubpages ? Has(page) : Find(page, subpage) is not null;

    /// <summary>Writes the pages that MODE SENSE asks for (SPC-4 6.11.1), and returns the number of bytes.</summary>
    /// <param name="page">PAGE CODE.</param>
    /// <param name="subpage">SUBPAGE CODE.</param>
    /// <param name="control">Which values.</param>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    internal int Write(byte page, byte subpage, PageControl control, Span<byte> destination)
    {
        int length = 0;
        foreach (DriveModePage candidate in _pages)
        {
            if (page != AllPages && candidate.Page != page || subpage != AllSubpages && candidate.Subpage != subpage)
                continue;
            ReadOnlySpan<byte> bytes = control switch
            {
                PageControl.Changeable => candidate.Changeable,
                PageControl.Default => candidate.Default,
                _ => candidate.Current,
            };
            Span<byte> target = destination.Slice(length, bytes.Length);
            bytes.CopyTo(target);
            if (control != PageControl.Changeable)
                candidate.Refresh(_unit, target);
            length += bytes.Length;
        }
        return length;
    }

    /// <summary>Judges a page of a MODE SELECT parameter list; null when it may be applied.</summary>
    internal SenseData? Check(in ModePage page)
    {
        int offset = 0;
        int? bit = null;
        if (page.ParametersSaveable || Find(page.Page, page.Subpage) is not { } known)
            return Refusal(page.Offset, bit);
        return known.RespectsMask(_unit, page.Bytes, out offset, out bit)
            ? known.Check(_unit, page.Bytes, page.Offset)
            : Refusal(page.Offset + offset, bit);
    }

    /// <summary>Takes over a page that is acceptable.</summary>
    internal void Apply(in ModePage page) => Find(page.Page, page.Subpage)!.Take(_unit, page.Bytes);

    /// <summary>All current pages one behind the other, to be kept across processes.</summary>
    internal byte[] Save() => [.. _pages.SelectMany(page => page.Current)];

    /// <summary>
    /// Takes back what <see cref="Save"/> gave, page by page: one that this drive does not have, or has with another length, is left
    /// out, and what cannot be read ends it.
    /// </summary>
    internal void Restore(ReadOnlySpan<byte> saved)
    {
        while (ModePage.TryRead(saved, 0, out ModePage page))
        {
            if (Find(page.Page, page.Subpage) is { } known && known.Length == page.Bytes.Length)
                known.Take(_unit, page.Bytes);
            saved = saved[page.Bytes.Length..];
        }
    }

    /// <summary>Every page has its default values again.</summary>
    internal void Reset()
    {
        foreach (DriveModePage page in _pages)
            page.Reset(_unit);
    }

    private DriveModePage? Find(byte page, byte subpage)
    {
        foreach (DriveModePage candidate in _pages)
        {
            if (candidate.Page == page && candidate.Subpage == subpage)
                return candidate;
        }
        return null;
    }

    /// <summary>A page by its class; one that this model lacks has its defaults for good.</summary>
    private TPage Get<TPage>() where TPage : DriveModePage, new() => _pages.OfType<TPage>().SingleOrDefault() ?? new TPage();

    private static SenseData Refusal(int offset, int? bit) => new()
    {
        Key = SenseKey.IllegalRequest,
        Code = SenseCode.InvalidFieldInParameterList,
        FieldPointer = new FieldPointer(InCdb: false, (ushort)offset, (byte?)bit),
    };
}
