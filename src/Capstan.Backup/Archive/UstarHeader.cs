using System.Runtime.Intrinsics;

namespace Capstan.Backup.Archive;

/// <summary>The fields of a ustar header block (POSIX.1-2017 pax, "ustar Interchange Format").</summary>
// offset length field
//      0    100 name          257      6 magic "ustar\0"
//    100      8 mode          263      2 version "00"
//    108      8 uid           265     32 uname
//    116      8 gid           297     32 gname
//    124     12 size          329      8 devmajor
//    136     12 mtime         337      8 devminor
//    148      8 chksum        345    155 prefix
//    156      1 typeflag      500     12 unused
//    157    100 linkname
internal static class UstarHeader
{
    public const int Length = 512;

    public const int NameLength = 100;
    public const int PrefixLength = 155;

    public static readonly Range Name = 0..100;
    public static readonly Range Mode = 100..108;
    public static readonly Range Uid = 108..116;
    public static readonly Range Gid = 116..124;
    public static readonly Range Size = 124..136;
    public static readonly Range Mtime = 136..148;
    public static readonly Range Checksum = 148..156;
    public const int Typeflag = 156;
    public static readonly Range LinkName = 157..257;
    public static readonly Range MagicAndVersion = 257..265;
    public static readonly Range UserName = 265..297;
    public static readonly Range GroupName = 297..329;
    public static readonly Range DeviceMajor = 329..337;
    public static readonly Range DeviceMinor = 337..345;
    public static readonly Range Prefix = 345..500;

    /// <summary>Largest number in an 8-byte field: seven octal digits and a NUL.</summary>
    public const long MaxShortNumber = 0x1FFFFF;

    /// <summary>Largest number in a 12-byte field: eleven octal digits and a NUL.</summary>
    public const long MaxLongNumber = 0x1FFFFFFFF;

    /// <summary>Writes octal digits with leading zeros, then a NUL.</summary>
    public static void WriteOctal(Span<byte> field, long value)
    {
        field[^1] = 0;
        for (int i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    /// <summary>Reads octal digits, or GNU tar's base-256 form (first bit set). False on anything else or more than 63 bits.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if ((field[0] & 0x80) != 0)
            return TryReadBase256(field, out value);
        var digits = field.Trim(" \0"u8);
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }
        return true;
    }

    private static bool TryReadBase256(ReadOnlySpan<byte> field, out long value)
    {
        // 80h begins a positive number, FFh a negative one in two's complement.
        bool negative = field[0] == 0xFF;
        value = negative ? -1 : 0;
        if (!negative && field[0] != 0x80)
            return false;
        foreach (byte b in field[1..])
        {
            if (value > long.MaxValue >> 8 || value < long.MinValue >> 8)
                return false;
            value = (value << 8) | b;
        }
        return true;
    }

    /// <summary>Puts the checksum into a finished header.</summary>
    public static void Seal(Span<byte> header)
    {
        var field = header[Checksum];
        field.Fill((byte)' ');
        WriteOctal(field[..7], Sum(header));
    }

    /// <summary>Whether the checksum field holds the sum of the block with that field as spaces.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> header)
    {
        var field = header[Checksum];
        int others = 0;
        foreach (byte b in field)
            others += b;
        return TryReadNumber(field, out long sum) && sum == Sum(header) - others + (field.Length * ' ');
    }

    /// <summary>Sum of the 512 bytes. Vectors, because two of these per file are a tenth of a small file's cost otherwise.</summary>
    private static int Sum(ReadOnlySpan<byte> header)
    {
        var sums = Vector256<ushort>.Zero; // a lane sums 32 bytes: at most 8160
        for (int i = 0; i < Length; i += Vector256<byte>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(header[i..]));
            sums += low + high;
        }
        var (first, second) = Vector256.Widen(sums);
        return (int)Vector256.Sum(first + second);
    }

    /// <summary>
    /// Where to cut a path so that the part before the slash fits the prefix field and the part after it the name field.
    /// </summary>
    /// <returns>The slash's index; 0 when the path fits the name field whole; -1 when it fits neither way.</returns>
    public static int SplitPath(ReadOnlySpan<byte> path)
    {
        if (path.Length <= NameLength)
            return 0;
        if (path.Length > NameLength + 1 + PrefixLength)
            return -1;
        // The last byte may be a directory's slash: the name must not be empty.
        int slash = path[..Math.Min(PrefixLength + 1, path.Length - 1)].LastIndexOf((byte)'/');
        return slash > 0 && path.Length - slash - 1 <= NameLength ? slash : -1;
    }

    /// <summary>The bytes of a text field up to its NUL.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field)
    {
        int nul = field.IndexOf((byte)0);
        return nul < 0 ? field : field[..nul];
    }
}
