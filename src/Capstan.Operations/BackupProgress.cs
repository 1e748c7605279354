using Capstan.Backup.Archive;
using Capstan.Backup.Engine;

namespace Capstan.Operations;

/// <summary>Passes what the engines tell to listener and counters, and keeps the first problems for the report.</summary>
internal sealed class BackupProgress(OperationContext context) : IBackupObserver
{
    /// <summary>A report is read by people and held in memory; the catalog has every problem.</summary>
    private const int MaxListed = 1000;

    private readonly List<PathProblem> _problems = [];

    public IReadOnlyList<PathProblem> Problems => _problems;

    public long ProblemCount { get; private set; }

    public void Phase(string what) => context.Listener.Phase(what);

    public void Entry(EntryKind kind, long sizeBytes) => context.Progress.AddFile();

    public void Problem(ReadOnlySpan<byte> path, string what)
    {
        PathProblem problem = Text.Problem(path, what);
        ProblemCount++;
        if (_problems.Count < MaxListed)
            _problems.Add(problem);
        context.Listener.Problem(problem.Path, what);
    }

    public void Skipped(ReadOnlySpan<byte> path, string why) => context.Listener.Note($"{Text.Name(path)}: left out, {why}");

    public void Bytes(long archiveBytes) => context.Progress.SetBytes(archiveBytes);
}
