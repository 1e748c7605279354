namespace Capstan.Backup.Archive;

/// <summary>What is wrong with an archive.</summary>
public enum ArchiveErrorKind
{
    None = 0,

    /// <summary>The stream ends inside an entry, or without the two blocks of zeros.</summary>
    Truncated,

    /// <summary>A header block does not add up: damaged, or no header at all.</summary>
    BadChecksum,

    /// <summary>A header's numeric field holds no number, or an absurd one.</summary>
    BadNumber,

    /// <summary>An extended header's records are malformed or too long.</summary>
    BadExtendedHeader,

    /// <summary>A sparse file's map is malformed or contradicts its sizes.</summary>
    BadSparseMap,

    /// <summary>An entry without a name.</summary>
    BadName,

    /// <summary>A kind of entry this reader does not know (old GNU sparse, multi-volume, ...).</summary>
    UnsupportedEntry,
}

/// <summary>What is wrong with an archive, and where.</summary>
/// <param name="Kind">What.</param>
/// <param name="Offset">Offset in the archive stream of the block, or the byte after the last one when it is truncated.</param>
public readonly record struct ArchiveError(ArchiveErrorKind Kind, long Offset)
{
    public override string ToString() => Kind switch
    {
        ArchiveErrorKind.None => "no error",
        ArchiveErrorKind.Truncated => $"the archive ends too early, at byte {Offset}",
        ArchiveErrorKind.BadChecksum => $"no valid header at byte {Offset} of the archive (wrong checksum)",
        ArchiveErrorKind.BadNumber => $"the header at byte {Offset} of the archive has a field that is no number",
        ArchiveErrorKind.BadExtendedHeader => $"the extended header at byte {Offset} of the archive is malformed",
        ArchiveErrorKind.BadSparseMap => $"the map of the sparse file at byte {Offset} of the archive is malformed",
        ArchiveErrorKind.BadName => $"the entry at byte {Offset} of the archive has no name",
        _ => $"the entry at byte {Offset} of the archive is of an unknown kind",
    };
}
