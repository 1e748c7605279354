using Capstan.Backup.Archive;

namespace Capstan.Backup.Engine;

/// <summary>Hears how a backup gets on, on the thread that reads the files. Must be quick.</summary>
public interface IBackupObserver
{
    /// <summary>What is being done now, for people.</summary>
    void Phase(string what);

    /// <summary>An entry is in the archive.</summary>
    void Entry(EntryKind kind, long sizeBytes);

    /// <summary>Something could not be saved as it should be. The path is valid during the call.</summary>
    void Problem(ReadOnlySpan<byte> path, string what);

    /// <summary>Something was left out on purpose.</summary>
    void Skipped(ReadOnlySpan<byte> path, string why);

    /// <summary>Content bytes of the archive stream so far. Called often.</summary>
    void Bytes(long archiveBytes);
}
