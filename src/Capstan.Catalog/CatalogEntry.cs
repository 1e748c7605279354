namespace Capstan.Catalog;

/// <summary>What an entry is. The numbers are stored; never renumber.</summary>
public enum EntryKind
{
    File = 0,
    Directory = 1,
    SymbolicLink = 2,
    HardLink = 3,
    CharacterDevice = 4,
    BlockDevice = 5,
    Fifo = 6,
    Socket = 7,
}

/// <summary>How well an entry was saved. The numbers are stored; never renumber.</summary>
public enum EntryState
{
    /// <summary>As it was on disk.</summary>
    Ok = 0,

    /// <summary>It changed while it was read: the bytes on tape are of no single moment.</summary>
    Changed = 1,

    /// <summary>It became shorter while it was read: the rest on tape is zeros.</summary>
    Shrunk = 2,

    /// <summary>It became longer while it was read: what was added is not on tape.</summary>
    Grown = 3,

    /// <summary>Reading it failed part way: the rest on tape is zeros.</summary>
    Unreadable = 4,

    /// <summary>The stream was cut (end of tape, Ctrl-C) before its last byte.</summary>
    Cut = 5,
}

/// <summary>
/// One saved file, directory or link, on its way into the catalog. A view: its spans are copied by
/// <see cref="BackupRecorder.AddEntry"/> and need not outlive the call.
/// </summary>
public readonly ref struct CatalogEntry
{
    /// <summary>Raw bytes, '/' between names, no trailing '/'. Not empty, no zero byte.</summary>
    public required ReadOnlySpan<byte> Path { get; init; }

    public required EntryKind Kind { get; init; }

    public EntryState State { get; init; }

    /// <summary>Permission bits as in <c>st_mode</c>, with or without the type bits.</summary>
    public uint Mode { get; init; }

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    /// <summary>Length of the content in bytes, holes included; 0 for what has no content.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Time of last modification: seconds since 1970-01-01 UTC, may be negative.</summary>
    public long ModifiedSeconds { get; init; }

    /// <summary>0 to 999,999,999, to be added to <see cref="ModifiedSeconds"/>.</summary>
    public int ModifiedNanoseconds { get; init; }

    /// <summary>Target of a symbolic or hard link, raw bytes; empty for everything else.</summary>
    public ReadOnlySpan<byte> LinkTarget { get; init; }

    /// <summary>XXH3 128-bit hash of the content, 16 bytes in canonical (big-endian) order; empty where there is no content.</summary>
    public ReadOnlySpan<byte> Hash { get; init; }

    /// <summary>Number of the part (<see cref="BackupPart.Number"/>) whose archive stream holds the entry's beginning.</summary>
    public int Part { get; init; }

    /// <summary>Where the entry's first header begins, in bytes from the beginning of that part's archive.</summary>
    public long ArchiveOffsetBytes { get; init; }
}
