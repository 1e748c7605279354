using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// The parameter data of MODE SENSE and MODE SELECT (SPC-4 7.5.4), read in place: header, block descriptor, and the mode pages by
/// iterating.
/// </summary>
public readonly ref struct ModeParameters
{
    private readonly int _pagesOffset;
    private readonly bool _isCut;

    private ModeParameters(ModeParameterHeader header, ReadOnlySpan<byte> pages, int pagesOffset, bool isCut)
    {
        _isCut = isCut;
        Header = header;
        Pages = pages;
        _pagesOffset = pagesOffset;
    }

    public ModeParameterHeader Header { get; }

    /// <summary>All mode pages, one behind the other.</summary>
    public ReadOnlySpan<byte> Pages { get; }

    /// <summary>Whether everything is there and the pages end where the data does. False for an answer that the allocation length cut, or a bad parameter list.</summary>
    public bool IsWhole
    {
        get
        {
            int length = 0;
            foreach (ModePage page in this) length += page.Bytes.Length;
            return !_isCut && length == Pages.Length;
        }
    }

    /// <summary>
    /// Reads the header. MODE DATA LENGTH ends the data, unless it is 0, as in MODE SELECT, where it is reserved. False when header or
    /// block descriptors do not fit, or the block descriptors are of a kind that tape drives do not have (long LBA, not 8 bytes).
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, ModeHeaderForm form, out ModeParameters parameters)
    {
        parameters = default;
        int bare = ModeParameterHeader.BareLength(form);
        if (data.Length < bare) return false;

        bool six = form == ModeHeaderForm.Six;
        int dataLength = six ? data[0] : BinaryPrimitives.ReadUInt16BigEndian(data);
        int descriptorLength = six ? data[3] : BinaryPrimitives.ReadUInt16BigEndian(data[6..]);
        bool isLongLba = !six && (data[4] & 1) != 0;
        int end = dataLength == 0 ? data.Length : dataLength + (six ? 1 : 2);
        bool isCut = end > data.Length;
        data = data[..Math.Min(data.Length, end)];
        if (isLongLba || descriptorLength % ModeBlockDescriptor.Length != 0 || data.Length < bare + descriptorLength) return false;

        ModeBlockDescriptor? descriptor = descriptorLength == 0 ? null : ModeBlockDescriptor.Read(data[bare..]);
        int pagesOffset = bare + descriptorLength;
        parameters = new(ModeParameterHeader.Read(data, form, descriptor), data[pagesOffset..], pagesOffset, isCut);
        return true;
    }

    /// <summary>Finds a page by its code and subpage.</summary>
    public bool TryFind(byte page, byte subpage, out ModePage found)
    {
        foreach (ModePage candidate in this)
        {
            if (candidate.Page != page || candidate.Subpage != subpage) continue;
            found = candidate;
            return true;
        }

        found = default;
        return false;
    }

    /// <summary>Finds and decodes a page.</summary>
    public bool TryGet<TPage>(out TPage page) where TPage : struct, IModePage<TPage>
    {
        page = default;
        return TryFind(TPage.PageCode, TPage.SubpageCode, out ModePage found) && TPage.TryDecode(found.Bytes, out page);
    }

    /// <summary>The pages in the device's order; one that is cut off ends the iteration.</summary>
    public Enumerator GetEnumerator() => new(Pages, _pagesOffset);

    /// <summary>Walks the pages without allocating.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private int _offset;

        internal Enumerator(ReadOnlySpan<byte> pages, int offset)
        {
            _rest = pages;
            _offset = offset;
            Current = default;
        }

        public ModePage Current { get; private set; }

        public bool MoveNext()
        {
            if (!ModePage.TryRead(_rest, _offset, out ModePage page)) return false;

            Current = page;
            _rest = _rest[page.Bytes.Length..];
            _offset += page.Bytes.Length;
            return true;
        }
    }
}
