using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>INQUIRY (SPC-4 6.6): standard data, or one vital product data page.</summary>
/// <param name="VpdPage">PAGE CODE with EVPD=1; null asks for the standard data.</param>
/// <param name="AllocationLength">Bytes the answer may take, 0 to 65535.</param>
// byte 0    OPERATION CODE 12h
// byte 1    1 obsolete (CMDDT)   0 EVPD
// byte 2    PAGE CODE
// byte 3-4  ALLOCATION LENGTH
// byte 5    CONTROL
public readonly record struct Inquiry(byte? VpdPage, ushort AllocationLength) : IScsiCommand<Inquiry>
{
    public static readonly BitField EvpdField = BitField.Bit(1, 0);
    public static readonly BitField PageCodeField = BitField.WholeByte(2);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(3);

    internal static ReadOnlySpan<byte> UsageData => [0x12, 0x01, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "INQUIRY";
    public static byte OperationCode => 0x12;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        EvpdField.Set(cdb, VpdPage.HasValue);
        cdb[2] = VpdPage.GetValueOrDefault();
        BinaryPrimitives.WriteUInt16BigEndian(cdb[3..], AllocationLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Inquiry command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        bool vital = EvpdField.IsSet(cdb);
        if (!vital && cdb[2] != 0) return CdbCheck.Refuse(PageCodeField, out invalid);

        command = new(vital ? cdb[2] : null, BinaryPrimitives.ReadUInt16BigEndian(cdb[3..]));
        return true;
    }

    public override string ToString() => VpdPage is { } page
        ? $"{Name} vpd {page:X2}h alloc {AllocationLength}"
        : $"{Name} alloc {AllocationLength}";
}
