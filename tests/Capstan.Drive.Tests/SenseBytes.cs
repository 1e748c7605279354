using System.Buffers.Binary;

namespace Capstan.Drive.Tests;

/// <summary>
/// Sense as it stands on the wire, laid out by hand from the standard's tables and not by the encoder under test.
/// </summary>
internal static class SenseBytes
{
    internal const byte Filemark = 0x80;
    internal const byte Eom = 0x40;
    internal const byte Ili = 0x20;

    /// <summary>Fixed format, SPC-5 table 48: 18 bytes. <paramref name="code"/> is "KEY/ASC/ASCQ" in hexadecimal.</summary>
    public static byte[] Fixed(string code, byte flags = 0, int? information = null, bool deferred = false)
    {
        byte[] triple = Triple(code);
        var sense = new byte[18];
        sense[0] = (byte)((deferred ? 0x71 : 0x70) | (information is null ? 0 : 0x80));
        sense[2] = (byte)(flags | triple[0]);
        BinaryPrimitives.WriteInt32BigEndian(sense.AsSpan(3), information ?? 0);
        sense[7] = 10;
        sense[12] = triple[1];
        sense[13] = triple[2];
        return sense;
    }

    /// <summary>Descriptor format, SPC-5 table 29: information descriptor 00h and stream commands descriptor 04h.</summary>
    public static byte[] Descriptor(string code, byte flags = 0, long? information = null, bool deferred = false)
    {
        byte[] triple = Triple(code);
        var sense = new List<byte> { (byte)(deferred ? 0x73 : 0x72), triple[0], triple[1], triple[2], 0, 0, 0, 0 };
        if (information is { } value)
        {
            sense.AddRange([0x00, 0x0A, 0x80, 0x00]);
            var bytes = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            sense.AddRange(bytes);
        }

        if (flags != 0)
            sense.AddRange([0x04, 0x02, 0x00, flags]);
        sense[7] = (byte)(sense.Count - 8);
        return [.. sense];
    }

    public static byte Flags(string names)
    {
        byte flags = 0;
        foreach (string name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            flags |= name switch
            {
                "FM" => Filemark,
                "EOM" => Eom,
                "ILI" => Ili,
                _ => throw new ArgumentException(name),
            };
        }

        return flags;
    }

    private static byte[] Triple(string code) => Convert.FromHexString(code.Replace("/", "", StringComparison.Ordinal));
}
