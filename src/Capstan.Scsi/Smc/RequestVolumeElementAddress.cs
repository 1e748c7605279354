using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// REQUEST VOLUME ELEMENT ADDRESS (SMC-3): what <see cref="SendVolumeTag"/> found. The answer is <see cref="ElementStatusData"/>.
/// On a tape drive the same code is <see cref="SecurityProtocolOut"/>.
/// </summary>
/// <param name="Type">ELEMENT TYPE CODE: which kind of element, or all.</param>
/// <param name="ElementAddress">The lowest element address to report.</param>
/// <param name="NumberOfElements">At most so many.</param>
/// <param name="AllocationLengthBytes">Bytes the answer may take, 0 to FFFFFFh.</param>
/// <param name="VolumeTags">VOLTAG: with what is written on the cartridges.</param>
// byte 0    OPERATION CODE B5h
// byte 1    4 VOLTAG   3:0 ELEMENT TYPE CODE
// byte 2-3  ELEMENT ADDRESS
// byte 4-5  NUMBER OF ELEMENTS
// byte 7-9  ALLOCATION LENGTH
// byte 11   CONTROL
public readonly record struct RequestVolumeElementAddress(
    ElementType Type, ushort ElementAddress, ushort NumberOfElements, int AllocationLengthBytes, bool VolumeTags = false)
    : IScsiCommand<RequestVolumeElementAddress>
{
    public static readonly BitField VolumeTagField = BitField.Bit(1, 4);
    public static readonly BitField ElementTypeField = new(Byte: 1, High: 3, Low: 0);
    public static readonly BitField ElementAddressField = BitField.WholeByte(2);
    public static readonly BitField NumberOfElementsField = BitField.WholeByte(4);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(7);

    internal static ReadOnlySpan<byte> UsageData => [0xB5, 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0xFF, 0, 0];

    public static string Name => "REQUEST VOLUME ELEMENT ADDRESS";
    public static byte OperationCode => 0xB5;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb)
    {
        VolumeTagField.Set(cdb, VolumeTags);
        ElementTypeField.Set(cdb, (int)Type);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[2..], ElementAddress);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[4..], NumberOfElements);
        BigEndian24.WriteUnsigned(cdb[7..], AllocationLengthBytes);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out RequestVolumeElementAddress command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;
        if (!ElementTypes.IsAskable(ElementTypeField.Get(cdb))) return CdbCheck.Refuse(ElementTypeField, out invalid);

        command = new(
            (ElementType)ElementTypeField.Get(cdb),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[4..]),
            BigEndian24.ReadUnsigned(cdb[7..]),
            VolumeTagField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        $"{Name} {ElementTypes.Text(Type)} {new ElementRange(ElementAddress, NumberOfElements)}{(VolumeTags ? " voltag" : "")} alloc {AllocationLengthBytes}";
}
