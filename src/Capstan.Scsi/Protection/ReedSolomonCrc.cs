using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// The Reed-Solomon CRC of ECMA-319: the four check bytes of an RS(n, n-4) code over GF(256), begun with zeros.
/// </summary>
/// <remarks>
/// The field is made by x^8 + x^4 + x^3 + x^2 + 1; the generator polynomial is the product of (x + a^i) for i = 126 to 129, which reads the
/// same from both ends. The check bytes are the remainder of the bytes, the first being the highest power, times x^4.
/// </remarks>
public static class ReedSolomonCrc
{
    private const int FieldPolynomial = 0x11D;
    private const int FirstRoot = 126;
    private const int Steps = 8;

    /// <summary>Row k, byte b: the remainder of b times x^(4+k).</summary>
    private static readonly uint[] Tables = MakeTables();

    /// <summary>The four check bytes, the highest power in the highest byte.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Continue(0, bytes);

    /// <summary>Goes on from a register.</summary>
    internal static uint Continue(uint register, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> tables = Tables;
        while (bytes.Length >= Steps)
        {
            uint head = register ^ BinaryPrimitives.ReadUInt32BigEndian(bytes);
            uint tail = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
            register = tables[(7 << 8) | (byte)(head >> 24)] ^ tables[(6 << 8) | (byte)(head >> 16)]
                ^ tables[(5 << 8) | (byte)(head >> 8)] ^ tables[(4 << 8) | (byte)head]
                ^ tables[(3 << 8) | (byte)(tail >> 24)] ^ tables[(2 << 8) | (byte)(tail >> 16)]
                ^ tables[(1 << 8) | (byte)(tail >> 8)] ^ tables[(byte)tail];
            bytes = bytes[Steps..];
        }

        foreach (byte one in bytes)
            register = (register << 8) ^ tables[(byte)(register >> 24) ^ one];
        return register;
    }

    private static uint[] MakeTables()
    {
        uint generator = Generator();
        var tables = new uint[Steps * 256];
        for (int b = 0; b < 256; b++)
        {
            // One step: the byte times x^4 is the byte times the generator's lower terms.
            uint remainder = Times(generator, (byte)b);
            tables[b] = remainder;
            for (int k = 1; k < Steps; k++)
            {
                remainder = (remainder << 8) ^ Times(generator, (byte)(remainder >> 24));
                tables[(k << 8) | b] = remainder;
            }
        }

        return tables;
    }

    /// <summary>The coefficients of x^3 to x^0 of the generator polynomial.</summary>
    private static uint Generator()
    {
        byte root = 1;
        for (int i = 0; i < FirstRoot; i++)
            root = Multiply(root, 2);
        Span<byte> terms = [0, 0, 0, 0, 1];
        // terms[4 - i] is the coefficient of x^i.
        for (int factor = 0; factor < 4; factor++, root = Multiply(root, 2))
        {
            for (int i = 0; i < 5; i++)
                terms[i] = (byte)((i < 4 ? terms[i + 1] : 0) ^ Multiply(terms[i], root));
        }

        return BinaryPrimitives.ReadUInt32BigEndian(terms[1..]);
    }

    private static uint Times(uint coefficients, byte by) =>
        (uint)(Multiply((byte)(coefficients >> 24), by) << 24 | Multiply((byte)(coefficients >> 16), by) << 16
            | Multiply((byte)(coefficients >> 8), by) << 8 | Multiply((byte)coefficients, by));

    /// <summary>In GF(256).</summary>
    private static byte Multiply(byte a, byte b)
    {
        int product = 0;
        for (int shifted = a, rest = b; rest != 0; rest >>= 1, shifted <<= 1)
        {
            if ((shifted & 0x100) != 0)
                shifted ^= FieldPolynomial;
            if ((rest & 1) != 0)
                product ^= shifted;
        }

        return (byte)product;
    }
}
