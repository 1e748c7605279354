using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>SPACE(16) (SSC-4 7.12). PARAMETER LENGTH is always 0: no parameter list is defined that a drive here knows.</summary>
/// <param name="Code">What is counted.</param>
/// <param name="Count">How many; negative goes towards the beginning of the partition.</param>
// byte 0    OPERATION CODE 91h
// byte 1    3:0 CODE
// byte 4-11 COUNT, two's complement
// byte 12-13 PARAMETER LENGTH
// byte 15   CONTROL
public readonly record struct Space16(SpaceCode Code, long Count) : IScsiCommand<Space16>
{
    public static readonly BitField CodeField = new(Byte: 1, High: 3, Low: 0);
    public static readonly BitField CountField = BitField.WholeByte(4);

    internal static ReadOnlySpan<byte> UsageData =>
        [0x91, 0x0F, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

    public static string Name => "SPACE(16)";
    public static byte OperationCode => 0x91;
    public static int CdbLength => 16;

    public void Encode(Span<byte> cdb)
    {
        CodeField.Set(cdb, (int)Code);
        BinaryPrimitives.WriteInt64BigEndian(cdb[4..], Count);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Space16 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        int code = CodeField.Get(cdb);
        if (code > (int)SpaceCode.EndOfData) return CdbCheck.Refuse(CodeField, out invalid);

        command = new((SpaceCode)code, BinaryPrimitives.ReadInt64BigEndian(cdb[4..]));
        return true;
    }

    public override string ToString() => $"{Name} {SpaceText.Of(Code, Count)}";
}
