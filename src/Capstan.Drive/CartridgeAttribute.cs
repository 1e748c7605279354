using System.Collections.Immutable;
using Capstan.Scsi;

namespace Capstan.Drive;

/// <summary>An attribute of the cartridge's memory (SPC-4 7.4), as the drive gave it.</summary>
/// <param name="id">ATTRIBUTE IDENTIFIER.</param>
/// <param name="format">FORMAT as the drive told it.</param>
/// <param name="isReadOnly">The drive refuses to have it written.</param>
/// <param name="value">ATTRIBUTE VALUE with its padding.</param>
/// <param name="isCutOff">The drive, or a saved answer, ends in the middle of the value.</param>
public sealed class CartridgeAttribute(ushort id, byte format, bool isReadOnly, ImmutableArray<byte> value, bool isCutOff = false)
{
    private readonly AttributeDescriptor? _descriptor = AttributeTable.Find(id);

    /// <summary>ATTRIBUTE IDENTIFIER.</summary>
    public ushort Id => id;

    /// <summary>The drive refuses to have it written.</summary>
    public bool IsReadOnly => isReadOnly;

    /// <summary>ATTRIBUTE VALUE with its padding.</summary>
    public ImmutableArray<byte> Value => value;

    /// <summary>The value is not whole.</summary>
    public bool IsCutOff => isCutOff;

    /// <summary>For command lines and JSON: <c>user-medium-text-label</c>; the identifier where it is not known.</summary>
    public string Key => _descriptor?.Key ?? $"{id:x4}";

    /// <summary>As T10 has it, in words; <c>Vendor-specific Host Attribute</c> and the like where it is not known.</summary>
    public string Name => _descriptor?.Name ?? $"Unknown {OwnerText} Attribute";

    /// <summary><c>device</c>, <c>medium</c> or <c>host</c>.</summary>
    public string OwnerText => AttributeTable.OwnerOf(id) switch
    {
        AttributeOwner.Device => "device",
        AttributeOwner.Medium => "medium",
        _ => "host",
    };

    /// <summary><c>binary</c>, <c>ascii</c>, <c>text</c>.</summary>
    public string FormatText => (AttributeFormat)format switch
    {
        AttributeFormat.Binary => "binary",
        AttributeFormat.Ascii => "ascii",
        AttributeFormat.Text => "text",
        _ => "reserved",
    };

    /// <summary>The value as a number, where it is one.</summary>
    public ulong? Number => _descriptor is { Kind: AttributeKind.Number or AttributeKind.Code or AttributeKind.Megabytes or AttributeKind.Bytes or AttributeKind.Metres
            or AttributeKind.TenthsOfMillimetres or AttributeKind.ObjectId or AttributeKind.TapeAlertFlags or AttributeKind.MediumType
            or AttributeKind.MediumTypeInformation or AttributeKind.Localization or AttributeKind.VolumeLock }
        && AttributeText.TryNumber(value.AsSpan(), out ulong number) ? number : null;

    /// <summary>The note of an application about a partition, where it is one.</summary>
    public CoherencyNote? Coherency =>
        id == AttributeTable.VolumeCoherencyInformation && VolumeCoherency.TryDecode(value.AsSpan(), out VolumeCoherency coherency)
            ? new CoherencyNote(coherency.Reference, coherency.Count, coherency.SetIdentifier, coherency.LtfsUuid, coherency.LtfsVersion,
                Convert.ToHexStringLower(coherency.ApplicationInformation.AsSpan()))
            : null;

    /// <summary>The value for people, in one line without control characters.</summary>
    /// <param name="localization">TEXT LOCALIZATION IDENTIFIER of the memory.</param>
    public string Describe(byte localization) => AttributeText.Describe(id, value.AsSpan(), (AttributeFormat)format, localization);

    internal static CartridgeAttribute Of(in MediumAttribute attribute) =>
        new(attribute.Id, (byte)attribute.Format, attribute.IsReadOnly, [.. attribute.Value], attribute.IsCutOff);
}

/// <summary>VOLUME COHERENCY INFORMATION (SSC-4 7.1): what an application noted of a partition when it last made it consistent.</summary>
/// <param name="VolumeChangeReference">The cartridge's volume change reference of then; null when it is no number of at most 8 bytes.</param>
/// <param name="Count">Grows with every note.</param>
/// <param name="SetIdentifier">Partitions with equal ones are consistent with each other; LTFS: the block where its index begins.</param>
/// <param name="LtfsUuid">The volume, when LTFS wrote it.</param>
/// <param name="LtfsVersion">The version byte of LTFS's part.</param>
/// <param name="ApplicationHex">What the application added, in hexadecimal.</param>
public sealed record CoherencyNote(
    ulong? VolumeChangeReference, ulong Count, ulong SetIdentifier, string? LtfsUuid, byte? LtfsVersion, string ApplicationHex);

