using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>GENERATE RECOMMENDED ACCESS ORDER, MAINTENANCE OUT service action 1Dh (IBM LTO-9 SCSI Reference): in which order are these best read?</summary>
/// <param name="ParameterListLength">Bytes of the list that follows: <see cref="AccessOrderList"/>.</param>
/// <param name="Process">RAO PROCESS: 1 the estimated times in the order of the list, 2 a new order.</param>
/// <param name="SegmentType">UDS TYPE: 0 without geometry, 1 with.</param>
// byte 0    OPERATION CODE A4h
// byte 1    4:0 SERVICE ACTION 1Dh
// byte 2    2:0 RAO PROCESS
// byte 3    2:0 UDS TYPE
// byte 6-9  PARAMETER LIST LENGTH
// byte 11   CONTROL
public readonly record struct GenerateRecommendedAccessOrder(uint ParameterListLength, byte Process = 2, byte SegmentType = 0)
    : IScsiCommand<GenerateRecommendedAccessOrder>
{
    /// <summary>Of MAINTENANCE OUT.</summary>
    public const byte ServiceAction = 0x1D;

    public static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField ProcessField = new(Byte: 2, High: 2, Low: 0);
    public static readonly BitField SegmentTypeField = new(Byte: 3, High: 2, Low: 0);
    public static readonly BitField ParameterListLengthField = BitField.WholeByte(6);

    internal static ReadOnlySpan<byte> UsageData => [0xA4, 0x1F, 0x07, 0x07, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0];

    public static string Name => "GENERATE RECOMMENDED ACCESS ORDER";
    public static byte OperationCode => 0xA4;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        ServiceActionField.Set(cdb, ServiceAction);
        ProcessField.Set(cdb, Process);
        SegmentTypeField.Set(cdb, SegmentType);
        BinaryPrimitives.WriteUInt32BigEndian(cdb[6..], ParameterListLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out GenerateRecommendedAccessOrder command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        if (ServiceActionField.Get(cdb) != ServiceAction) return CdbCheck.Refuse(ServiceActionField, out invalid);

        command = new(BinaryPrimitives.ReadUInt32BigEndian(cdb[6..]), (byte)ProcessField.Get(cdb), (byte)SegmentTypeField.Get(cdb));
        return true;
    }

    public override string ToString() => $"{Name} process {Process} type {SegmentType} list {ParameterListLength}";
}
