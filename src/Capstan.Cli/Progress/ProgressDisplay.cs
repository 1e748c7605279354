using System.Diagnostics.CodeAnalysis;

namespace Capstan.Cli;

/// <summary>
/// Shows how an operation gets on, on a thread of its own: the operation keeps the main thread, and its exceptions stay its own.
/// </summary>
internal abstract class ProgressDisplay : IDisposable
{
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;

    /// <summary>Prints a note among what is shown.</summary>
    public abstract void WriteLine(string text);

    public virtual void Start()
    {
        _thread = new Thread(Show) { IsBackground = true, Name = "progress" };
        _thread.Start();
    }

    /// <summary>Shows nothing for a while, until <see cref="Start"/>: somebody else needs the terminal.</summary>
    /// <returns>Whether something was shown.</returns>
    public bool Suspend()
    {
        if (_thread is null)
            return false;
        _stop.Set();
        _thread.Join();
        _thread = null;
        _stop.Reset();
        return true;
    }

    public void Dispose()
    {
        if (_thread is null)
            return;
        _stop.Set();
        _thread.Join();
        _thread = null;
        _stop.Dispose();
        End();
    }

    /// <summary>Runs until <see cref="Wait"/> is true.</summary>
    protected abstract void Run();

    /// <summary>After the thread has ended.</summary>
    protected virtual void End()
    {
    }

    /// <summary>True when the operation has ended.</summary>
    protected bool Wait(TimeSpan time) => _stop.Wait(time);

    [SuppressMessage("Design", "CA1031", Justification = "An exception on this thread would end the process, and with it a backup.")]
    private void Show()
    {
        try
        {
            Run();
        }
        catch (Exception)
        {
            // The terminal has gone, or drawing failed: a backup does not end for that, and it still prints its result.
        }
    }
}

/// <summary>Shows nothing, prints notes.</summary>
internal sealed class NoProgress(OutputChannel channel) : ProgressDisplay
{
    private readonly Lock _gate = new();

    public override void WriteLine(string text)
    {
        lock (_gate)
            channel.Writer.WriteLine(text);
    }

    public override void Start()
    {
        // Nothing is shown: no thread.
    }

    protected override void Run()
    {
    }
}

/// <summary>A line every few seconds, for logs.</summary>
internal sealed class LineProgress(OutputChannel channel, ProgressState state, TimeSpan interval) : ProgressDisplay
{
    private readonly Lock _gate = new();

    public override void WriteLine(string text)
    {
        lock (_gate)
            channel.Writer.WriteLine(text);
    }

    protected override void Run()
    {
        state.Sample();
        while (!Wait(interval))
        {
            state.Sample();
            if (state.HasMoved || state.Phase.Length > 0)
                WriteLine(state.Line());
        }
    }

    protected override void End()
    {
        if (state.HasMoved)
            WriteLine(state.FinalLine());
    }
}
