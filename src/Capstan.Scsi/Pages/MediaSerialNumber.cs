using System.Buffers.Binary;
using System.Text;

namespace Capstan.Scsi;

/// <summary>Answer to READ MEDIA SERIAL NUMBER (SPC-4 6.23): the manufacturer's number of the cartridge, padded to a multiple of four.</summary>
/// <param name="SerialNumber">Empty where the cartridge has none.</param>
// byte 0-3  MEDIA SERIAL NUMBER LENGTH
// byte 4-   MEDIA SERIAL NUMBER
public readonly record struct MediaSerialNumber(string SerialNumber)
{
    public int Length => 4 + (SerialNumber.Length + 3) / 4 * 4;

    /// <summary>Reads as much as came.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out MediaSerialNumber number)
    {
        number = default;
        if (data.Length < 4) return false;

        uint length = BinaryPrimitives.ReadUInt32BigEndian(data);
        number = new(AsciiField.Read(data[4..][..(int)Math.Min(length, (uint)(data.Length - 4))]).Trim());
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(data, (uint)(data.Length - 4));
        Encoding.ASCII.GetBytes(SerialNumber, data[4..]);
        return data.Length;
    }
}
