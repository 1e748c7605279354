using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>REPORTING OPTIONS of <see cref="ReportSupportedOperationCodes"/> (SPC-4 6.35.1).</summary>
public enum ReportingOptions : byte
{
    /// <summary>Every command; the requested code is ignored.</summary>
    AllCommands = 0,

    /// <summary>One operation code that has no service actions.</summary>
    OneOperationCode = 1,

    /// <summary>One operation code with one service action.</summary>
    OneServiceAction = 2,

    /// <summary>One command, whether it has service actions or not.</summary>
    OneCommand = 3,
}

/// <summary>REPORT SUPPORTED OPERATION CODES, MAINTENANCE IN service action 0Ch (SPC-4 6.35).</summary>
/// <param name="Options">All commands or one.</param>
/// <param name="RequestedOperationCode">The operation code asked about, unless all are.</param>
/// <param name="RequestedServiceAction">The service action asked about.</param>
/// <param name="ReturnTimeouts">RCTD: add a command timeouts descriptor to each command.</param>
/// <param name="AllocationLength">Bytes the answer may take.</param>
// byte 0    OPERATION CODE A3h
// byte 1    4:0 SERVICE ACTION 0Ch
// byte 2    7 RCTD   2:0 REPORTING OPTIONS
// byte 3    REQUESTED OPERATION CODE
// byte 4-5  REQUESTED SERVICE ACTION
// byte 6-9  ALLOCATION LENGTH
// byte 11   CONTROL
public readonly record struct ReportSupportedOperationCodes(
    ReportingOptions Options, byte RequestedOperationCode, ushort RequestedServiceAction, bool ReturnTimeouts, uint AllocationLength)
    : IScsiCommand<ReportSupportedOperationCodes>
{
    /// <summary>Of MAINTENANCE IN.</summary>
    public const byte ServiceAction = 0x0C;

    public static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField RctdField = BitField.Bit(2, 7);
    public static readonly BitField ReportingOptionsField = new(Byte: 2, High: 2, Low: 0);
    public static readonly BitField RequestedOperationCodeField = BitField.WholeByte(3);
    public static readonly BitField RequestedServiceActionField = BitField.WholeByte(4);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(6);

    internal static ReadOnlySpan<byte> UsageData => [0xA3, 0x1F, 0x87, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0];

    public static string Name => "REPORT SUPPORTED OPERATION CODES";
    public static byte OperationCode => 0xA3;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        ServiceActionField.Set(cdb, ServiceAction);
        RctdField.Set(cdb, ReturnTimeouts);
        ReportingOptionsField.Set(cdb, (int)Options);
        cdb[3] = RequestedOperationCode;
        BinaryPrimitives.WriteUInt16BigEndian(cdb[4..], RequestedServiceAction);
        BinaryPrimitives.WriteUInt32BigEndian(cdb[6..], AllocationLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReportSupportedOperationCodes command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        if (ServiceActionField.Get(cdb) != ServiceAction) return CdbCheck.Refuse(ServiceActionField, out invalid);

        int options = ReportingOptionsField.Get(cdb);
        if (options > (int)ReportingOptions.OneCommand) return CdbCheck.Refuse(ReportingOptionsField, out invalid);

        command = new(
            (ReportingOptions)options,
            cdb[3],
            BinaryPrimitives.ReadUInt16BigEndian(cdb[4..]),
            RctdField.IsSet(cdb),
            BinaryPrimitives.ReadUInt32BigEndian(cdb[6..]));
        return true;
    }

    public override string ToString()
    {
        string what = Options switch
        {
            ReportingOptions.AllCommands => "all",
            ReportingOptions.OneOperationCode => $"{RequestedOperationCode:X2}h",
            _ => $"{RequestedOperationCode:X2}h/{RequestedServiceAction:X4}h",
        };
        return $"{Name} {what}{(ReturnTimeouts ? " timeouts" : "")} alloc {AllocationLength}";
    }
}
