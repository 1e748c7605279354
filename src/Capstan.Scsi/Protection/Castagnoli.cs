using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Capstan.Scsi;

/// <summary>CRC32C: the polynomial 11EDC6F41h of Castagnoli, reflected, begun with ones and inverted at the end (RFC 7143 13.1).</summary>
/// <remarks>
/// The processor's CRC instruction makes 8 bytes in 3 cycles, because each step waits for the one before. Where there is a carry-less
/// multiplication, four independent remainders are kept and each is moved forward by multiplying it with a power of x modulo the
/// polynomial (Gopal et al., Fast CRC Computation for Generic Polynomials Using PCLMULQDQ, Intel 2009); what is left of them goes through
/// the instruction.
/// </remarks>
public static class Castagnoli
{
    private const uint Polynomial = 0x1EDC6F41;

    // Four vectors forward, one vector forward; and one lane forward, which is 128 bits.
    private static readonly Vector128<ulong> FourLanes = Forward(4 * 128);
    private static readonly Vector128<ulong> OneLane = Forward(128);
    private static readonly Vector512<ulong> FourVectors = Forward512(4 * 512);
    private static readonly Vector512<ulong> OneVector = Forward512(512);

    /// <summary>The CRC32C of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Continue(uint.MaxValue, bytes);

    /// <summary>Goes on from a register; neither begun nor inverted here.</summary>
    internal static uint Continue(uint register, ReadOnlySpan<byte> bytes)
    {
        if (Pclmulqdq.V512.IsSupported && bytes.Length >= 1024)
            register = ContinueByVectors(register, ref bytes);
        else if (Pclmulqdq.IsSupported && bytes.Length >= 256)
            register = ContinueByLanes(register, ref bytes);
        return ContinueByWords(register, bytes);
    }

    /// <summary>The processor's instruction, or the runtime's table where it has none.</summary>
    internal static uint ContinueByWords(uint register, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            register = BitOperations.Crc32C(register, MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte one in bytes)
            register = BitOperations.Crc32C(register, one);
        return register;
    }

    /// <summary>All whole pieces of 64 bytes, four registers of 128 bits.</summary>
    /// <param name="bytes">64 at least; what is left of them afterwards.</param>
    internal static uint ContinueByLanes(uint register, ref ReadOnlySpan<byte> bytes)
    {
        ref byte at = ref MemoryMarshal.GetReference(bytes);
        int length = bytes.Length & ~63;
        Vector128<ulong> forward = FourLanes;
        Vector128<ulong> a = Lane(ref at, 0) ^ Vector128.CreateScalar((ulong)register);
        Vector128<ulong> b = Lane(ref at, 16);
        Vector128<ulong> c = Lane(ref at, 32);
        Vector128<ulong> d = Lane(ref at, 48);
        for (int i = 64; i < length; i += 64)
        {
            a = Fold(a, forward) ^ Lane(ref at, i);
            b = Fold(b, forward) ^ Lane(ref at, i + 16);
            c = Fold(c, forward) ^ Lane(ref at, i + 32);
            d = Fold(d, forward) ^ Lane(ref at, i + 48);
        }

        bytes = bytes[length..];
        forward = OneLane;
        return Reduce(Fold(Fold(Fold(a, forward) ^ b, forward) ^ c, forward) ^ d);
    }

    /// <summary>All whole pieces of 256 bytes, four registers of 512 bits.</summary>
    /// <param name="bytes">256 at least; what is left of them afterwards.</param>
    internal static uint ContinueByVectors(uint register, ref ReadOnlySpan<byte> bytes)
    {
        ref byte at = ref MemoryMarshal.GetReference(bytes);
        int length = bytes.Length & ~255;
        Vector512<ulong> forward = FourVectors;
        Vector512<ulong> a = Vector(ref at, 0) ^ Vector512.CreateScalar((ulong)register);
        Vector512<ulong> b = Vector(ref at, 64);
        Vector512<ulong> c = Vector(ref at, 128);
        Vector512<ulong> d = Vector(ref at, 192);
        for (int i = 256; i < length; i += 256)
        {
            a = Fold(a, forward) ^ Vector(ref at, i);
            b = Fold(b, forward) ^ Vector(ref at, i + 64);
            c = Fold(c, forward) ^ Vector(ref at, i + 128);
            d = Fold(d, forward) ^ Vector(ref at, i + 192);
        }

        bytes = bytes[length..];
        forward = OneVector;
        a = Fold(Fold(Fold(a, forward) ^ b, forward) ^ c, forward) ^ d;
        Vector128<ulong> lane = OneLane;
        Vector256<ulong> low = a.GetLower();
        Vector256<ulong> high = a.GetUpper();
        return Reduce(Fold(Fold(Fold(low.GetLower(), lane) ^ low.GetUpper(), lane) ^ high.GetLower(), lane) ^ high.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Lane(ref byte at, int offset) => Vector128.LoadUnsafe(ref at, (nuint)offset).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Vector(ref byte at, int offset) => Vector512.LoadUnsafe(ref at, (nuint)offset).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Fold(Vector128<ulong> remainder, Vector128<ulong> forward) =>
        Pclmulqdq.CarrylessMultiply(remainder, forward, 0x00) ^ Pclmulqdq.CarrylessMultiply(remainder, forward, 0x11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Fold(Vector512<ulong> remainder, Vector512<ulong> forward) =>
        Pclmulqdq.V512.CarrylessMultiply(remainder, forward, 0x00) ^ Pclmulqdq.V512.CarrylessMultiply(remainder, forward, 0x11);

    /// <summary>The 16 bytes are congruent to everything before them: their own CRC, begun with nothing, is the register.</summary>
    private static uint Reduce(Vector128<ulong> lane) => BitOperations.Crc32C(BitOperations.Crc32C(0, lane[0]), lane[1]);

    private static Vector512<ulong> Forward512(int bits)
    {
        Vector128<ulong> lane = Forward(bits);
        var half = Vector256.Create(lane, lane);
        return Vector512.Create(half, half);
    }

    /// <summary>
    /// What moves a lane forward by so many bits. Its first 8 bytes hold the higher powers of x; in reflected order a product comes out one
    /// bit low, hence the shift.
    /// </summary>
    private static Vector128<ulong> Forward(int bits) =>
        Vector128.Create((ulong)Reflect(PowerOfX(bits + 32)) << 1, (ulong)Reflect(PowerOfX(bits - 32)) << 1);

    /// <summary>x to a power, modulo the polynomial.</summary>
    private static uint PowerOfX(int power)
    {
        uint value = 1;
        for (int i = 0; i < power; i++)
            value = (value << 1) ^ ((value >> 31) * Polynomial);
        return value;
    }

    private static uint Reflect(uint value)
    {
        uint reflected = 0;
        for (int i = 0; i < 32; i++)
            reflected |= ((value >> i) & 1) << (31 - i);
        return reflected;
    }
}
