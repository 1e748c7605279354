namespace Capstan.Operations;

/// <summary>Hears what happens while an operation runs. Called from several threads; must be quick and thread-safe.</summary>
public interface IOperationListener
{
    /// <summary>What is being done now: "reading the label", "writing the archive". For a status line.</summary>
    void Phase(string what);

    /// <summary>Something the user should know, and nothing is wrong: "created virtual library main".</summary>
    void Note(string text);

    /// <summary>Something is wrong with one path or with the whole (empty path); the operation goes on.</summary>
    /// <param name="path">For display: invalid UTF-8 already made visible.</param>
    void Problem(string path, string text);
}

/// <summary>Live numbers of a running operation; written by its threads, read by whoever draws progress.</summary>
public sealed class ProgressCounters
{
    private long _bytes;
    private long _files;
    private long _totalBytes = -1;
    private long _totalFiles = -1;

    /// <summary>Bytes done so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Entries done so far.</summary>
    public long Files => Interlocked.Read(ref _files);

    /// <summary>Bytes in all; null while unknown.</summary>
    public long? TotalBytes => Interlocked.Read(ref _totalBytes) is >= 0 and var total ? total : null;

    public long? TotalFiles => Interlocked.Read(ref _totalFiles) is >= 0 and var total ? total : null;

    /// <summary>Counting the source tree for a time estimate costs a walk: only done when somebody watches.</summary>
    public bool WantsTotals { get; init; }

    internal void SetBytes(long bytes) => Interlocked.Exchange(ref _bytes, bytes);

    internal void AddBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    internal void AddFile() => Interlocked.Increment(ref _files);

    internal void SetTotals(long bytes, long files)
    {
        Interlocked.Exchange(ref _totalFiles, files);
        Interlocked.Exchange(ref _totalBytes, bytes);
    }
}
