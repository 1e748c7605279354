using System.Buffers.Binary;

namespace Capstan.Scsi;

public static partial class InquiryDecoder
{
    // SPC-4 7.8.7; offsets from the page's beginning, as the standard counts.
    private static readonly (int Byte, int Bit, string Name)[] ExtendedBits =
    [
        (4, 2, "guard check"),
        (4, 1, "application tag check"),
        (4, 0, "reference tag check"),
        (5, 5, "unit attention conditions in sense data"),
        (5, 4, "grouping"),
        (5, 3, "priority"),
        (5, 2, "head of queue"),
        (5, 1, "ordered"),
        (5, 0, "simple"),
        (6, 3, "write uncorrectable"),
        (6, 1, "non-volatile cache"),
        (6, 0, "volatile cache"),
        (7, 4, "protection information interval"),
        (7, 0, "logical unit I_T nexus clear"),
        (8, 4, "referrals"),
        (12, 7, "power-on activation of microcode"),
        (12, 6, "hard reset activation of microcode"),
        (12, 5, "vendor-specific activation of microcode"),
    ];

    private static List<LogFieldValue> Extended(ReadOnlySpan<byte> body)
    {
        var fields = new List<LogFieldValue>();
        if (body.IsEmpty)
            return fields;
        fields.Add(new LogFieldValue("microcode activation", LogValue.Of(body[0] >> 6)));
        foreach ((int at, int bit, string name) in ExtendedBits)
        {
            if (at - 4 < body.Length)
                fields.Add(new LogFieldValue(name, LogValue.Of((body[at - 4] >> bit & 1) != 0)));
        }

        if (body.Length >= 8)
            fields.Add(new LogFieldValue("extended self-test", LogValue.Of(BinaryPrimitives.ReadUInt16BigEndian(body[6..])), "min"));
        if (body.Length >= 10)
            fields.Add(new LogFieldValue("longest sense data", LogValue.Of(body[9]), "B"));
        return fields;
    }

    // SPC-4 7.8.9.
    private static List<LogFieldValue> PolicyDescriptors(ReadOnlySpan<byte> body)
    {
        var fields = new List<LogFieldValue>();
        for (; body.Length >= 4; body = body[4..])
        {
            string policy = (body[2] & 3) switch { 0 => "shared", 1 => "per target port", 3 => "per I_T nexus", _ => "obsolete" };
            fields.Add(new LogFieldValue($"mode page {body[0] & 0x3F:x2}h/{body[1]:x2}h", LogValue.Of(policy)));
        }

        return fields;
    }

    // SPC-4 7.8.14.
    private static List<LogFieldValue> Ports(ReadOnlySpan<byte> body)
    {
        var fields = new List<LogFieldValue>();
        while (body.Length >= 8)
        {
            int initiator = BinaryPrimitives.ReadUInt16BigEndian(body[6..]);
            if (body.Length < 12 + initiator)
                break;
            int port = BinaryPrimitives.ReadUInt16BigEndian(body[2..]);
            int target = BinaryPrimitives.ReadUInt16BigEndian(body[(10 + initiator)..]);
            int whole = Math.Min(12 + initiator + target, body.Length);
            ReadOnlySpan<byte> descriptors = body[(12 + initiator)..whole];
            fields.Add(new LogFieldValue($"port {port}", LogValue.Of(FirstDesignator(descriptors))));
            body = body[whole..];
        }

        return fields;
    }

    private static string FirstDesignator(ReadOnlySpan<byte> descriptors) =>
        descriptors.Length >= Designator.HeaderLength && descriptors.Length >= Designator.HeaderLength + descriptors[3]
            ? Designator.Read(descriptors).ToString()
            : "without a name";

    private static List<LogFieldValue> AlertFlags(ReadOnlySpan<byte> body)
    {
        TapeAlertSet set = TapeAlertSet.OfBitmap(body);
        return body.Length < 8 ? []
            : [.. TapeAlertFlag.All.Select(flag => new LogFieldValue($"{flag.Number}, {flag.Name}", LogValue.Of(set.Contains(flag.Number))))];
    }

    // SSC-5: 4 reserved bytes, then descriptors.
    // byte 0  DESCRIPTOR LENGTH   1  METHOD   2 5:0 INFORMATION LENGTH   3  7 LBP_W_C   6 LBP_R_C   5 RBDP_C
    private static List<LogFieldValue> Protection(ReadOnlySpan<byte> body)
    {
        var fields = new List<LogFieldValue>();
        for (ReadOnlySpan<byte> rest = body.Length > 4 ? body[4..] : default; rest.Length >= 4; rest = rest[Math.Min(rest.Length, rest[0] + 1)..])
        {
            if (rest[0] < 3)
                break;
            string method = rest[1] switch { 0 => "none", 1 => "Reed-Solomon (ECMA-319)", 2 => "CRC32C", _ => $"method {rest[1]:x2}h" };
            string where = string.Join(", ", new[]
            {
                (rest[3] & 0x80) != 0 ? "on write" : null,
                (rest[3] & 0x40) != 0 ? "on read" : null,
                (rest[3] & 0x20) != 0 ? "in RECOVER BUFFERED DATA" : null,
            }.OfType<string>());
            fields.Add(new LogFieldValue(method, LogValue.Of($"{rest[2] & 0x3F} bytes, {(where.Length > 0 ? where : "nowhere")}")));
        }

        return fields;
    }

    /// <summary>What can be read in a vendor's page: its runs of text of four characters and more.</summary>
    private static List<LogFieldValue> VendorText(ReadOnlySpan<byte> body)
    {
        var fields = new List<LogFieldValue>();
        while (!body.IsEmpty)
        {
            int begin = body.IndexOfAnyInRange((byte)0x20, (byte)0x7E);
            if (begin < 0)
                break;
            body = body[begin..];
            int end = body.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E);
            ReadOnlySpan<byte> run = end < 0 ? body : body[..end];
            if (AsciiField.Read(run).Trim() is { Length: >= 4 } text)
                fields.Add(new LogFieldValue("text", LogValue.Of(text)));
            body = body[run.Length..];
        }

        return fields;
    }
}
