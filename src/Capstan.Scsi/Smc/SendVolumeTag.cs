using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>SEND ACTION CODE of <see cref="SendVolumeTag"/> (SMC-3).</summary>
public enum VolumeTagAction : byte
{
    /// <summary>Search primary and alternate tags.</summary>
    TranslateAll = 0x00,
    TranslatePrimary = 0x01,
    TranslateAlternate = 0x02,

    /// <summary>Search primary and alternate tags, whatever their sequence numbers.</summary>
    TranslateAllIgnoringSequence = 0x04,

    /// <summary>What LTO libraries have, and most of them nothing else.</summary>
    TranslatePrimaryIgnoringSequence = 0x05,
    TranslateAlternateIgnoringSequence = 0x06,

    /// <summary>Give a tag to a volume that has none.</summary>
    AssertPrimary = 0x08,
    AssertAlternate = 0x09,
    ReplacePrimary = 0x0A,
    ReplaceAlternate = 0x0B,
    UndefinePrimary = 0x0C,
    UndefineAlternate = 0x0D,
}

/// <summary>
/// SEND VOLUME TAG (SMC-3): search for volumes by their tags, or change a tag. What a search finds is asked for with
/// <see cref="RequestVolumeElementAddress"/>. The parameter list is <see cref="VolumeTagTemplate"/>.
/// </summary>
/// <param name="Action">SEND ACTION CODE.</param>
/// <param name="ElementAddress">Where a search begins, or the element whose tag changes.</param>
/// <param name="ParameterListLengthBytes">40, or 0 where nothing needs to be said.</param>
/// <param name="Type">ELEMENT TYPE CODE: in which kind of element to search; ignored when a tag is changed.</param>
// byte 0    OPERATION CODE B6h
// byte 1    3:0 ELEMENT TYPE CODE
// byte 2-3  ELEMENT ADDRESS
// byte 5    4:0 SEND ACTION CODE
// byte 8-9  PARAMETER LIST LENGTH
// byte 11   CONTROL
public readonly record struct SendVolumeTag(
    VolumeTagAction Action, ushort ElementAddress, ushort ParameterListLengthBytes, ElementType Type = ElementType.All) : IScsiCommand<SendVolumeTag>
{
    public static readonly BitField ElementTypeField = new(Byte: 1, High: 3, Low: 0);
    public static readonly BitField ElementAddressField = BitField.WholeByte(2);
    public static readonly BitField ActionField = new(Byte: 5, High: 4, Low: 0);
    public static readonly BitField ParameterListLengthField = BitField.WholeByte(8);

    internal static ReadOnlySpan<byte> UsageData => [0xB6, 0x0F, 0xFF, 0xFF, 0, 0x1F, 0, 0, 0xFF, 0xFF, 0, 0];

    public static string Name => "SEND VOLUME TAG";
    public static byte OperationCode => 0xB6;
    public static int CdbLength => 12;

    /// <summary>Whether this searches, and changes nothing.</summary>
    public bool IsTranslate => Action <= VolumeTagAction.TranslateAlternateIgnoringSequence;

    public void Encode(Span<byte> cdb)
    {
        ElementTypeField.Set(cdb, (int)Type);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[2..], ElementAddress);
        ActionField.Set(cdb, (int)Action);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[8..], ParameterListLengthBytes);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out SendVolumeTag command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;
        if (!ElementTypes.IsAskable(ElementTypeField.Get(cdb))) return CdbCheck.Refuse(ElementTypeField, out invalid);

        // 03h, 07h and 0Eh to 1Bh are reserved, from 1Ch on they are the vendor's.
        int action = ActionField.Get(cdb);
        if (action is 0x03 or 0x07 or > 0x0D) return CdbCheck.Refuse(ActionField, out invalid);

        command = new(
            (VolumeTagAction)action,
            BinaryPrimitives.ReadUInt16BigEndian(cdb[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[8..]),
            (ElementType)ElementTypeField.Get(cdb));
        return true;
    }

    public override string ToString() => IsTranslate
        ? $"{Name} translate ({(byte)Action:X2}h) {ElementTypes.Text(Type)} from {ElementAddress} length {ParameterListLengthBytes}"
        : $"{Name} change ({(byte)Action:X2}h) element {ElementAddress} length {ParameterListLengthBytes}";
}
