using Capstan.Backup.Engine;

namespace Capstan.Operations;

/// <summary>`capstan verify`.</summary>
public static class VerifyOperation
{
    /// <exception cref="OperationException">The backup could not be read at all, with the reason.</exception>
    public static VerifyReport Run(OperationContext context, VerifyRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        long start = context.Time.GetTimestamp();
        using var source = BackupOnTape.Open(context, request.Device, request.Id, request.Protect, cancellation);
        return Failures.Guard(() =>
        {
            context.Listener.Phase("verifying");
            VerifyOutcome outcome = new VerifyEngine(source.Drive, source.Catalog, source.Progress).Run(source.Backup, cancellation);
            double seconds = context.Time.GetElapsedTime(start).TotalSeconds;
            return new VerifyReport(source.Backup.ShortId, source.Device, source.TapeLabel, outcome.Files, outcome.ContentBytes, seconds,
                outcome.ContentBytes / Math.Max(seconds, 1e-6), source.Progress.Problems, outcome.DamagedFiles, outcome.DamagedBlocks,
outcome.DamagedFiles > 0 || outcome.DamagedBlocks.Count > 0 ? ExitStatus.Damaged
                    : outcome.IsInterrupted ? ExitStatus.Interrupted : ExitStatus.Success,
                source.Drive.ProtectionName);
        });
    }
}
