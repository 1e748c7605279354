using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>SET CAPACITY (SSC-4 7.11): shortens the tape; everything on it is gone. Only at the beginning of partition 0.</summary>
/// <param name="Proportion">MEDIUM FOR USE PROPORTION VALUE: 65,535ths of the tape that are used, 0 to 65,535.</param>
/// <param name="Immediate">IMMED: answer once it has begun.</param>
// byte 0    OPERATION CODE 0Bh
// byte 1    0 IMMED
// byte 3-4  MEDIUM FOR USE PROPORTION VALUE
// byte 5    CONTROL
public readonly record struct SetCapacity(ushort Proportion, bool Immediate = false) : IScsiCommand<SetCapacity>
{
    public static readonly BitField ImmedField = BitField.Bit(1, 0);
    public static readonly BitField ProportionField = BitField.WholeByte(3);

    internal static ReadOnlySpan<byte> UsageData => [0x0B, 0x01, 0, 0xFF, 0xFF, 0];

    public static string Name => "SET CAPACITY";
    public static byte OperationCode => 0x0B;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        ImmedField.Set(cdb, Immediate);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[3..], Proportion);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out SetCapacity command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(BinaryPrimitives.ReadUInt16BigEndian(cdb[3..]), ImmedField.IsSet(cdb));
        return true;
    }

    public override string ToString() => $"{Name} {Proportion}/65535{(Immediate ? " immed" : "")}";
}
