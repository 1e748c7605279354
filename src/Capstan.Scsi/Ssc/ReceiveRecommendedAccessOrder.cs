using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>RECEIVE RECOMMENDED ACCESS ORDER, MAINTENANCE IN service action 1Dh (IBM LTO-9 SCSI Reference): the order that was generated.</summary>
/// <param name="AllocationLength">Bytes the answer may take.</param>
/// <param name="Limits">UDS_LIMITS: instead, how many segments a list may have and how long each is.</param>
/// <param name="ListOffset">RAO LIST OFFSET: the first segment that is wanted.</param>
/// <param name="SegmentType">UDS TYPE.</param>
// byte 0    OPERATION CODE A3h
// byte 1    7 UDS_LIMITS   4:0 SERVICE ACTION 1Dh
// byte 2-5  RAO LIST OFFSET
// byte 6-9  ALLOCATION LENGTH
// byte 10   2:0 UDS TYPE
// byte 11   CONTROL
public readonly record struct ReceiveRecommendedAccessOrder(uint AllocationLength, bool Limits = false, uint ListOffset = 0, byte SegmentType = 0)
    : IScsiCommand<ReceiveRecommendedAccessOrder>
{
    /// <summary>Of MAINTENANCE IN.</summary>
    public const byte ServiceAction = 0x1D;

    public static readonly BitField LimitsField = BitField.Bit(1, 7);
    public static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField ListOffsetField = BitField.WholeByte(2);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(6);
    public static readonly BitField SegmentTypeField = new(Byte: 10, High: 2, Low: 0);

    internal static ReadOnlySpan<byte> UsageData => [0xA3, 0x9F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0];

    public static string Name => "RECEIVE RECOMMENDED ACCESS ORDER";
    public static byte OperationCode => 0xA3;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        LimitsField.Set(cdb, Limits);
        ServiceActionField.Set(cdb, ServiceAction);
        BinaryPrimitives.WriteUInt32BigEndian(cdb[2..], ListOffset);
        BinaryPrimitives.WriteUInt32BigEndian(cdb[6..], AllocationLength);
        SegmentTypeField.Set(cdb, SegmentType);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReceiveRecommendedAccessOrder command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        if (ServiceActionField.Get(cdb) != ServiceAction) return CdbCheck.Refuse(ServiceActionField, out invalid);

        command = new(BinaryPrimitives.ReadUInt32BigEndian(cdb[6..]), LimitsField.IsSet(cdb), BinaryPrimitives.ReadUInt32BigEndian(cdb[2..]),
            (byte)SegmentTypeField.Get(cdb));
        return true;
    }

    public override string ToString() => Name + (Limits ? " limits" : $" from {ListOffset}") + $" alloc {AllocationLength}";
}
