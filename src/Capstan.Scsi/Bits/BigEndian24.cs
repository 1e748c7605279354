namespace Capstan.Scsi;

/// <summary>Three-byte big-endian integers, the size of most tape counts.</summary>
internal static class BigEndian24
{
    public const int MaxUnsigned = 0xFFFFFF;
    public const int MaxSigned = 0x7FFFFF;
    public const int MinSigned = -0x800000;

    public static int ReadUnsigned(ReadOnlySpan<byte> bytes) => (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];

    public static int ReadSigned(ReadOnlySpan<byte> bytes) => ((sbyte)bytes[0] << 16) | (bytes[1] << 8) | bytes[2];

    /// <exception cref="ArgumentOutOfRangeException">The value does not fit in 24 bits without a sign.</exception>
    public static void WriteUnsigned(Span<byte> bytes, int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxUnsigned);
        Write(bytes, value);
    }

    /// <exception cref="ArgumentOutOfRangeException">The value does not fit in 24 bits with a sign.</exception>
    public static void WriteSigned(Span<byte> bytes, int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, MinSigned);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxSigned);
        Write(bytes, value);
    }

    private static void Write(Span<byte> bytes, int value)
    {
        bytes[2] = (byte)value;
        bytes[1] = (byte)(value >> 8);
        bytes[0] = (byte)(value >> 16);
    }
}
