using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>READ ELEMENT STATUS (SMC-3 6.11): which places there are and what is in them. The answer is <see cref="ElementStatusData"/>.</summary>
/// <param name="Type">ELEMENT TYPE CODE: which kind of element, or all.</param>
/// <param name="StartingElementAddress">The lowest element address to report.</param>
/// <param name="NumberOfElements">At most so many; FFFFh for all.</param>
/// <param name="AllocationLengthBytes">Bytes the answer may take, 0 to FFFFFFh. Descriptors come whole or not at all.</param>
/// <param name="VolumeTags">VOLTAG: with what is written on the cartridges.</param>
/// <param name="CurrentData">CURDATA: without moving anything.</param>
/// <param name="DeviceIdentifiers">DVCID: with the identifiers of the drives. Some changers refuse it together with <paramref name="VolumeTags"/>.</param>
// byte 0    OPERATION CODE B8h
// byte 1    4 VOLTAG   3:0 ELEMENT TYPE CODE
// byte 2-3  STARTING ELEMENT ADDRESS
// byte 4-5  NUMBER OF ELEMENTS
// byte 6    1 CURDATA   0 DVCID
// byte 7-9  ALLOCATION LENGTH
// byte 11   CONTROL
public readonly record struct ReadElementStatus(
    ElementType Type, ushort StartingElementAddress, ushort NumberOfElements, int AllocationLengthBytes,
    bool VolumeTags = false, bool CurrentData = false, bool DeviceIdentifiers = false) : IScsiCommand<ReadElementStatus>
{
    public static readonly BitField VolumeTagField = BitField.Bit(1, 4);
    public static readonly BitField ElementTypeField = new(Byte: 1, High: 3, Low: 0);
    public static readonly BitField StartingElementAddressField = BitField.WholeByte(2);
    public static readonly BitField NumberOfElementsField = BitField.WholeByte(4);
    public static readonly BitField CurrentDataField = BitField.Bit(6, 1);
    public static readonly BitField DeviceIdentifierField = BitField.Bit(6, 0);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(7);

    internal static ReadOnlySpan<byte> UsageData => [0xB8, 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0x03, 0xFF, 0xFF, 0xFF, 0, 0];

    public static string Name => "READ ELEMENT STATUS";
    public static byte OperationCode => 0xB8;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        VolumeTagField.Set(cdb, VolumeTags);
        ElementTypeField.Set(cdb, (int)Type);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[2..], StartingElementAddress);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[4..], NumberOfElements);
        CurrentDataField.Set(cdb, CurrentData);
        DeviceIdentifierField.Set(cdb, DeviceIdentifiers);
        BigEndian24.WriteUnsigned(cdb[7..], AllocationLengthBytes);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReadElementStatus command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;
        if (!ElementTypes.IsAskable(ElementTypeField.Get(cdb))) return CdbCheck.Refuse(ElementTypeField, out invalid);

        command = new(
            (ElementType)ElementTypeField.Get(cdb),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[4..]),
            BigEndian24.ReadUnsigned(cdb[7..]),
            VolumeTagField.IsSet(cdb),
            CurrentDataField.IsSet(cdb),
            DeviceIdentifierField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        $"{Name} {ElementTypes.Text(Type)} {new ElementRange(StartingElementAddress, NumberOfElements)}{(VolumeTags ? " voltag" : "")}"
        + $"{(CurrentData ? " curdata" : "")}{(DeviceIdentifiers ? " dvcid" : "")} alloc {AllocationLengthBytes}";
}
