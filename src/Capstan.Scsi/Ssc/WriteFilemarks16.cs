using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>WRITE FILEMARKS(16), the explicit address form (SSC-4 5.7).</summary>
/// <param name="Count">Filemarks, 0 to FFFFFFh.</param>
/// <param name="Immediate">IMMED: answer once the marks are buffered.</param>
/// <param name="FirstCommandInSequence">FCS.</param>
/// <param name="LastCommandInSequence">LCS.</param>
/// <param name="Partition">PARTITION.</param>
/// <param name="LogicalObjectId">LOGICAL OBJECT IDENTIFIER where the marks are to go.</param>
// byte 0    OPERATION CODE 80h
// byte 1    3 FCS   2 LCS   1 obsolete (WSMK)   0 IMMED
// byte 3    PARTITION
// byte 4-11 LOGICAL OBJECT IDENTIFIER
// byte 12-14 FILEMARK COUNT
// byte 15   CONTROL
public readonly record struct WriteFilemarks16(
    int Count,
    bool Immediate,
    bool FirstCommandInSequence = false,
    bool LastCommandInSequence = false,
    byte Partition = 0,
    ulong LogicalObjectId = 0) : IScsiCommand<WriteFilemarks16>
{
    public static readonly BitField FcsField = BitField.Bit(1, 3);
    public static readonly BitField LcsField = BitField.Bit(1, 2);
    public static readonly BitField ImmedField = BitField.Bit(1, 0);
    public static readonly BitField PartitionField = BitField.WholeByte(3);
    public static readonly BitField LogicalObjectIdField = BitField.WholeByte(4);
    public static readonly BitField CountField = BitField.WholeByte(12);

    internal static ReadOnlySpan<byte> UsageData =>
        [0x80, 0x0D, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "WRITE FILEMARKS(16)";
    public static byte OperationCode => 0x80;
    public static int CdbLength => 16;

    public void Encode(Span<byte> cdb)
    {
        FcsField.Set(cdb, FirstCommandInSequence);
        LcsField.Set(cdb, LastCommandInSequence);
        ImmedField.Set(cdb, Immediate);
        cdb[3] = Partition;
        BinaryPrimitives.WriteUInt64BigEndian(cdb[4..], LogicalObjectId);
        BigEndian24.WriteUnsigned(cdb[12..], Count);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out WriteFilemarks16 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(
            BigEndian24.ReadUnsigned(cdb[12..]),
            ImmedField.IsSet(cdb),
            FcsField.IsSet(cdb),
            LcsField.IsSet(cdb),
            cdb[3],
            BinaryPrimitives.ReadUInt64BigEndian(cdb[4..]));
        return true;
    }

    public override string ToString() =>
        $"{Name} {Count} partition {Partition} object {LogicalObjectId}{(FirstCommandInSequence ? " fcs" : "")}"
        + $"{(LastCommandInSequence ? " lcs" : "")}{(Immediate ? " immed" : "")}";
}
