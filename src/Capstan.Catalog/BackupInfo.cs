namespace Capstan.Catalog;

/// <summary>How a backup ended. The numbers are stored; never renumber.</summary>
public enum BackupState
{
    /// <summary>It is being written, or its process died and nobody has looked since.</summary>
    Running = 0,

    /// <summary>Everything is on tape, with a manifest.</summary>
    Complete = 1,

    /// <summary>It was ended early (end of tape, Ctrl-C); what it lists is on tape and restorable.</summary>
    Incomplete = 2,

    /// <summary>Its process died; the catalog keeps that it existed and nothing of its content.</summary>
    Interrupted = 3,
}

/// <summary>What a new backup is, before its first entry.</summary>
/// <param name="Uuid">Its identity on tape and in the catalog.</param>
/// <param name="Started">Kept to the millisecond.</param>
/// <param name="Host">Name of the machine whose files these are.</param>
/// <param name="User">Who ran it.</param>
/// <param name="SourcesJson">What was asked for, as a JSON array; stored as it is.</param>
/// <param name="Encryption">What the key is called that the drive encrypts it with, empty without a name; null: it is in clear.</param>
public sealed record BackupStart(Guid Uuid, DateTimeOffset Started, string Host, string User, string SourcesJson, string? Encryption = null);

/// <summary>Totals of a backup.</summary>
/// <param name="Files">Regular files, hard links to them not counted again.</param>
/// <param name="Directories">Directories.</param>
/// <param name="Others">Links, devices, pipes, sockets.</param>
/// <param name="Problems">What could not be saved or was saved with a reservation.</param>
/// <param name="ContentBytes">Sum of the contents of the files, in bytes.</param>
/// <param name="ArchiveBytes">Length of the archive streams' content of all parts, in bytes.</param>
public readonly record struct BackupCounts(
    long Files, long Directories, long Others, long Problems, long ContentBytes, long ArchiveBytes);

/// <summary>Where one part of a backup lies. A backup has one part for each tape it was written to.</summary>
/// <param name="Number">From 0, in the order of writing.</param>
/// <param name="Tape">Uuid of the tape, as in its label.</param>
/// <param name="ArchiveUuid">Content uuid of the archive stream.</param>
/// <param name="ArchiveFirstObjectId">Logical object identifier of the archive stream's first block (SSC-4 4.2; what LOCATE(16) takes, SSC-4 7.4).</param>
/// <param name="ArchiveBlockCount">Blocks of the archive stream, its filemark not counted.</param>
/// <param name="FileNumber">Logical file identifier of the archive stream: filemarks between beginning of partition and its first block.</param>
/// <param name="ManifestUuid">Content uuid of the manifest stream; null when the part has none.</param>
/// <param name="ManifestFirstObjectId">Logical object identifier of the manifest stream's first block; null when the part has none.</param>
public sealed record BackupPart(
    int Number,
    Guid Tape,
    Guid ArchiveUuid,
    ulong ArchiveFirstObjectId,
    ulong ArchiveBlockCount,
    ulong FileNumber,
    Guid? ManifestUuid = null,
    ulong? ManifestFirstObjectId = null);

/// <summary>A backup as the catalog knows it.</summary>
/// <param name="Uuid">Its identity.</param>
/// <param name="Started">To the millisecond.</param>
/// <param name="Finished">Null while it runs and when it was interrupted.</param>
/// <param name="Host">Machine whose files these are.</param>
/// <param name="User">Who ran it.</param>
/// <param name="SourcesJson">What was asked for, a JSON array.</param>
/// <param name="State">How it ended.</param>
/// <param name="Counts">Totals; zero until it ended.</param>
/// <param name="Parts">In order of their numbers; empty until it ended.</param>
/// <param name="Encryption">As in <see cref="BackupStart"/>.</param>
public sealed record BackupInfo(
    Guid Uuid,
    DateTimeOffset Started,
    DateTimeOffset? Finished,
    string Host,
    string User,
    string SourcesJson,
    BackupState State,
    BackupCounts Counts,
    IReadOnlyList<BackupPart> Parts,
    string? Encryption = null)
{
    /// <summary>The first 8 hexadecimal digits of <see cref="Uuid"/>: what lists show and users type.</summary>
    public string ShortId => Uuid.ToString("N")[..8];

    /// <summary>Whether its entries are on tape and listed here.</summary>
    public bool IsRestorable => State is BackupState.Complete or BackupState.Incomplete;
}

/// <summary>Something that a backup could not save, or saved with a reservation.</summary>
/// <param name="Path">Raw bytes; empty when it concerns no single path.</param>
/// <param name="Text">A sentence for the user.</param>
public sealed record BackupProblem(byte[] Path, string Text);
