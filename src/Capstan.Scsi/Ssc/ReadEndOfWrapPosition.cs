using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// READ END OF WRAP POSITION, MAINTENANCE IN service action 1Fh (vendor specific) with qualifier 45h (IBM LTO-8 SCSI Reference): the last
/// logical object of each passage over the tape. Answered by <see cref="EndOfWrap"/> or a list of them.
/// </summary>
/// <param name="Wrap">WNV and REQUESTED WRAP NUMBER: one; null for the first.</param>
/// <param name="ReportAll">RA: all.</param>
/// <param name="AllocationLength">Bytes the answer may take.</param>
// byte 0    OPERATION CODE A3h
// byte 1    4:0 SERVICE ACTION 1Fh
// byte 2    SERVICE ACTION QUALIFIER 45h
// byte 3    1 RA   0 WNV
// byte 4-5  REQUESTED WRAP NUMBER
// byte 6-9  ALLOCATION LENGTH
// byte 11   CONTROL
public readonly record struct ReadEndOfWrapPosition(ushort? Wrap, bool ReportAll, uint AllocationLength) : IScsiCommand<ReadEndOfWrapPosition>
{
    /// <summary>Of MAINTENANCE IN: vendor specific.</summary>
    public const byte ServiceAction = 0x1F;

    private const byte Qualifier = 0x45;

    public static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField QualifierField = BitField.WholeByte(2);
    public static readonly BitField ReportAllField = BitField.Bit(3, 1);
    public static readonly BitField WrapValidField = BitField.Bit(3, 0);
    public static readonly BitField WrapField = BitField.WholeByte(4);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(6);

    internal static ReadOnlySpan<byte> UsageData => [0xA3, 0x1F, 0xFF, 0x03, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0];

    public static string Name => "READ END OF WRAP POSITION";
    public static byte OperationCode => 0xA3;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        ServiceActionField.Set(cdb, ServiceAction);
        cdb[2] = Qualifier;
        ReportAllField.Set(cdb, ReportAll);
        WrapValidField.Set(cdb, Wrap is not null);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[4..], Wrap ?? 0);
        BinaryPrimitives.WriteUInt32BigEndian(cdb[6..], AllocationLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReadEndOfWrapPosition command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        if (ServiceActionField.Get(cdb) != ServiceAction) return CdbCheck.Refuse(ServiceActionField, out invalid);

        if (cdb[2] != Qualifier) return CdbCheck.Refuse(QualifierField, out invalid);

        command = new(WrapValidField.IsSet(cdb) ? BinaryPrimitives.ReadUInt16BigEndian(cdb[4..]) : null, ReportAllField.IsSet(cdb),
            BinaryPrimitives.ReadUInt32BigEndian(cdb[6..]));
        return true;
    }

    public override string ToString() => Name + (ReportAll ? " all" : Wrap is { } wrap ? $" wrap {wrap}" : "") + $" alloc {AllocationLength}";
}
