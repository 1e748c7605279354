using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>REPORT LUNS (SPC-4 6.33).</summary>
/// <param name="SelectReport">00h addressable units, 01h well known ones, 02h all, 10h to 12h administrative; anything else is reserved or the vendor's.</param>
/// <param name="AllocationLength">Bytes the answer may take; at least 16 to hold one LUN.</param>
// byte 0    OPERATION CODE A0h
// byte 2    SELECT REPORT
// byte 6-9  ALLOCATION LENGTH
// byte 11   CONTROL
public readonly record struct ReportLuns(byte SelectReport, uint AllocationLength) : IScsiCommand<ReportLuns>
{
    public static readonly BitField SelectReportField = BitField.WholeByte(2);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(6);

    internal static ReadOnlySpan<byte> UsageData => [0xA0, 0, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0];

    public static string Name => "REPORT LUNS";
    public static byte OperationCode => 0xA0;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        cdb[2] = SelectReport;
        BinaryPrimitives.WriteUInt32BigEndian(cdb[6..], AllocationLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReportLuns command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        if (cdb[2] is not (<= 0x02 or (>= 0x10 and <= 0x12) or >= 0xF8)) return CdbCheck.Refuse(SelectReportField, out invalid);

        command = new(cdb[2], BinaryPrimitives.ReadUInt32BigEndian(cdb[6..]));
        return true;
    }

    public override string ToString() => $"{Name} select {SelectReport:X2}h alloc {AllocationLength}";
}
