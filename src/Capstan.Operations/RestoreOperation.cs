using System.Text;
using Capstan.Backup.Archive;
using Capstan.Backup.Engine;
using Capstan.Catalog;

namespace Capstan.Operations;

/// <summary>`capstan restore`.</summary>
public static class RestoreOperation
{
    /// <exception cref="OperationException">Nothing could be restored, with the reason.</exception>
    public static RestoreReport Run(OperationContext context, RestoreRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        long start = context.Time.GetTimestamp();
        using var source = BackupOnTape.Open(context, request.Device, request.Id, request.Protect, cancellation);
        return Failures.Guard(() =>
        {
            context.Listener.Phase("restoring");
            byte[] target = RawArgument.Of(request.Target);
            RestoreOutcome outcome = Restore(source, request, target, cancellation);
            var problems = new List<PathProblem>(source.Progress.Problems);
            foreach (byte[] path in outcome.UnmatchedPaths)
            {
                var missing = Text.Problem(path, $"is not in backup {source.Backup.ShortId}; `capstan show {source.Backup.ShortId}` lists what is");
                problems.Add(missing);
                context.Listener.Problem(missing.Path, missing.Text);
            }

            string targetText = Text.Name(target);
            double seconds = context.Time.GetElapsedTime(start).TotalSeconds;
            long count = outcome.Problems + outcome.UnmatchedPaths.Count;
            return new RestoreReport(source.Backup.ShortId, source.Device, source.TapeLabel, targetText, outcome.Files, outcome.Directories,
                outcome.Others, outcome.ContentBytes, seconds, outcome.ContentBytes / Math.Max(seconds, 1e-6), problems, count,
                outcome.Damaged > 0 ? ExitStatus.Damaged : outcome.IsInterrupted ? ExitStatus.Interrupted : count > 0 ? ExitStatus.Partial : ExitStatus.Success,
                Text.Base64Unless(targetText, target), source.Drive.ProtectionName);
        });
    }

    private static RestoreOutcome Restore(BackupOnTape source, RestoreRequest request, byte[] target, CancellationToken cancellation)
    {
        try
        {
            return new RestoreEngine(source.Drive, source.Catalog, source.Progress).Run(
                source.Backup, target, [.. request.Paths.Select(RawArgument.Of)], request.Overwrite, cancellation);
        }
        catch (RestoreTargetException e)
        {
            throw new OperationException(ExitStatus.Failed, $"--to {Text.Name(target)}: cannot restore there: {e.Message}", e);
        }
    }
}
