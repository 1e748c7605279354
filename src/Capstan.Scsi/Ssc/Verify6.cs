namespace Capstan.Scsi;

/// <summary>VERIFY(6) (SSC-4 6.7).</summary>
/// <param name="Fixed">FIXED: the length counts blocks of the current block length instead of bytes.</param>
/// <param name="Length">VERIFICATION LENGTH: bytes of one block, or blocks with <paramref name="Fixed"/>; 0 to FFFFFFh.</param>
/// <param name="Immediate">IMMED: answer before the tape moves.</param>
/// <param name="ByteCompare">BYTCMP: compare with data that follows.</param>
/// <param name="ByFilemarks">VBF: the length counts filemarks; everything up to behind the last of them is read.</param>
/// <param name="ToEndOfData">VTE: everything up to the end of data is read, whatever the length is.</param>
// byte 0    OPERATION CODE 13h
// byte 1    5 VTE   4 VLBPM (logical block protection, not used here)   3 VBF   2 IMMED   1 BYTCMP   0 FIXED
// byte 2-4  VERIFICATION LENGTH
// byte 5    CONTROL
public readonly record struct Verify6(bool Fixed, int Length, bool Immediate = false, bool ByteCompare = false, bool ByFilemarks = false, bool ToEndOfData = false)
    : IScsiCommand<Verify6>
{
    public static readonly BitField ToEndOfDataField = BitField.Bit(1, 5);
    public static readonly BitField ByFilemarksField = BitField.Bit(1, 3);
    public static readonly BitField ImmedField = BitField.Bit(1, 2);
    public static readonly BitField ByteCompareField = BitField.Bit(1, 1);
    public static readonly BitField FixedField = BitField.Bit(1, 0);
    public static readonly BitField VerificationLengthField = BitField.WholeByte(2);

    internal static ReadOnlySpan<byte> UsageData => [0x13, 0x2F, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "VERIFY(6)";
    public static byte OperationCode => 0x13;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        ToEndOfDataField.Set(cdb, ToEndOfData);
        ByFilemarksField.Set(cdb, ByFilemarks);
        ImmedField.Set(cdb, Immediate);
        ByteCompareField.Set(cdb, ByteCompare);
        FixedField.Set(cdb, Fixed);
        BigEndian24.WriteUnsigned(cdb[2..], Length);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Verify6 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        // SSC-4 6.7: what is counted in filemarks, or goes to the end, is not counted in blocks.
        bool byFilemarks = ByFilemarksField.IsSet(cdb);
        bool toEnd = ToEndOfDataField.IsSet(cdb);
        if (FixedField.IsSet(cdb) && (byFilemarks || toEnd)) return CdbCheck.Refuse(FixedField, out invalid);

        if (byFilemarks && toEnd) return CdbCheck.Refuse(ByFilemarksField, out invalid);

        command = new(FixedField.IsSet(cdb), BigEndian24.ReadUnsigned(cdb[2..]), ImmedField.IsSet(cdb), ByteCompareField.IsSet(cdb), byFilemarks, toEnd);
        return true;
    }

    public override string ToString() =>
        $"{Name} {(ToEndOfData ? "to end of data" : $"{Length} {(ByFilemarks ? "filemarks" : Fixed ? "blocks" : "bytes")}")}{(ByteCompare ? " compare" : "")}{(Immediate ? " immed" : "")}";
}
