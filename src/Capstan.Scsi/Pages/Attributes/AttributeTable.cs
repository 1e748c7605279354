using System.Collections.Immutable;
using System.Globalization;

namespace Capstan.Scsi;

/// <summary>Who owns an attribute (SPC-4 table 440): 0000h to 03FFh and 0C00h to 0FFFh the device, 0400h to 07FFh and 1000h to 13FFh the medium, others the host.</summary>
public enum AttributeOwner : byte
{
    Device,
    Medium,
    Host,
}

/// <summary>How an attribute's bytes are to be read.</summary>
public enum AttributeKind : byte
{
    /// <summary>Bytes without a meaning that is known here.</summary>
    Opaque,

    /// <summary>A big-endian number of 1 to 8 bytes.</summary>
    Number,

    /// <summary>A number that people read in hexadecimal: density codes, references.</summary>
    Code,

    /// <summary>A number of megabytes (10^6 bytes).</summary>
    Megabytes,

    /// <summary>A number of bytes.</summary>
    Bytes,

    /// <summary>A number of metres.</summary>
    Metres,

    /// <summary>A number of tenths of a millimetre.</summary>
    TenthsOfMillimetres,

    /// <summary>A logical object identifier; all ones means none, one less that it is not known (SPC-4 7.4.2.2.9).</summary>
    ObjectId,

    /// <summary>64 flags, the first in the most significant bit.</summary>
    TapeAlertFlags,

    /// <summary>Vendor and serial number of a device: <see cref="Scsi.DeviceAtLoad"/>.</summary>
    DeviceAtLoad,

    /// <summary>Plain ASCII.</summary>
    Ascii,

    /// <summary>YYYYMMDD in ASCII.</summary>
    Date,

    /// <summary>YYYYMMDDHHMM in ASCII.</summary>
    DateAndTime,

    /// <summary>Text in the code that TEXT LOCALIZATION IDENTIFIER names.</summary>
    Text,

    /// <summary>MEDIUM TYPE: data, cleaning, write once.</summary>
    MediumType,

    /// <summary>MEDIUM TYPE INFORMATION; on a cleaning cartridge the number of cleanings that it is good for.</summary>
    MediumTypeInformation,

    /// <summary>TEXT LOCALIZATION IDENTIFIER: <see cref="AttributeText"/>.</summary>
    Localization,

    /// <summary><see cref="VolumeCoherency"/>.</summary>
    Coherency,

    /// <summary>LTFS's lock of a volume.</summary>
    VolumeLock,

    /// <summary>A sequence of density codes, one byte each.</summary>
    DensityCodes,

    /// <summary>Counters of the medium, 6 bytes each (SPC-4 7.4.2.2.11).</summary>
    MediumUsage,

    /// <summary>Counters of a partition, 4 bytes each (SPC-4 7.4.2.2.12).</summary>
    PartitionUsage,

    /// <summary>A globally unique identifier as 36 characters.</summary>
    Guid,
}

/// <summary>What is known of an attribute.</summary>
/// <param name="Id">ATTRIBUTE IDENTIFIER.</param>
/// <param name="Key">For command lines and JSON: <c>user-medium-text-label</c>.</param>
/// <param name="Name">As T10 has it, in words.</param>
/// <param name="Format">FORMAT.</param>
/// <param name="Length">ATTRIBUTE LENGTH in bytes; 0 where it varies.</param>
/// <param name="Kind">How to read it.</param>
public sealed record AttributeDescriptor(ushort Id, string Key, string Name, AttributeFormat Format, int Length, AttributeKind Kind)
{
    /// <summary>Another name for <see cref="Key"/>, shorter; null where there is none.</summary>
    public string? Alias { get; init; }

    public AttributeOwner Owner => AttributeTable.OwnerOf(Id);

    /// <summary>Hosts may write it, as far as the device has it.</summary>
    public bool IsWritable => Owner == AttributeOwner.Host;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id:X4}h {Name}");
}

