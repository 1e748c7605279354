using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>SET TIMESTAMP, MAINTENANCE OUT service action 0Fh (SPC-4 6.45); its list is <see cref="TimestampData"/>.</summary>
/// <param name="ParameterListLength">Bytes that follow.</param>
// byte 0    OPERATION CODE A4h
// byte 1    4:0 SERVICE ACTION 0Fh
// byte 6-9  PARAMETER LIST LENGTH
// byte 11   CONTROL
public readonly record struct SetTimestamp(uint ParameterListLength) : IScsiCommand<SetTimestamp>
{
    /// <summary>Of MAINTENANCE OUT.</summary>
    public const byte ServiceAction = 0x0F;

    public static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField ParameterListLengthField = BitField.WholeByte(6);

    internal static ReadOnlySpan<byte> UsageData => [0xA4, 0x1F, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0];

    public static string Name => "SET TIMESTAMP";
    public static byte OperationCode => 0xA4;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        ServiceActionField.Set(cdb, ServiceAction);
        BinaryPrimitives.WriteUInt32BigEndian(cdb[6..], ParameterListLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out SetTimestamp command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        if (ServiceActionField.Get(cdb) != ServiceAction) return CdbCheck.Refuse(ServiceActionField, out invalid);

        command = new(BinaryPrimitives.ReadUInt32BigEndian(cdb[6..]));
        return true;
    }

    public override string ToString() => $"{Name} list {ParameterListLength}";
}
