namespace Capstan.Backup.Archive;

/// <summary>What became of an entry that has a header in the archive.</summary>
public enum EntryState
{
    /// <summary>As it was on disk, whole.</summary>
    Stored,

    /// <summary>It was modified or grew while it was read: the bytes in the archive may never have existed together.</summary>
    Changed,

    /// <summary>It became shorter while it was read; zeros stand for the missing bytes.</summary>
    Shrunk,

    /// <summary>Reading failed in the middle (I/O error); zeros stand for what could not be read.</summary>
    Damaged,

    /// <summary>The archive was stopped inside this entry, which is its last: the content is cut off.</summary>
    Cut,
}

/// <summary>Hears what the archive writer does, on the writer's thread.</summary>
public interface IArchiveJournal
{
    /// <summary>An entry and its content were written. Nothing is called for what could not even be opened, except <see cref="Problem"/>.</summary>
    /// <param name="entry">Reused for the next entry: copy what is to be kept.</param>
    /// <param name="state">Whether the archive holds it whole.</param>
    /// <param name="archiveOffset">Offset in the archive stream of the entry's first header block, a multiple of 512.</param>
    /// <param name="hash">XXH3-128 of the whole file content, holes as zeros, seed 0 (big-endian, it is the digest xxh128sum prints). Zero unless <see cref="EntryKind.File"/>.</param>
    void Entry(TreeEntry entry, EntryState state, long archiveOffset, UInt128 hash);

    /// <summary>Something is not in the archive as it should be: could not be read, vanished, changed while it was read.</summary>
    /// <param name="path">Raw bytes, as stored in the archive; valid during the call.</param>
    /// <param name="what">The reason in words, without the path.</param>
    void Problem(ReadOnlySpan<byte> path, string what);

    /// <summary>Left out on purpose: a socket, another file system, the archive's own cartridge. No reason for a failing exit status.</summary>
    /// <param name="path">Raw bytes, as it would have been stored; valid during the call.</param>
    /// <param name="why">The reason in words, without the path.</param>
    void Skipped(ReadOnlySpan<byte> path, string why);
}
