namespace Capstan.Scsi;

/// <summary>Which byte (and bit) of a CDB or parameter list a device refused (SPC-5 4.4.2.4.2).</summary>
/// <param name="InCdb">C/D: true when the error is in the CDB, false when in the parameter data.</param>
/// <param name="Byte">Offset of the byte.</param>
/// <param name="Bit">Most significant bit of the field, 0 to 7; null when BPV is 0.</param>
public readonly record struct FieldPointer(bool InCdb, ushort Byte, byte? Bit)
{
    /// <summary>Points to a refused field: its byte, and its most significant bit unless the field fills the byte.</summary>
    public static FieldPointer To(BitField field, bool inCdb) =>
        new(inCdb, (ushort)field.Byte, field is { High: 7, Low: 0 } ? null : (byte)field.High);

    public override string ToString() =>
        (InCdb ? "CDB byte " : "parameter byte ") + (Bit is { } bit ? $"{Byte} bit {bit}" : $"{Byte}");
}
