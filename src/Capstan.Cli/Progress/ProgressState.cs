using Capstan.Operations;

namespace Capstan.Cli;

/// <summary>What a line or a bar of progress says. Read by one thread at a time.</summary>
internal sealed class ProgressState(ProgressCounters counters, TimeProvider time)
{
    private readonly RateMeter _rate = new(time);
    private readonly long _start = time.GetTimestamp();
    private volatile string _phase = "";

    /// <summary>What is being done now; set by any thread.</summary>
    public string Phase
    {
        get => _phase;
        set => _phase = value;
    }

    public ProgressCounters Counters => counters;

    public bool HasMoved => counters.Bytes > 0 || counters.Files > 0;

    /// <summary>0 to 1; null while the total is unknown.</summary>
    public double? Fraction => counters.TotalBytes is { } total and > 0 ? Math.Clamp((double)counters.Bytes / total, 0, 1) : null;

    public string Amount => counters.TotalBytes is { } total
        ? $"{HumanText.Size(counters.Bytes)} of {HumanText.Size(total)}"
        : HumanText.Size(counters.Bytes);

    /// <summary>Not every operation counts them: a raw tape file has none.</summary>
    private string Entries => counters.Files > 0 ? ", " + HumanText.Count(counters.Files, "entry", "entries") : "";

    public string Rate => _rate.BytesPerSecond is { } rate ? HumanText.Rate(rate) : "";

    public string TimeLeft => _rate.Remaining(counters.Bytes, counters.TotalBytes) is { } left ? $"{HumanText.Clock(left)} left" : "";

    public void Sample() => _rate.Add(counters.Bytes);

    /// <summary>For a log: <c>writing the archive: 1.2 GB of 2.6 GB (46%), 1,200 files, 310.0 MB/s, 0:05 left</c>.</summary>
    public string Line()
    {
        // Something that moves no data, a format for instance, has a phase and nothing to count.
        if (!HasMoved && counters.TotalBytes is null)
            return Phase.Length > 0 ? Phase : "working";
        string percent = Fraction is { } fraction ? $" ({fraction * 100:0}%)" : "";
        string line = $"{(Phase.Length > 0 ? Phase : "working")}: {Amount}{percent}{Entries}";
        if (Rate.Length > 0)
            line += ", " + Rate;
        return TimeLeft.Length > 0 ? line + ", " + TimeLeft : line;
    }

    /// <summary>The last line: what was done in all, at what mean rate.</summary>
    public string FinalLine()
    {
        double seconds = time.GetElapsedTime(_start).TotalSeconds;
        string rate = seconds > 0 ? $", {HumanText.Rate(counters.Bytes / seconds)}" : "";
        return $"ended: {HumanText.Size(counters.Bytes)}{Entries} in {HumanText.Duration(seconds)}{rate}";
    }
}
