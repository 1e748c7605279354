using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// READ ELEMENT STATUS ATTACHED (SMC-2): <see cref="ReadElementStatus"/> for a changer that answers on the LUN of its drive.
/// </summary>
/// <param name="Type">ELEMENT TYPE CODE: which kind of element, or all.</param>
/// <param name="StartingElementAddress">The lowest element address to report.</param>
/// <param name="NumberOfElements">At most so many; FFFFh for all.</param>
/// <param name="AllocationLengthBytes">Bytes the answer may take, 0 to FFFFFFh.</param>
/// <param name="VolumeTags">VOLTAG: with what is written on the cartridges.</param>
/// <param name="CurrentData">CURDATA: without moving anything.</param>
/// <param name="DeviceIdentifiers">DVCID: with the identifiers of the drives.</param>
// as READ ELEMENT STATUS, byte 0 OPERATION CODE B4h
public readonly record struct ReadElementStatusAttached(
    ElementType Type, ushort StartingElementAddress, ushort NumberOfElements, int AllocationLengthBytes,
    bool VolumeTags = false, bool CurrentData = false, bool DeviceIdentifiers = false) : IScsiCommand<ReadElementStatusAttached>
{
    internal static ReadOnlySpan<byte> UsageData => [0xB4, 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0x03, 0xFF, 0xFF, 0xFF, 0, 0];

    public static string Name => "READ ELEMENT STATUS ATTACHED";
    public static byte OperationCode => 0xB4;
    public static int CdbLength => 12;

    public void Encode(Span<byte> cdb) =>
        new ReadElementStatus(Type, StartingElementAddress, NumberOfElements, AllocationLengthBytes, VolumeTags, CurrentData, DeviceIdentifiers).Encode(cdb);

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReadElementStatusAttached command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        BitField type = ReadElementStatus.ElementTypeField;
        if (!ElementTypes.IsAskable(type.Get(cdb))) return CdbCheck.Refuse(type, out invalid);

        command = new(
            (ElementType)type.Get(cdb),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[4..]),
            BigEndian24.ReadUnsigned(cdb[7..]),
            ReadElementStatus.VolumeTagField.IsSet(cdb),
            ReadElementStatus.CurrentDataField.IsSet(cdb),
            ReadElementStatus.DeviceIdentifierField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        $"{Name} {ElementTypes.Text(Type)} {new ElementRange(StartingElementAddress, NumberOfElements)}{(VolumeTags ? " voltag" : "")}"
        + $"{(CurrentData ? " curdata" : "")}{(DeviceIdentifiers ? " dvcid" : "")} alloc {AllocationLengthBytes}";
}
