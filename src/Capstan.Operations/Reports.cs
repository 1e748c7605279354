using System.Text.Json.Serialization;

namespace Capstan.Operations;

/// <summary>A path and what is wrong with it.</summary>
/// <param name="Path">For display: control characters and invalid UTF-8 made visible.</param>
/// <param name="PathBase64">The path's bytes where <paramref name="Path"/> is not just these; otherwise null.</param>
public sealed record PathProblem(string Path, string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PathBase64 = null);

/// <summary>Where a backup lies on one tape.</summary>
/// <param name="FileNumber">Of the archive: <c>mt asf N</c> goes there. The manifest is the next file.</param>
/// <param name="FirstObjectId">Logical object identifier of the archive's first block.</param>
/// <param name="Blocks">Blocks of 256 KiB.</param>
public sealed record PartSummary(string Tape, long FileNumber, long FirstObjectId, long Blocks);

/// <summary>One backup as lists show it.</summary>
/// <param name="Id">The first 8 hexadecimal digits of the uuid: what users type.</param>
/// <param name="State">running, complete, incomplete, interrupted.</param>
/// <param name="Tapes">Labels of the tapes it lies on.</param>
/// <param name="Encrypted">The drive encrypted it.</param>
/// <param name="Key">What the key is called; null without a name.</param>
public sealed record BackupSummary(
    string Id, Guid Uuid, DateTimeOffset Started, DateTimeOffset? Finished, string Host, string User,
    IReadOnlyList<string> Sources, string State, long Files, long Directories, long Others, long Problems,
    long ContentBytes, long ArchiveBytes, IReadOnlyList<string> Tapes, IReadOnlyList<PartSummary> Parts,
    bool Encrypted = false, string? Key = null);

/// <summary>What a backup did.</summary>
/// <param name="Device">The drive that was used, and why that one.</param>
/// <param name="Reason">Why it is incomplete; null when it is complete.</param>
/// <param name="Problems">Not saved as they should be; at most 1,000 are listed, the backup's own count has all.</param>
/// <param name="Protection">The checksum that travelled with every block; null without --protect.</param>
public sealed record BackupReport(
    BackupSummary Backup, string Device, string Tape, double Seconds, double BytesPerSecond,
    long RemainingTapeBytes, string? Reason, IReadOnlyList<PathProblem> Problems, ExitStatus Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Protection = null);

/// <summary>What a restore did.</summary>
/// <param name="Target">For display, as a problem's path.</param>
/// <param name="TargetBase64">The target's bytes where <paramref name="Target"/> is not just these; otherwise null.</param>
/// <param name="Protection">The checksum that travelled with every block; null without --protect.</param>
public sealed record RestoreReport(
    string Id, string Device, string Tape, string Target, long Files, long Directories, long Others, long Bytes, double Seconds,
    double BytesPerSecond, IReadOnlyList<PathProblem> Problems, long ProblemCount, ExitStatus Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TargetBase64 = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Protection = null);

/// <summary>What reading a backup back showed.</summary>
/// <param name="DamagedFiles">Content that does not match its recorded hash, or cannot be read.</param>
/// <param name="DamagedBlocks">Logical object identifiers of blocks that cannot be read.</param>
/// <param name="Protection">The checksum that travelled with every block; null without --protect.</param>
public sealed record VerifyReport(
    string Id, string Device, string Tape, long Files, long Bytes, double Seconds, double BytesPerSecond,
    IReadOnlyList<PathProblem> DamagedFiles, long DamagedFileCount, IReadOnlyList<long> DamagedBlocks, ExitStatus Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Protection = null);

/// <summary>One entry of a backup, for `show`. Reused between calls: copy what is to be kept.</summary>
public sealed class EntryLine
{
    public string Path { get; internal set; } = "";

    /// <summary>The raw name, for output that must not lose a byte.</summary>
    public ReadOnlyMemory<byte> RawPath { get; internal set; }

    /// <summary>file, directory, symlink, hardlink, chardev, blockdev, fifo.</summary>
    public string Kind { get; internal set; } = "";

