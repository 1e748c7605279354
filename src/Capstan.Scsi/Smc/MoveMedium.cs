using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>MOVE MEDIUM (SMC-3 6.8).</summary>
/// <param name="TransportElementAddress">Which hand; 0 leaves it to the changer.</param>
/// <param name="SourceAddress">Where the cartridge is.</param>
/// <param name="DestinationAddress">Where it goes.</param>
/// <param name="Invert">INV: turned over; LTO cartridges are one-sided.</param>
// byte 0    OPERATION CODE A5h
// byte 2-3  MEDIUM TRANSPORT ADDRESS
// byte 4-5  SOURCE ADDRESS
// byte 6-7  DESTINATION ADDRESS
// byte 10   0 INV
// byte 11   CONTROL
public readonly record struct MoveMedium(ushort TransportElementAddress, ushort SourceAddress, ushort DestinationAddress, bool Invert = false)
    : IScsiCommand<MoveMedium>
{
    public static readonly BitField TransportElementAddressField = BitField.WholeByte(2);
    public static readonly BitField SourceAddressField = BitField.WholeByte(4);
    public static readonly BitField DestinationAddressField = BitField.WholeByte(6);
    public static readonly BitField InvertField = BitField.Bit(10, 0);

    internal static ReadOnlySpan<byte> UsageData => [0xA5, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0x01, 0];

    public static string Name => "MOVE MEDIUM";
    public static byte OperationCode => 0xA5;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        BinaryPrimitives.WriteUInt16BigEndian(cdb[2..], TransportElementAddress);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[4..], SourceAddress);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[6..], DestinationAddress);
        InvertField.Set(cdb, Invert);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out MoveMedium command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(
            BinaryPrimitives.ReadUInt16BigEndian(cdb[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[6..]),
            InvertField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        $"{Name} from {SourceAddress} to {DestinationAddress} by {TransportElementAddress}{(Invert ? " invert" : "")}";
}
