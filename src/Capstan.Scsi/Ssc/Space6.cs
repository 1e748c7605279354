namespace Capstan.Scsi;

/// <summary>SPACE(6) (SSC-4 6.6).</summary>
/// <param name="Code">What is counted.</param>
/// <param name="Count">How many, -800000h to 7FFFFFh; negative goes towards the beginning of the partition.</param>
// byte 0    OPERATION CODE 11h
// byte 1    3:0 CODE
// byte 2-4  COUNT, two's complement
// byte 5    CONTROL
public readonly record struct Space6(SpaceCode Code, int Count) : IScsiCommand<Space6>
{
    public static readonly BitField CodeField = new(Byte: 1, High: 3, Low: 0);
    public static readonly BitField CountField = BitField.WholeByte(2);

    internal static ReadOnlySpan<byte> UsageData => [0x11, 0x0F, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "SPACE(6)";
    public static byte OperationCode => 0x11;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        CodeField.Set(cdb, (int)Code);
        BigEndian24.WriteSigned(cdb[2..], Count);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Space6 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        int code = CodeField.Get(cdb);
        if (code > (int)SpaceCode.EndOfData) return CdbCheck.Refuse(CodeField, out invalid);

        command = new((SpaceCode)code, BigEndian24.ReadSigned(cdb[2..]));
        return true;
    }

    public override string ToString() => $"{Name} {SpaceText.Of(Code, Count)}";
}
