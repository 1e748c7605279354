namespace Capstan.Scsi;

/// <summary>VPD page 80h (SPC-4 7.8.15).</summary>
/// <param name="Peripheral">Byte 0.</param>
/// <param name="SerialNumber">Without padding; devices pad it to a length of their own.</param>
// byte 4-n  PRODUCT SERIAL NUMBER
public readonly record struct UnitSerialNumber(Peripheral Peripheral, string SerialNumber)
{
    /// <summary>Reads the page; false when it is another page or shorter than its header.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out UnitSerialNumber page)
    {
        page = new(default, "");
        if (!VpdPage.TryOpen(data, VpdPage.UnitSerialNumber, out Peripheral peripheral, out ReadOnlySpan<byte> body)) return false;

        page = new(peripheral, AsciiField.Read(body).TrimStart());
        return true;
    }

    /// <summary>Writes the page without padding and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        AsciiField.Write(data.Slice(VpdPage.HeaderLength, SerialNumber.Length), SerialNumber);
        return VpdPage.WriteHeader(data, VpdPage.UnitSerialNumber, Peripheral, SerialNumber.Length);
    }
}
