namespace Capstan.Scsi;

/// <summary>
/// A field inside one byte of a CDB, a parameter list or a response, in the standard's own notation: byte, highest bit, lowest bit.
/// It reads, writes, and names itself in the field pointer of a refusal (SPC-5 4.4.2.4, "field pointer sense key specific data").
/// </summary>
/// <param name="Byte">Offset of the byte, from 0.</param>
/// <param name="High">Most significant bit, 0 to 7.</param>
/// <param name="Low">Least significant bit, 0 to <paramref name="High"/>.</param>
public readonly record struct BitField(int Byte, int High, int Low)
{
    /// <summary>A field that starts at a byte and fills it (or begins a longer integer there).</summary>
    public static BitField WholeByte(int offset) => new(offset, 7, 0);

    /// <summary>A single bit.</summary>
    public static BitField Bit(int offset, int bit) => new(offset, bit, bit);

    private int Mask => (1 << (High - Low + 1)) - 1;

    /// <summary>The field's value, shifted down to bit 0.</summary>
    public int Get(ReadOnlySpan<byte> bytes) => (bytes[Byte] >> Low) & Mask;

    /// <summary>Whether any bit of the field is set.</summary>
    public bool IsSet(ReadOnlySpan<byte> bytes) => Get(bytes) != 0;

    /// <summary>Writes the field and leaves the other bits of its byte alone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value does not fit.</exception>
    public void Set(Span<byte> bytes, int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Mask);
        bytes[Byte] = (byte)((bytes[Byte] & ~(Mask << Low)) | (value << Low));
    }

    /// <summary>Writes a one-bit field.</summary>
    public void Set(Span<byte> bytes, bool value) => Set(bytes, value ? 1 : 0);

    public override string ToString() =>
        High == 7 && Low == 0 ? $"byte {Byte}" : High == Low ? $"byte {Byte} bit {High}" : $"byte {Byte} bits {High}:{Low}";
}
