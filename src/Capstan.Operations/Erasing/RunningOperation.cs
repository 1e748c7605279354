using Capstan.Drive;

namespace Capstan.Operations.Erasing;

/// <summary>Something that the drive does by itself, watched.</summary>
internal static class RunningOperation
{
    /// <summary>Shows how far it is until it has ended, or until somebody has enough of watching: the drive goes on then.</summary>
    /// <param name="context">Has the counters that are shown.</param>
    /// <param name="drive">The drive.</param>
    /// <param name="phase">"erasing".</param>
    /// <param name="bytes">What the whole of it stands for; 0 when unknown.</param>
    /// <param name="cancellation">Ends the watching.</param>
    /// <returns>Whether it has ended.</returns>
    public static bool Watch(OperationContext context, TapeDrive drive, string phase, long bytes, CancellationToken cancellation)
    {
        context.Listener.Phase(phase);
        if (bytes > 0)
            context.Progress.SetTotals(bytes, 0);
        try
        {
            drive.AwaitEnd(new Watcher(context, phase, bytes), cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private sealed class Watcher(OperationContext context, string phase, long bytes) : IProgress<DriveReadiness>
    {
        public void Report(DriveReadiness value)
        {
            if (value.Progress is not { } progress)
                return;
            // With bytes to count there is a bar that says it.
            if (bytes > 0)
                context.Progress.SetBytes((long)(progress * bytes));
            else
                context.Listener.Phase($"{phase}, {progress * 100:0}%");
        }
    }
}
