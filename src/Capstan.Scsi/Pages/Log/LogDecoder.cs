using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// Turns log pages into names and values. Goes by the lengths in the page, never by the drive's generation; what has no name comes out
/// as its code and bytes. Total over any bytes.
/// </summary>
public static class LogDecoder
{
    /// <summary>Decodes the page at the beginning of the bytes; false when there is not even a header.</summary>
    /// <param name="data">One page, or several one behind the other: then <see cref="DecodedLogPage.Length"/> leads to the next.</param>
    /// <param name="vendor">Whose vendor-specific pages these are.</param>
    /// <param name="decoded">The page; not null when true is answered.</param>
    public static bool TryDecode(
        ReadOnlySpan<byte> data, LogVendor vendor, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DecodedLogPage? decoded)
    {
        decoded = null;
        if (!LogPage.TryDecode(data, out LogPage page))
            return false;
        LogPageLayout? layout = LogPageLayouts.Find(page.Page, page.Subpage, vendor);
        var parameters = new List<LogParameterValue>();
        // Some drives count the header in PAGE LENGTH: then nothing is missing.
        bool isCut = page.IsTruncated && (data[2] << 8 | data[3]) != data.Length;
        if (IsList(page))
        {
            AddPageList(page, vendor, parameters);
        }
        else
        {
            foreach (LogParameter parameter in page)
                parameters.Add(Decode(parameter, layout?.Find(parameter.Code)));
            isCut |= page.HasPartialParameter;
        }

        decoded = new DecodedLogPage(
            page.Page, page.Subpage, LogPageLayouts.NameOf(page.Page, page.Subpage, vendor), isCut, parameters, LogPage.HeaderLength + page.Body.Length);
        return true;
    }

    /// <summary>The name of a page in words.</summary>
    public static string NameOf(byte page, byte subpage, LogVendor vendor = LogVendor.Any) => LogPageLayouts.NameOf(page, subpage, vendor);

    /// <summary>Whether a standard or the vendor names the page.</summary>
    public static bool IsNamed(byte page, byte subpage, LogVendor vendor = LogVendor.Any) => NameOf(page, subpage, vendor) != LogPageLayouts.Unnamed;

    /// <summary>The pages that page 00h (a byte each), 00h/FFh or nn/FFh (two bytes each) lists.</summary>
    public static IReadOnlyList<(byte Page, byte Subpage)> ReadPageList(in LogPage page)
    {
        var list = new List<(byte, byte)>();
        ReadOnlySpan<byte> body = page.Body;
        if (page.Subpage == 0xFF)
        {
            for (int i = 0; i + 1 < body.Length; i += 2)
                list.Add(((byte)(body[i] & 0x3F), body[i + 1]));
        }
        else
        {
            foreach (byte code in body)
                list.Add(((byte)(code & 0x3F), 0));
        }

        return list;
    }

    private static bool IsList(in LogPage page) => (page.Page == 0 && page.Subpage == 0) || page.Subpage == 0xFF;

    private static void AddPageList(in LogPage page, LogVendor vendor, List<LogParameterValue> parameters)
    {
        foreach ((byte code, byte subpage) in ReadPageList(page))
        {
            parameters.Add(new LogParameterValue(
                (ushort)(code << 8 | subpage), LogPageLayouts.NameOf(code, subpage, vendor), LogValue.Unknown, "", [], new byte[] { code, subpage }));
        }
    }

    private static LogParameterValue Decode(in LogParameter parameter, LogField? known)
    {
        byte[] bytes = parameter.Value.ToArray();
        if (known is not { } field)
            return new LogParameterValue(parameter.Code, null, Plain(parameter), "", [], bytes);
        string name = field.LastCode > 0 && field.LastCode < 0x8000 ? $"{field.Name} {parameter.Code - field.Code + 1}" : field.Name;
        IReadOnlyList<LogFieldValue> fields = LogStructures.Read(field.Form, parameter.Value, field.Unit);
        return new LogParameterValue(parameter.Code, name, fields.Count > 0 ? LogValue.Unknown : Value(field.Form, parameter.Value), field.Unit, fields, bytes);
    }

    /// <summary>A parameter without a name: text where the device says that it is text, else bytes.</summary>
    private static LogValue Plain(in LogParameter parameter) =>
        parameter.Format == LogParameterFormat.AsciiList ? LogValue.Of(AsciiField.Read(parameter.Value)) : LogValue.OfBytes(parameter.Value);

    private static LogValue Value(LogForm form, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return LogValue.Unknown;
        switch (form)
        {
            case LogForm.Text:
                return LogValue.Of(AsciiField.Read(bytes));
            case LogForm.Flag:
                return LogValue.Of(bytes.ContainsAnyExcept((byte)0));
            case LogForm.Temperature:
                return bytes[^1] == 0xFF ? LogValue.Unknown : LogValue.Of(bytes[^1]);
            case LogForm.Number or LogForm.Signed or LogForm.Hundredths when bytes.Length <= 8:
                decimal number = form == LogForm.Signed ? ReadSigned(bytes) : ReadUnsigned(bytes);
                return LogValue.Of(form == LogForm.Hundredths ? number / 100 : number);
            default:
                return LogValue.OfBytes(bytes);
        }
    }

    internal static ulong ReadUnsigned(ReadOnlySpan<byte> bytes)
    {
        Span<byte> wide = stackalloc byte[8];
        wide.Clear();
        bytes.CopyTo(wide[(8 - bytes.Length)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(wide);
    }

    private static long ReadSigned(ReadOnlySpan<byte> bytes)
    {
        int shift = 64 - (8 * bytes.Length);
        return (long)(ReadUnsigned(bytes) << shift) >> shift;
    }
}
