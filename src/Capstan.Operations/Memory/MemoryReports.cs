namespace Capstan.Operations.Memory;

/// <summary>One attribute of a cartridge's memory.</summary>
/// <param name="Id">Identifier, four hexadecimal digits.</param>
/// <param name="Key">What `memory show` and `memory set` take; the identifier where the attribute is not known.</param>
/// <param name="Name">As the standard has it.</param>
/// <param name="Owner">device, medium, host.</param>
/// <param name="Format">binary, ascii, text.</param>
/// <param name="ReadOnly">The drive lets nobody write it.</param>
/// <param name="Value">For people; control characters are escaped.</param>
/// <param name="Number">The value where it is a number; else null.</param>
/// <param name="Hex">The value's bytes with their padding.</param>
/// <param name="Truncated">The answer ended in the middle of the value.</param>
public sealed record AttributeReport(
    string Id, string Key, string Name, string Owner, string Format, bool ReadOnly, string Value, ulong? Number, string Hex, bool Truncated);

/// <summary>What an application noted of a partition when it last made it consistent (volume coherency information).</summary>
/// <param name="VolumeChangeReference">The cartridge's reference of then.</param>
/// <param name="Count">Grows with every note.</param>
/// <param name="SetIdentifier">LTFS: the block where its index begins.</param>
/// <param name="LtfsUuid">The volume, where LTFS wrote the note.</param>
/// <param name="LtfsVersion">Of LTFS's part.</param>
/// <param name="ApplicationHex">The application's own part.</param>
/// <param name="IsCurrent">Whether nothing was written since; null where that cannot be told.</param>
public sealed record CoherencyReport(
    ulong? VolumeChangeReference, ulong Count, ulong SetIdentifier, string? LtfsUuid, int? LtfsVersion, string ApplicationHex, bool? IsCurrent);

/// <summary>A cartridge's memory, or what was asked for of it.</summary>
/// <param name="Device">The drive, or the file that was decoded.</param>
/// <param name="PickedBy">Why this drive; null when a file was decoded.</param>
/// <param name="Partition">Whose attributes these are where they are about one partition.</param>
/// <param name="Label">What people call the cartridge, as an application wrote it; null when it did not.</param>
/// <param name="Barcode">As the way to the drive knows it, else as an application wrote it.</param>
/// <param name="Serial">What the maker calls it.</param>
/// <param name="Localization">The code of the texts: ASCII, UTF-8, ISO 8859-1.</param>
/// <param name="Coherency">Null when nothing was noted.</param>
/// <param name="VolumeLock">What LTFS's lock says; null when there is none.</param>
/// <param name="Attributes">In the order of their identifiers.</param>
public sealed record MemoryReport(
    string Device, string? PickedBy, int Partition, string? Label, string? Barcode, string? Serial, string Localization,
    CoherencyReport? Coherency, string? VolumeLock, IReadOnlyList<AttributeReport> Attributes);