/// <summary>The attributes of SPC-4 7.4 (and SSC-4 7.1, 7.2), and those of LTO cartridges that vendors and LTFS added.</summary>
public static class AttributeTable
{
    public const ushort RemainingCapacity = 0x0000;
    public const ushort MaximumCapacity = 0x0001;
    public const ushort TapeAlertFlags = 0x0002;
    public const ushort LoadCount = 0x0003;
    public const ushort MemorySpaceRemaining = 0x0004;
    public const ushort AssigningOrganization = 0x0005;
    public const ushort FormattedDensityCode = 0x0006;
    public const ushort InitializationCount = 0x0007;
    public const ushort VolumeChangeReference = 0x0009;
    public const ushort DeviceAtLastLoad = 0x020A;
    public const ushort MegabytesWrittenInLife = 0x0220;
    public const ushort MegabytesReadInLife = 0x0221;
    public const ushort MegabytesWrittenThisLoad = 0x0222;
    public const ushort MegabytesReadThisLoad = 0x0223;
    public const ushort FirstEncryptedBlock = 0x0224;
    public const ushort FirstUnencryptedBlock = 0x0225;
    public const ushort MediumManufacturer = 0x0400;
    public const ushort MediumSerialNumber = 0x0401;
    public const ushort MediumLength = 0x0402;
    public const ushort MediumWidth = 0x0403;
    public const ushort MediumAssigningOrganization = 0x0404;
    public const ushort MediumDensityCode = 0x0405;
    public const ushort MediumManufactureDate = 0x0406;
    public const ushort MemoryCapacity = 0x0407;
    public const ushort MediumType = 0x0408;
    public const ushort MediumTypeInformation = 0x0409;
    public const ushort ApplicationVendor = 0x0800;
    public const ushort ApplicationName = 0x0801;
    public const ushort ApplicationVersion = 0x0802;
    public const ushort UserMediumTextLabel = 0x0803;
    public const ushort DateAndTimeLastWritten = 0x0804;
    public const ushort TextLocalizationIdentifier = 0x0805;
    public const ushort Barcode = 0x0806;
    public const ushort OwningHostTextualName = 0x0807;
    public const ushort MediaPool = 0x0808;
    public const ushort PartitionUserTextLabel = 0x0809;
    public const ushort ApplicationFormatVersion = 0x080B;
    public const ushort VolumeCoherencyInformation = 0x080C;
    public const ushort VolumeLock = 0x1623;

    /// <summary>In the order of their identifiers.</summary>
    public static ImmutableArray<AttributeDescriptor> All { get; } =
    [
        Number(0x0000, "remaining-capacity", "Remaining Capacity In Partition", 8, AttributeKind.Megabytes),
        Number(0x0001, "maximum-capacity", "Maximum Capacity In Partition", 8, AttributeKind.Megabytes),
        Number(0x0002, "tapealert-flags", "TapeAlert Flags", 8, AttributeKind.TapeAlertFlags),
        Number(0x0003, "load-count", "Load Count", 8),
        Number(0x0004, "mam-space-remaining", "MAM Space Remaining", 8, AttributeKind.Bytes),
        Ascii(0x0005, "assigning-organization", "Assigning Organization", 8),
        Number(0x0006, "formatted-density-code", "Formatted Density Code", 1, AttributeKind.Code),
        Number(0x0007, "initialization-count", "Initialization Count", 2),
        Ascii(0x0008, "volume-identifier", "Volume Identifier", 32),
        Number(0x0009, "volume-change-reference", "Volume Change Reference", 0, AttributeKind.Code),
        Ascii(0x020A, "device-at-last-load", "Device Vendor/Serial Number at Last Load", 40, AttributeKind.DeviceAtLoad),
        Ascii(0x020B, "device-at-load-1", "Device Vendor/Serial Number at Load-1", 40, AttributeKind.DeviceAtLoad),
        Ascii(0x020C, "device-at-load-2", "Device Vendor/Serial Number at Load-2", 40, AttributeKind.DeviceAtLoad),
        Ascii(0x020D, "device-at-load-3", "Device Vendor/Serial Number at Load-3", 40, AttributeKind.DeviceAtLoad),
        Number(0x0220, "mb-written-in-life", "Total MBytes Written in Medium Life", 8, AttributeKind.Megabytes),
        Number(0x0221, "mb-read-in-life", "Total MBytes Read in Medium Life", 8, AttributeKind.Megabytes),
        Number(0x0222, "mb-written-this-load", "Total MBytes Written in Current/Last Load", 8, AttributeKind.Megabytes),
        Number(0x0223, "mb-read-this-load", "Total MBytes Read in Current/Last Load", 8, AttributeKind.Megabytes),
        Number(0x0224, "first-encrypted-block", "Logical Position of First Encrypted Block", 8, AttributeKind.ObjectId),
        Number(0x0225, "first-unencrypted-block", "Logical Position of First Unencrypted Block After the First Encrypted Block", 8, AttributeKind.ObjectId),
        Bytes(0x0340, "medium-usage-history", "Medium Usage History", 90, AttributeKind.MediumUsage),
        Bytes(0x0341, "partition-usage-history", "Partition Usage History", 60, AttributeKind.PartitionUsage),
        Ascii(0x0400, "medium-manufacturer", "Medium Manufacturer", 8),
        Ascii(0x0401, "medium-serial-number", "Medium Serial Number", 32) with { Alias = "serial" },
        Number(0x0402, "medium-length", "Medium Length", 4, AttributeKind.Metres),
        Number(0x0403, "medium-width", "Medium Width", 4, AttributeKind.TenthsOfMillimetres),
        Ascii(0x0404, "medium-assigning-organization", "Medium Assigning Organization", 8),
        Number(0x0405, "medium-density-code", "Medium Density Code", 1, AttributeKind.Code),
        Ascii(0x0406, "medium-manufacture-date", "Medium Manufacture Date", 8, AttributeKind.Date),
        Number(0x0407, "mam-capacity", "MAM Capacity", 8, AttributeKind.Bytes),
        Number(0x0408, "medium-type", "Medium Type", 1, AttributeKind.MediumType),
        Number(0x0409, "medium-type-information", "Medium Type Information", 2, AttributeKind.MediumTypeInformation),
        Bytes(0x040A, "numeric-medium-serial-number", "Numeric Medium Serial Number", 0),
        Bytes(0x040B, "supported-density-codes", "Supported Density Codes", 10, AttributeKind.DensityCodes),
        Ascii(0x0800, "application-vendor", "Application Vendor", 8) with { Alias = "vendor" },
        Ascii(0x0801, "application-name", "Application Name", 32) with { Alias = "application" },
        Ascii(0x0802, "application-version", "Application Version", 8) with { Alias = "version" },
        Text(0x0803, "user-medium-text-label", "User Medium Text Label", 160) with { Alias = "label" },
        Ascii(0x0804, "date-and-time-last-written", "Date And Time Last Written", 12, AttributeKind.DateAndTime) with { Alias = "date" },
        Number(0x0805, "text-localization-identifier", "Text Localization Identifier", 1, AttributeKind.Localization) with { Alias = "localization" },
        Ascii(0x0806, "barcode", "Barcode", 32),
        Text(0x0807, "owning-host-textual-name", "Owning Host Textual Name", 80) with { Alias = "host" },
        Text(0x0808, "media-pool", "Media Pool", 160) with { Alias = "pool" },
        Ascii(0x0809, "partition-user-text-label", "Partition User Text Label", 16),
        Number(0x080A, "load-unload-at-partition", "Load/Unload at Partition", 1),
        Ascii(0x080B, "application-format-version", "Application Format Version", 16) with { Alias = "format-version" },
        Bytes(0x080C, "volume-coherency-information", "Volume Coherency Information", 0, AttributeKind.Coherency) with { Alias = "coherency" },
        Bytes(0x0820, "medium-guid", "Medium Globally Unique Identifier", 36, AttributeKind.Guid),
        Bytes(0x0821, "media-pool-guid", "Media Pool Globally Unique Identifier", 36, AttributeKind.Guid),
        Bytes(0x1000, "unique-cartridge-identity", "Unique Cartridge Identity (UCI)", 28),
        Bytes(0x1001, "alternate-unique-cartridge-identity", "Alternate Unique Cartridge Identity (Alt-UCI)", 24),
        Number(0x1623, "volume-lock", "Volume Lock", 1, AttributeKind.VolumeLock) with { Alias = "lock" },
    ];

