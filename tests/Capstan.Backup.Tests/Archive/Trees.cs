using Capstan.Backup.Archive;

namespace Capstan.Backup.Tests.Archive;

/// <summary>Archives and restores whole trees for tests.</summary>
internal static class Trees
{
    /// <summary>What is in a directory, without a prefix.</summary>
    public static byte[] Archive(
        string directory, IArchiveJournal journal, TreeReaderOptions? options = null, int blockLength = 262_128,
        int maxOpen = DirectoryStack.DefaultMaxOpen, Action<long>? betweenReads = null)
    {
        var sink = new MemorySink(blockLength);
        using var reader = new TreeReader(sink, journal, options ?? new TreeReaderOptions(), new DirectoryStack(maxOpen))
        {
            BetweenReads = betweenReads,
        };
        // A root below nothing: the name of the temporary directory must not be in the archive.
        reader.ArchiveUnprefixed(Posix.Bytes(directory)).ShouldBe(ArchiveOutcome.Complete);
        return sink.ToArray();
    }

    public static RecordingRestore Restore(
        byte[] archive, string directory, TreeWriterOptions? options = null, int pieceLength = 262_128,
        int maxOpen = DirectoryStack.DefaultMaxOpen, PathSelection? selection = null, Func<string, UInt128, bool>? isExpected = null)
    {
        var journal = new RecordingRestore { Judge = isExpected };
        using var writer = new TreeWriter(Posix.Bytes(directory), journal, options ?? new TreeWriterOptions(), new DirectoryStack(maxOpen));
        journal.Error = writer.Restore(new PaxReader(new MemorySource(archive, pieceLength)), selection);
        return journal;
    }
}

internal sealed class RecordingRestore : IRestoreJournal
{
    public Func<string, UInt128, bool>? Judge { get; init; }

    public ArchiveError Error { get; set; }

    public List<(string Path, RestoreState State)> Entries { get; } = [];

    public List<(string Path, string What)> Problems { get; } = [];

    public Dictionary<string, UInt128> Hashes { get; } = [];

    public bool IsExpected(TreeEntry entry, long archiveOffset, UInt128 hash)
    {
        string path = Posix.Latin1(entry.Path);
        Hashes[path] = hash;
        return Judge?.Invoke(path, hash) ?? true;
    }

    public void Entry(TreeEntry entry, RestoreState state, long archiveOffset) => Entries.Add((Posix.Latin1(entry.Path), state));

    public void Problem(ReadOnlySpan<byte> path, string what) => Problems.Add((Posix.Latin1(path), what));
}
