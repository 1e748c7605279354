namespace Capstan.Scsi;

/// <summary>WRITE(6) (SSC-4 6.8).</summary>
/// <param name="Fixed">FIXED: the length counts blocks of the current block length instead of bytes.</param>
/// <param name="TransferLength">Bytes of one block, or blocks with <paramref name="Fixed"/>; 0 to FFFFFFh.</param>
// byte 0    OPERATION CODE 0Ah
// byte 1    0 FIXED
// byte 2-4  TRANSFER LENGTH
// byte 5    CONTROL
public readonly record struct Write6(bool Fixed, int TransferLength) : IScsiCommand<Write6>
{
    public static readonly BitField FixedField = BitField.Bit(1, 0);
    public static readonly BitField TransferLengthField = BitField.WholeByte(2);

    internal static ReadOnlySpan<byte> UsageData => [0x0A, 0x01, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "WRITE(6)";
    public static byte OperationCode => 0x0A;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        FixedField.Set(cdb, Fixed);
        BigEndian24.WriteUnsigned(cdb[2..], TransferLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Write6 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(FixedField.IsSet(cdb), BigEndian24.ReadUnsigned(cdb[2..]));
        return true;
    }

    public override string ToString() => $"{Name} {TransferLength} {(Fixed ? "blocks" : "bytes")}";
}
