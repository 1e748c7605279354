namespace Capstan.Scsi;

/// <summary>VERIFY(6) (SSC-4 6.7).</summary>
/// <param name="Fixed">FIXED: the length counts blocks of the current block length instead of bytes.</param>
/// <param name="Length">VERIFICATION LENGTH: bytes of one block, or blocks with <paramref name="Fixed"/>; 0 to FFFFFFh.</param>
/// <param name="Immediate">IMMED: answer before the tape moves.</param>
/// <param name="ByteCompare">BYTCMP: compare with data that follows.</param>
// byte 0    OPERATION CODE 13h
// byte 1    5 VTE   4 VLBPM   3 VBF (logical block protection, not used here)   2 IMMED   1 BYTCMP   0 FIXED
// byte 2-4  VERIFICATION LENGTH
// byte 5    CONTROL
public readonly record struct Verify6(bool Fixed, int Length, bool Immediate = false, bool ByteCompare = false) : IScsiCommand<Verify6>
{
    public static readonly BitField ImmedField = BitField.Bit(1, 2);
    public static readonly BitField ByteCompareField = BitField.Bit(1, 1);
    public static readonly BitField FixedField = BitField.Bit(1, 0);
    public static readonly BitField VerificationLengthField = BitField.WholeByte(2);

    internal static ReadOnlySpan<byte> UsageData => [0x13, 0x07, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "VERIFY(6)";
    public static byte OperationCode => 0x13;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        ImmedField.Set(cdb, Immediate);
        ByteCompareField.Set(cdb, ByteCompare);
        FixedField.Set(cdb, Fixed);
        BigEndian24.WriteUnsigned(cdb[2..], Length);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Verify6 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(FixedField.IsSet(cdb), BigEndian24.ReadUnsigned(cdb[2..]), ImmedField.IsSet(cdb), ByteCompareField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        $"{Name} {Length} {(Fixed ? "blocks" : "bytes")}{(ByteCompare ? " compare" : "")}{(Immediate ? " immed" : "")}";
}