    /// <summary>Who owns an identifier (SPC-4 table 440).</summary>
    public static AttributeOwner OwnerOf(ushort id) => (id >> 10) switch
    {
        0 or 3 => AttributeOwner.Device,
        1 or 4 => AttributeOwner.Medium,
        _ => AttributeOwner.Host,
    };

    /// <summary>What is known of an attribute, or null.</summary>
    public static AttributeDescriptor? Find(ushort id)
    {
        foreach (AttributeDescriptor descriptor in All)
        {
            if (descriptor.Id == id) return descriptor;
        }

        return null;
    }

    /// <summary>
    /// Finds an attribute as people name it: its key, its short name, its name in words in any case, with spaces, dashes or underscores,
    /// or its identifier in hexadecimal (<c>0803</c>, <c>0x803</c>, <c>803h</c>).
    /// </summary>
    /// <param name="text">What was typed.</param>
    /// <param name="id">The identifier, when the answer is true; it need not be in the table when it was given as a number.</param>
    public static bool TryParse(string text, out ushort id)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (AttributeDescriptor descriptor in All)
        {
            if (!IsSame(text, descriptor.Key) && !IsSame(text, descriptor.Name) && (descriptor.Alias is not { } alias || !IsSame(text, alias)))
                continue;
            id = descriptor.Id;
            return true;
        }

        ReadOnlySpan<char> digits = text.AsSpan().Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        else if (digits.EndsWith("h", StringComparison.OrdinalIgnoreCase)) digits = digits[..^1];
        return ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id);
    }

    private static bool IsSame(ReadOnlySpan<char> typed, ReadOnlySpan<char> name)
    {
        int i = 0, j = 0;
        while (true)
        {
            while (i < typed.Length && !char.IsLetterOrDigit(typed[i])) i++;
            while (j < name.Length && !char.IsLetterOrDigit(name[j])) j++;
            if (i == typed.Length || j == name.Length) return i == typed.Length && j == name.Length && i > 0;
            if (char.ToLowerInvariant(typed[i++]) != char.ToLowerInvariant(name[j++])) return false;
        }
    }

    private static AttributeDescriptor Number(ushort id, string key, string name, int length, AttributeKind kind = AttributeKind.Number) =>
        new(id, key, name, AttributeFormat.Binary, length, kind);

    private static AttributeDescriptor Ascii(ushort id, string key, string name, int length, AttributeKind kind = AttributeKind.Ascii) =>
        new(id, key, name, AttributeFormat.Ascii, length, kind);

    private static AttributeDescriptor Text(ushort id, string key, string name, int length) =>
        new(id, key, name, AttributeFormat.Text, length, AttributeKind.Text);

    private static AttributeDescriptor Bytes(ushort id, string key, string name, int length, AttributeKind kind = AttributeKind.Opaque) =>
        new(id, key, name, AttributeFormat.Binary, length, kind);
}