    /// <summary>ok, changed, shrunk, grown, unreadable, cut.</summary>
    public string State { get; internal set; } = "";

    public uint Mode { get; internal set; }

    public uint Uid { get; internal set; }

    public uint Gid { get; internal set; }

    public long Size { get; internal set; }

    public DateTimeOffset Modified { get; internal set; }

    public string? LinkTarget { get; internal set; }

    /// <summary>The bytes of the link's text, or of the name that a hard link repeats; empty without a link.</summary>
    public ReadOnlyMemory<byte> RawLinkTarget { get; internal set; }

    /// <summary>XXH3-128 in hexadecimal, as xxh128sum prints it; null without content.</summary>
    public string? Hash { get; internal set; }

    /// <summary>Logical object identifier of the tape block in which the entry begins.</summary>
    public long ObjectId { get; internal set; }
}

/// <summary>State of a drive.</summary>
/// <param name="State">ready, becoming ready, no tape, not loaded, not ready.</param>
/// <param name="Detail">What the drive said when it is not ready; empty when it is.</param>
public sealed record DriveStatusReport(
    string Device, string PickedBy, string Vendor, string Product, string Serial, string Firmware, string Model, string State, string Detail,
    string? Density, int? DensityCode, bool? WriteProtected, PositionReport? Position, long? RemainingBytes, long? CapacityBytes,
    int? MinimumBlockLength, int? MaximumBlockLength, int MaximumTransferBytes, string? Barcode, string? MediumWarning)
{
    /// <summary>Of LTO, 4 to 10; null where that is not known.</summary>
    public int? Generation { get; init; }

    /// <summary>What the maker calls the cartridge (READ MEDIA SERIAL NUMBER); null without a tape, or where the drive does not tell.</summary>
    public string? TapeSerial { get; init; }

    /// <summary>MEDIUM TYPE of the mode parameter header; null without a tape.</summary>
    public int? MediumType { get; init; }

    /// <summary>Whether the cartridge can be written only once.</summary>
    public bool? Worm { get; init; }

    /// <summary>In bytes; 0 for variable blocks.</summary>
    public int? BlockLength { get; init; }

    public bool? Compression { get; init; }

    public bool? Buffering { get; init; }

    /// <summary>What the drive is doing now: none, loading, calibrating, reading and so on.</summary>
    public string? Activity { get; init; }

    /// <summary>How far it has got, 0 to 1; null where it does not tell.</summary>
    public double? Progress { get; init; }

    /// <summary>Whether the cartridge is locked in the drive.</summary>
    public bool? Locked { get; init; }

    /// <summary>required, wanted, no.</summary>
    public string? Cleaning { get; init; }

    /// <summary>TapeAlert flags that are set now; null where the drive has none.</summary>
    public IReadOnlyList<Status.StatusAlert>? Alerts { get; init; }

    /// <summary>off, on, and how it reads then; null where the drive cannot encrypt, or does not tell.</summary>
    public string? Encryption { get; init; }

    public Status.TapeUsage? Usage { get; init; }

    /// <summary>Of the tape, where the drive tells of each (log page 17h).</summary>
    public IReadOnlyList<Pages.PartitionStatistics> Partitions { get; init; } = [];

    /// <summary>Why something is missing that was asked for, beyond that this drive does not have it.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>Where a tape stands.</summary>
public sealed record PositionReport(
    int Partition, long ObjectId, long? FileNumber, bool BeginningOfPartition, bool EndOfPartition);

/// <summary>What a movement did.</summary>
/// <param name="Position">Where the tape stands now; null when there is none in the drive, or the drive does not tell.</param>
/// <param name="ReportsPosition">Whether this drive tells at all where its tape stands.</param>
public sealed record DriveActionReport(
    string Device, string PickedBy, string Action, PositionReport? Position, bool ReportsPosition = true);

/// <summary>What a catalog rebuild found on the tape.</summary>
public sealed record RebuildReport(
    string Device, string Tape, IReadOnlyList<BackupSummary> Backups, IReadOnlyList<string> Notes, ExitStatus Status);
