using System.IO.Enumeration;

namespace Capstan.Operations;

/// <summary>
/// Counts the source tree beside the backup, for the time left. Only where somebody watches; an estimate that never stops a backup.
/// </summary>
internal sealed class SourceTotals : IDisposable
{
    /// <summary>What an entry costs in the archive besides its content, about.</summary>
    private const int HeaderBytes = 1536;

    private readonly CancellationTokenSource _stop = new();
    private readonly Thread? _thread;

    public SourceTotals(ProgressCounters progress, IReadOnlyList<string> paths)
    {
        if (!progress.WantsTotals)
            return;
        _thread = new Thread(() => Count(progress, paths)) { IsBackground = true, Name = "totals", Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread?.Join();
        _stop.Dispose();
    }

    private void Count(ProgressCounters progress, IReadOnlyList<string> paths)
    {
        long bytes = 0, files = 0;
        try
        {
            foreach (string path in paths)
            {
                if (File.Exists(path))
                {
                    bytes += new FileInfo(path).Length + HeaderBytes;
                    files++;
                    continue;
                }

                foreach (long size in Sizes(path))
                {
                    if (_stop.IsCancellationRequested)
                        return;
                    bytes += size + HeaderBytes;
                    files++;
                }
            }

            progress.SetTotals(bytes, files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The backup itself will name what cannot be read; without totals there is no estimate.
        }
    }

    private static FileSystemEnumerable<long> Sizes(string directory) => new(directory,
        static (ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint) || entry.IsDirectory ? 0 : (entry.Length + 511) & ~511L,
        new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 })
    {
        ShouldRecursePredicate = static (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
    };
}