/// <summary>What is set in a cartridge's memory.</summary>
/// <param name="attributes">In the order of their identifiers.</param>
public sealed class CartridgeAttributes(IReadOnlyList<CartridgeAttribute> attributes)
{
    /// <summary>In the order of their identifiers.</summary>
    public IReadOnlyList<CartridgeAttribute> All => attributes;

    /// <summary>TEXT LOCALIZATION IDENTIFIER: the code of the texts; 0, ASCII, when it is not set.</summary>
    public byte Localization => Find(AttributeTable.TextLocalizationIdentifier) is { Value: [var code, ..] } ? code : AttributeText.AsciiCode;

    /// <summary>What an application wrote as the label (USER MEDIUM TEXT LABEL); null when nothing is there.</summary>
    public string? Label => Text(AttributeTable.UserMediumTextLabel);

    /// <summary>BARCODE, as an application wrote it; null when nothing is there.</summary>
    public string? Barcode => Text(AttributeTable.Barcode);

    /// <summary>MEDIUM SERIAL NUMBER, which the maker gave; null when it is not told.</summary>
    public string? SerialNumber => Text(AttributeTable.MediumSerialNumber);

    /// <summary>Who wrote the label: APPLICATION NAME, or APPLICATION VENDOR.</summary>
    public string? Application => Text(AttributeTable.ApplicationName) ?? Text(AttributeTable.ApplicationVendor);

    /// <summary>The code of the texts by name; the number of a reserved one.</summary>
    public string LocalizationName => AttributeText.LocalizationName(Localization) ?? $"{Localization:X2}h";

    /// <summary>VOLUME COHERENCY INFORMATION; null when it is not set, or is nothing that can be read.</summary>
    public CoherencyNote? Coherency => Find(AttributeTable.VolumeCoherencyInformation)?.Coherency;

    /// <summary>What LTFS's lock of the volume says; null when there is none.</summary>
    public string? VolumeLock => Find(AttributeTable.VolumeLock) is { Value: [var code, ..] } ? AttributeText.VolumeLock(code) : null;

    /// <summary>The attribute with this identifier, or null.</summary>
    public CartridgeAttribute? Find(ushort id) => attributes.FirstOrDefault(attribute => attribute.Id == id);

    /// <summary>
    /// Whether a note about coherency is about what is on the tape now: its reference is the volume change reference (LTFS Format
    /// Specification 2.4, "Volume Change Reference"). Null where one of them is missing.
    /// </summary>
    public bool? IsCoherent =>
        Coherency?.VolumeChangeReference is { } noted && Find(AttributeTable.VolumeChangeReference)?.Number is { } now
            ? noted == now
            : null;

    /// <summary>Finds an attribute as people name it: key, short name, name in words, identifier in hexadecimal.</summary>
    public static bool TryParseName(string text, out ushort id) => AttributeTable.TryParse(text, out id);

    /// <summary>
    /// Reads a saved answer to READ ATTRIBUTE: values, or a list of identifiers, which become attributes without a value. Null when it is
    /// neither. Total over bytes.
    /// </summary>
    public static CartridgeAttributes? Decode(ReadOnlySpan<byte> answer)
    {
        if (!AttributeData.TryDecode(answer, out AttributeData data))
            return null;
        var attributes = new List<CartridgeAttribute>();
        foreach (MediumAttribute attribute in data)
            attributes.Add(CartridgeAttribute.Of(attribute));
        bool isWhole = !attributes.Any(static attribute => attribute.IsCutOff) || data.IsTruncated;
        if (attributes.Count > 0 && isWhole && Ascend([.. attributes.Select(static attribute => attribute.Id)]))
            return new CartridgeAttributes(attributes);
        // Identifiers alone look like attributes out of order, of which the last is cut off.
        if (AttributeList.TryDecode(answer, out AttributeList list) && list.Ids.Length > 0 && Ascend(list.Ids))
        {
            return new CartridgeAttributes([.. list.Ids.Select(static id => new CartridgeAttribute(
                id, (byte)(AttributeTable.Find(id)?.Format ?? AttributeFormat.Binary), AttributeTable.OwnerOf(id) != AttributeOwner.Host, []))]);
        }

        return attributes.Count > 0 && Ascend([.. attributes.Select(static attribute => attribute.Id)]) ? new CartridgeAttributes(attributes) : null;
    }

    private static bool Ascend(ImmutableArray<ushort> ids)
    {
        for (int i = 1; i < ids.Length; i++)
        {
            if (ids[i] <= ids[i - 1])
                return false;
        }

        return true;
    }

    private string? Text(ushort id) => Find(id)?.Describe(Localization) is { Length: > 0 } text ? text : null;
}
