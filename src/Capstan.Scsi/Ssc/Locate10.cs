using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>LOCATE(10) (SSC-4 6.3).</summary>
/// <param name="LogicalObjectId">Blocks and filemarks before the target, from the beginning of the partition.</param>
/// <param name="Partition">CP and PARTITION: the partition to change to; null stays in the current one.</param>
/// <param name="Immediate">IMMED: answer before the tape moves.</param>
// byte 0    OPERATION CODE 2Bh
// byte 1    2 obsolete (BT), ignored: Linux's st sets it (drivers/scsi/st.c, set_location)   1 CP   0 IMMED
// byte 3-6  LOGICAL OBJECT IDENTIFIER
// byte 8    PARTITION, ignored without CP
// byte 9    CONTROL
public readonly record struct Locate10(uint LogicalObjectId, byte? Partition = null, bool Immediate = false) : IScsiCommand<Locate10>
{
    public static readonly BitField ChangePartitionField = BitField.Bit(1, 1);
    public static readonly BitField ImmedField = BitField.Bit(1, 0);
    public static readonly BitField LogicalObjectIdField = BitField.WholeByte(3);
    public static readonly BitField PartitionField = BitField.WholeByte(8);

    internal static ReadOnlySpan<byte> UsageData => [0x2B, 0x03, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0];

    public static string Name => "LOCATE(10)";
    public static byte OperationCode => 0x2B;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
        ChangePartitionField.Set(cdb, Partition.HasValue);
        ImmedField.Set(cdb, Immediate);
        BinaryPrimitives.WriteUInt32BigEndian(cdb[3..], LogicalObjectId);
        cdb[8] = Partition.GetValueOrDefault();
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Locate10 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, [0x2B, 0x07, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0], out invalid)) return false;

        command = new(
            BinaryPrimitives.ReadUInt32BigEndian(cdb[3..]),
            ChangePartitionField.IsSet(cdb) ? cdb[8] : null,
            ImmedField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        $"{Name} object {LogicalObjectId}{(Partition is { } partition ? $" partition {partition}" : "")}{(Immediate ? " immed" : "")}";
}
