using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>SECURITY PROTOCOL OUT (SPC-4 6.41). What it carries may be a key: it never goes into a trace.</summary>
/// <param name="Protocol">SECURITY PROTOCOL.</param>
/// <param name="Page">SECURITY PROTOCOL SPECIFIC; for tape data encryption the page code.</param>
/// <param name="TransferLength">Bytes of parameters that follow, 0 to 2^31 - 1.</param>
// byte 0    OPERATION CODE B5h
// byte 1    SECURITY PROTOCOL
// byte 2-3  SECURITY PROTOCOL SPECIFIC
// byte 4    7 INC_512
// byte 6-9  TRANSFER LENGTH
// byte 11   CONTROL
public readonly record struct SecurityProtocolOut(SecurityProtocol Protocol, ushort Page, int TransferLength) : IScsiCommand<SecurityProtocolOut>
{
    public static readonly BitField ProtocolField = BitField.WholeByte(1);
    public static readonly BitField SpecificField = BitField.WholeByte(2);
    public static readonly BitField TransferLengthField = BitField.WholeByte(6);

    internal static ReadOnlySpan<byte> UsageData => [0xB5, 0xFF, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0];

    public static string Name => "SECURITY PROTOCOL OUT";
    public static byte OperationCode => 0xB5;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        cdb[1] = (byte)Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(cdb[2..], Page);
        BinaryPrimitives.WriteInt32BigEndian(cdb[6..], TransferLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out SecurityProtocolOut command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        int length = BinaryPrimitives.ReadInt32BigEndian(cdb[6..]);
        if (length < 0) return CdbCheck.Refuse(TransferLengthField, out invalid);

        command = new((SecurityProtocol)cdb[1], BinaryPrimitives.ReadUInt16BigEndian(cdb[2..]), length);
        return true;
    }

    public override string ToString() => $"{Name} protocol {(byte)Protocol:X2}h page {Page:X4}h length {TransferLength}";
}
