using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>One mode page (SPC-4 7.5.7), in place.</summary>
// page_0    byte 0  7 PS   6 SPF=0   5:0 PAGE CODE     byte 1  PAGE LENGTH
// subpage   byte 0  7 PS   6 SPF=1   5:0 PAGE CODE     byte 1  SUBPAGE CODE     byte 2-3  PAGE LENGTH
public readonly ref struct ModePage
{
    internal static readonly BitField PsField = BitField.Bit(0, 7);
    internal static readonly BitField SpfField = BitField.Bit(0, 6);
    internal static readonly BitField PageCodeField = new(Byte: 0, High: 5, Low: 0);

    private ModePage(ReadOnlySpan<byte> bytes, int headerLength, int offset)
    {
        Bytes = bytes;
        Parameters = bytes[headerLength..];
        Offset = offset;
    }

    /// <summary>PAGE CODE, 0 to 3Fh.</summary>
    public byte Page => (byte)PageCodeField.Get(Bytes);

    /// <summary>SUBPAGE CODE; 0 for a page without.</summary>
    public byte Subpage => SpfField.IsSet(Bytes) ? Bytes[1] : (byte)0;

    /// <summary>PS: the device can keep the page. Must be 0 in MODE SELECT.</summary>
    public bool ParametersSaveable => PsField.IsSet(Bytes);

    /// <summary>The whole page with its header; byte numbers of the standard's tables count from here.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>What follows the page's header.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>Where the page starts in the parameter data, in bytes: what a field pointer adds.</summary>
    public int Offset { get; }

    /// <summary>Reads the page that begins where the data do. False when it is cut off.</summary>
    /// <param name="data">From the page's header on.</param>
    /// <param name="offset">Where that is in the parameter data, in bytes.</param>
    /// <param name="page">The page, when the answer is true.</param>
    public static bool TryRead(ReadOnlySpan<byte> data, int offset, out ModePage page)
    {
        page = default;
        if (data.Length < 2) return false;

        bool hasSubpage = SpfField.IsSet(data);
        int headerLength = hasSubpage ? 4 : 2;
        if (data.Length < headerLength) return false;

        int length = headerLength + (hasSubpage ? BinaryPrimitives.ReadUInt16BigEndian(data[2..]) : data[1]);
        if (data.Length < length) return false;

        page = new(data[..length], headerLength, offset);
        return true;
    }
}

/// <summary>A mode page or subpage as a value. Unknown and obsolete bits are not kept: to change one field on a device, change the bytes it gave.</summary>
public interface IModePage<TSelf> where TSelf : struct, IModePage<TSelf>
{
    /// <summary>PAGE CODE, 0 to 3Fh.</summary>
    static abstract byte PageCode { get; }

    /// <summary>SUBPAGE CODE; 0 for a page without.</summary>
    static virtual byte SubpageCode => 0;

    /// <summary>Length with its header, of two bytes or, of a subpage, four, in bytes.</summary>
    static abstract int Length { get; }

    /// <summary>PS: the device can keep the page.</summary>
    bool ParametersSaveable { get; }

    /// <summary>Reads the page from its header on. False when it is another page, or shorter than <see cref="Length"/> or its own length field says so.</summary>
    static abstract bool TryDecode(ReadOnlySpan<byte> data, out TSelf page);

    /// <summary>Writes the page with its header and returns <see cref="Length"/>.</summary>
    int WriteTo(Span<byte> data);
}

internal static class ModePageHeader
{
    /// <summary>In bytes.</summary>
    public const int Length = 2;

    /// <summary>Of a subpage, in bytes.</summary>
    public const int SubpageLength = 4;

    /// <summary>Whether this is the page and long enough.</summary>
    public static bool Matches(ReadOnlySpan<byte> data, byte pageCode, int length) =>
        data.Length >= length
        && ModePage.PageCodeField.Get(data) == pageCode
        && !ModePage.SpfField.IsSet(data)
        && data[1] >= length - Length;

    /// <summary>Whether this is the subpage and long enough.</summary>
    public static bool Matches(ReadOnlySpan<byte> data, byte pageCode, byte subpageCode, int length) =>
        data.Length >= length
        && ModePage.PageCodeField.Get(data) == pageCode
        && ModePage.SpfField.IsSet(data)
        && data[1] == subpageCode
        && BinaryPrimitives.ReadUInt16BigEndian(data[2..]) >= length - SubpageLength;

    /// <summary>Clears the page and writes its header.</summary>
    public static Span<byte> Begin(Span<byte> data, byte pageCode, int length, bool parametersSaveable)
    {
        data = data[..length];
        data.Clear();
        ModePage.PsField.Set(data, parametersSaveable);
        ModePage.PageCodeField.Set(data, pageCode);
        data[1] = (byte)(length - Length);
        return data;
    }

    /// <summary>Clears the subpage and writes its header.</summary>
    public static Span<byte> Begin(Span<byte> data, byte pageCode, byte subpageCode, int length, bool parametersSaveable)
    {
        data = data[..length];
        data.Clear();
        ModePage.PsField.Set(data, parametersSaveable);
        ModePage.SpfField.Set(data, true);
        ModePage.PageCodeField.Set(data, pageCode);
        data[1] = subpageCode;
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], (ushort)(length - SubpageLength));
        return data;
    }
}
