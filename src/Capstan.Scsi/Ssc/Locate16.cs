using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>LOCATE(16) (SSC-4 7.4).</summary>
/// <param name="Target">An object, a file, or end of data.</param>
/// <param name="Partition">CP and PARTITION: the partition to change to; null stays in the current one.</param>
/// <param name="Immediate">IMMED: answer before the tape moves.</param>
// byte 0    OPERATION CODE 92h
// byte 1    4:3 DEST_TYPE   1 CP   0 IMMED
// byte 2    0 BAM (explicit address mode, not used here)
// byte 3    PARTITION, ignored without CP
// byte 4-11 LOGICAL IDENTIFIER, ignored for end of data
// byte 15   CONTROL
public readonly record struct Locate16(LocateTarget Target, byte? Partition = null, bool Immediate = false) : IScsiCommand<Locate16>
{
    public static readonly BitField DestTypeField = new(Byte: 1, High: 4, Low: 3);
    public static readonly BitField ChangePartitionField = BitField.Bit(1, 1);
    public static readonly BitField ImmedField = BitField.Bit(1, 0);
    public static readonly BitField PartitionField = BitField.WholeByte(3);
    public static readonly BitField LogicalIdentifierField = BitField.WholeByte(4);

    internal static ReadOnlySpan<byte> UsageData =>
        [0x92, 0x1B, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

    public static string Name => "LOCATE(16)";
    public static byte OperationCode => 0x92;
    public static int CdbLength => 16;

    public void Encode(Span<byte> cdb)
    {
        DestTypeField.Set(cdb, (int)Target.Destination);
        ChangePartitionField.Set(cdb, Partition.HasValue);
        ImmedField.Set(cdb, Immediate);
        cdb[3] = Partition.GetValueOrDefault();
        BinaryPrimitives.WriteUInt64BigEndian(cdb[4..], Target.Identifier);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Locate16 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        ulong identifier = BinaryPrimitives.ReadUInt64BigEndian(cdb[4..]);
        LocateTarget target;
        switch ((LocateDestination)DestTypeField.Get(cdb))
        {
            case LocateDestination.LogicalObject:
                target = LocateTarget.LogicalObject(identifier);
                break;
            case LocateDestination.LogicalFile:
                target = LocateTarget.LogicalFile(identifier);
                break;
            case LocateDestination.EndOfData:
                target = LocateTarget.EndOfData;
                break;
            default:
                return CdbCheck.Refuse(DestTypeField, out invalid);
        }

        command = new(target, ChangePartitionField.IsSet(cdb) ? cdb[3] : null, ImmedField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        $"{Name} {Target}{(Partition is { } partition ? $" partition {partition}" : "")}{(Immediate ? " immed" : "")}";
}
