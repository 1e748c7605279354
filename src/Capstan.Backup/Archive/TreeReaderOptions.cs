using System.Text;

namespace Capstan.Backup.Archive;

/// <summary>What of the named trees goes into an archive.</summary>
public sealed class TreeReaderOptions
{
    /// <summary>Stay on the file system of each root; a mount point is stored as an empty directory.</summary>
    public bool OneFileSystem { get; init; }

    /// <summary>Names to leave out, with all that is below them; see <see cref="GlobPattern"/>.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Directories to leave out because the backup itself writes there (the cartridge's files, the catalog).</summary>
    public IReadOnlySet<FileIdentity> SkipDirectories { get; init; } = new HashSet<FileIdentity>();

    internal GlobPattern[] CompileExclude() => [.. Exclude.Select(pattern => new GlobPattern(Encoding.UTF8.GetBytes(pattern)))];
}
