using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>POSITION TO ELEMENT (SMC-3): the hand goes in front of an element. On a tape drive the same code is <see cref="Locate10"/>.</summary>
/// <param name="TransportElementAddress">Which hand; 0 leaves it to the changer.</param>
/// <param name="DestinationElementAddress">The element to go to.</param>
/// <param name="Invert">INVERT: turned over.</param>
// byte 0    OPERATION CODE 2Bh
// byte 2-3  MEDIUM TRANSPORT ELEMENT ADDRESS
// byte 4-5  DESTINATION ELEMENT ADDRESS
// byte 8    0 INVERT
// byte 9    CONTROL
public readonly record struct PositionToElement(ushort TransportElementAddress, ushort DestinationElementAddress, bool Invert = false)
    : IScsiCommand<PositionToElement>
{
    public static readonly BitField TransportElementAddressField = BitField.WholeByte(2);
    public static readonly BitField DestinationElementAddressField = BitField.WholeByte(4);
    public static readonly BitField InvertField = BitField.Bit(8, 0);

    internal static ReadOnlySpan<byte> UsageData => [0x2B, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0x01, 0];

    public static string Name => "POSITION TO ELEMENT";
    public static byte OperationCode => 0x2B;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
        BinaryPrimitives.WriteUInt16BigEndian(cdb[2..], TransportElementAddress);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[4..], DestinationElementAddress);
        InvertField.Set(cdb, Invert);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out PositionToElement command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(BinaryPrimitives.ReadUInt16BigEndian(cdb[2..]), BinaryPrimitives.ReadUInt16BigEndian(cdb[4..]), InvertField.IsSet(cdb));
        return true;
    }

    public override string ToString() => $"{Name} {DestinationElementAddress} by {TransportElementAddress}{(Invert ? " invert" : "")}";
}
