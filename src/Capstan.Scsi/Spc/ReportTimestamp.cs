using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>REPORT TIMESTAMP, MAINTENANCE IN service action 0Fh (SPC-4 6.38); its answer is <see cref="TimestampData"/>.</summary>
/// <param name="AllocationLength">Bytes the answer may take.</param>
// byte 0    OPERATION CODE A3h
// byte 1    4:0 SERVICE ACTION 0Fh
// byte 6-9  ALLOCATION LENGTH
// byte 11   CONTROL
public readonly record struct ReportTimestamp(uint AllocationLength) : IScsiCommand<ReportTimestamp>
{
    /// <summary>Of MAINTENANCE IN.</summary>
    public const byte ServiceAction = 0x0F;

    public static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(6);

    internal static ReadOnlySpan<byte> UsageData => [0xA3, 0x1F, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0];

    public static string Name => "REPORT TIMESTAMP";
    public static byte OperationCode => 0xA3;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        ServiceActionField.Set(cdb, ServiceAction);
        BinaryPrimitives.WriteUInt32BigEndian(cdb[6..], AllocationLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReportTimestamp command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        if (ServiceActionField.Get(cdb) != ServiceAction) return CdbCheck.Refuse(ServiceActionField, out invalid);

        command = new(BinaryPrimitives.ReadUInt32BigEndian(cdb[6..]));
        return true;
    }

    public override string ToString() => $"{Name} alloc {AllocationLength}";
}
