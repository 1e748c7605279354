namespace Capstan.Backup.Archive;

/// <summary>What became of an entry in a restore.</summary>
public enum RestoreState
{
    /// <summary>It is there, with its content and what could be set of its metadata.</summary>
    Restored,

    /// <summary>Something is there already and overwriting was not asked for; that was left alone.</summary>
    Exists,

    /// <summary>A directory that was there already and keeps its own metadata; what is in the archive's is restored into it.</summary>
    Merged,

    /// <summary>Its content is not what was recorded, or is not all there: it is there as NAME.damaged, and what had its name before still has it.</summary>
    Damaged,

    /// <summary>A hard link to a file that was not restored, most likely because it was not selected; see <see cref="TreeEntry.LinkTarget"/>.</summary>
    LinkTargetMissing,

    /// <summary>It could not be made; a problem told why.</summary>
    Failed,
}

/// <summary>Hears what a restore does, on the thread that does it, and judges content.</summary>
public interface IRestoreJournal
{
    /// <summary>Whether a file's content is as it was recorded. False makes it NAME.damaged.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="archiveOffset">Offset in the archive stream of the entry's first header block.</param>
    /// <param name="hash">XXH3-128 of the content as it came from the archive.</param>
    bool IsExpected(TreeEntry entry, long archiveOffset, UInt128 hash);

    /// <summary>A selected entry is done with. A directory's times and permissions follow when everything in it is.</summary>
    /// <param name="entry">Reused for the next entry: copy what is to be kept.</param>
    /// <param name="state">What became of it.</param>
    /// <param name="archiveOffset">Offset in the archive stream of the entry's first header block.</param>
    void Entry(TreeEntry entry, RestoreState state, long archiveOffset);

    /// <summary>Something could not be restored, or not wholly (a permission, an attribute).</summary>
    /// <param name="path">Raw bytes, as stored in the archive; valid during the call.</param>
    /// <param name="what">The reason in words, without the path.</param>
    void Problem(ReadOnlySpan<byte> path, string what);
}
