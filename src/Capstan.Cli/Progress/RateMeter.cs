namespace Capstan.Cli;

/// <summary>Rate over the last seconds: a mean since the start hides that a drive stands still.</summary>
/// <param name="time">Clock of the samples.</param>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(long Timestamp, long Bytes)> _samples = new();

    /// <summary>In bytes; null until two samples lie apart.</summary>
    public double? BytesPerSecond { get; private set; }

    public void Add(long bytes)
    {
        long now = time.GetTimestamp();
        while (_samples.Count > 1 && time.GetElapsedTime(_samples.Peek().Timestamp, now) > Window)
            _samples.Dequeue();
        if (_samples.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Timestamp, now) is { TotalSeconds: > 0.05 } elapsed)
            BytesPerSecond = Math.Max(0, bytes - oldest.Bytes) / elapsed.TotalSeconds;
        _samples.Enqueue((now, bytes));
    }

    /// <summary>Time until <paramref name="totalBytes"/> at the present rate; null where nobody can know.</summary>
    public TimeSpan? Remaining(long bytes, long? totalBytes)
    {
        if (totalBytes is not { } total || BytesPerSecond is not > 0)
            return null;
        double seconds = Math.Max(0, total - bytes) / BytesPerSecond.Value;
        return seconds < TimeSpan.FromDays(100).TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
