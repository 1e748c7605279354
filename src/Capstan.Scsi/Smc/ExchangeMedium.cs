using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// EXCHANGE MEDIUM (SMC-3): the cartridge of the source goes to the first destination, the one that was there to the second.
/// </summary>
/// <param name="TransportElementAddress">Which hand; 0 leaves it to the changer.</param>
/// <param name="SourceAddress">Where the one cartridge is.</param>
/// <param name="FirstDestinationAddress">Where it goes, and where the other cartridge is.</param>
/// <param name="SecondDestinationAddress">Where the other goes; the source for a simple exchange.</param>
/// <param name="InvertFirst">INV1: the one is turned over before it is put into the first destination.</param>
/// <param name="InvertSecond">INV2: the other is turned over before it is put into the second destination.</param>
// byte 0    OPERATION CODE A6h
// byte 2-3  MEDIUM TRANSPORT ADDRESS
// byte 4-5  SOURCE ADDRESS
// byte 6-7  FIRST DESTINATION ADDRESS
// byte 8-9  SECOND DESTINATION ADDRESS
// byte 10   1 INV1   0 INV2 (Linux's ch and IBM's TS4500 manual have them the other way round; no LTO changer turns cartridges)
// byte 11   CONTROL
public readonly record struct ExchangeMedium(
    ushort TransportElementAddress, ushort SourceAddress, ushort FirstDestinationAddress, ushort SecondDestinationAddress,
    bool InvertFirst = false, bool InvertSecond = false) : IScsiCommand<ExchangeMedium>
{
    public static readonly BitField TransportElementAddressField = BitField.WholeByte(2);
    public static readonly BitField SourceAddressField = BitField.WholeByte(4);
    public static readonly BitField FirstDestinationAddressField = BitField.WholeByte(6);
    public static readonly BitField SecondDestinationAddressField = BitField.WholeByte(8);
    public static readonly BitField InvertFirstField = BitField.Bit(10, 1);
    public static readonly BitField InvertSecondField = BitField.Bit(10, 0);

    internal static ReadOnlySpan<byte> UsageData => [0xA6, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x03, 0];

    public static string Name => "EXCHANGE MEDIUM";
    public static byte OperationCode => 0xA6;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        BinaryPrimitives.WriteUInt16BigEndian(cdb[2..], TransportElementAddress);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[4..], SourceAddress);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[6..], FirstDestinationAddress);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[8..], SecondDestinationAddress);
        InvertFirstField.Set(cdb, InvertFirst);
        InvertSecondField.Set(cdb, InvertSecond);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ExchangeMedium command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(
            BinaryPrimitives.ReadUInt16BigEndian(cdb[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[6..]),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[8..]),
            InvertFirstField.IsSet(cdb),
            InvertSecondField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        $"{Name} from {SourceAddress} to {FirstDestinationAddress} to {SecondDestinationAddress} by {TransportElementAddress}"
        + $"{(InvertFirst ? " invert first" : "")}{(InvertSecond ? " invert second" : "")}";
}
