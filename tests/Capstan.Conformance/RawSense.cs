using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Capstan.Conformance;

/// <summary>
/// Sense data read with nothing of the program's own decoder, so that both cannot be wrong in the same way.
/// </summary>
public static class RawSense
{
    // SPC-4 4.5.3, fixed: 0 VALID | response code, 2 FM EOM ILI | key, 3-6 INFORMATION, 12 ASC, 13 ASCQ, 15-17 SKSV and specific.
    // SPC-4 4.5.2, descriptor: 0 response code, 1 key, 2 ASC, 3 ASCQ, 8.. descriptors.
    private const int FixedHeaderBytes = 14;

    /// <summary>One line to compare with: <c>0/00/01 FM info=3</c>. Key, ASC and ASCQ in hex, then flags, then INFORMATION when valid.</summary>
    public static string Describe(ReadOnlySpan<byte> sense)
    {
        if (sense.Length == 0)
            return "no sense data";
        return (sense[0] & 0x7F) switch
        {
            0x70 or 0x71 when sense.Length >= FixedHeaderBytes => DescribeFixed(sense),
            0x72 or 0x73 when sense.Length >= 8 => DescribeDescriptors(sense),
            _ => "unreadable sense " + Convert.ToHexString(sense),
        };
    }

    /// <summary>The sense key specific field of ILLEGAL REQUEST: <c>CDB 1.4</c>, <c>list 3</c>; null when SKSV is 0.</summary>
    public static string? FieldPointer(ReadOnlySpan<byte> sense)
    {
        ReadOnlySpan<byte> specific = default;
        if (sense.Length >= 18 && (sense[0] & 0x7E) == 0x70)
            specific = sense.Slice(15, 3);
        else if (sense.Length >= 8 && (sense[0] & 0x7E) == 0x72)
            specific = Descriptor(sense, 0x02) is { Length: >= 7 } found ? found.Slice(4, 3) : default;
        if (specific.IsEmpty || (specific[0] & 0x80) == 0)
            return null;
        string place = (specific[0] & 0x40) != 0 ? "CDB " : "list ";
        place += BinaryPrimitives.ReadUInt16BigEndian(specific[1..]).ToString(CultureInfo.InvariantCulture);
        return (specific[0] & 0x08) != 0 ? $"{place}.{specific[0] & 0x07}" : place;
    }

    private static string DescribeFixed(ReadOnlySpan<byte> sense)
    {
        long? information = (sense[0] & 0x80) != 0 ? BinaryPrimitives.ReadInt32BigEndian(sense[3..]) : null;
        return Line((sense[0] & 1) != 0, sense[2] & 0x0F, sense[12], sense[13], sense[2], information);
    }

    private static string DescribeDescriptors(ReadOnlySpan<byte> sense)
    {
        // SPC-4 4.5.2.2 information (00h, VALID in byte 2, value at 4), SSC-4 stream commands (04h: FM EOM ILI in byte 3).
        ReadOnlySpan<byte> information = Descriptor(sense, 0x00);
        ReadOnlySpan<byte> stream = Descriptor(sense, 0x04);
        return Line(
            (sense[0] & 1) != 0, sense[1] & 0x0F, sense[2], sense[3], stream.Length >= 4 ? stream[3] : 0,
            information.Length >= 12 && (information[2] & 0x80) != 0 ? BinaryPrimitives.ReadInt64BigEndian(information[4..]) : null);
    }

    private static ReadOnlySpan<byte> Descriptor(ReadOnlySpan<byte> sense, byte type)
    {
        int end = Math.Min(sense.Length, 8 + sense[7]);
        for (int at = 8; at + 2 <= end; at += 2 + sense[at + 1])
        {
            if (sense[at] == type)
                return sense[at..Math.Min(end, at + 2 + sense[at + 1])];
        }
        return default;
    }

    private static string Line(bool deferred, int key, int code, int qualifier, int flags, long? information)
    {
        var line = new StringBuilder(deferred ? "deferred " : "");
        line.Append(CultureInfo.InvariantCulture, $"{key:X}/{code:X2}/{qualifier:X2}");
        line.Append((flags & 0x80) != 0 ? " FM" : "").Append((flags & 0x40) != 0 ? " EOM" : "").Append((flags & 0x20) != 0 ? " ILI" : "");
        return information is { } value ? line.Append(CultureInfo.InvariantCulture, $" info={value}").ToString() : line.ToString();
    }
}
