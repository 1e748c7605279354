using Capstan.Drive;

namespace Capstan.Operations.Raw;

/// <summary>Brings what was read from tape to its target: on a thread of its own, or at once where the target takes turns.</summary>
/// <remarks>One thread calls. A target that fails gets nothing more, and ends the reading through <see cref="Stop"/>.</remarks>
internal sealed class RawDelivery : IDisposable
{
    private readonly IRawTarget _target;
    private readonly HandOver<RawRun> _runs = new(3);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread? _thread;
    private volatile Exception? _failure;
    private int _file;

    public RawDelivery(IRawTarget target)
    {
        _target = target;
        if (target.TakesTurns)
            return;
        _thread = new Thread(PassOn) { IsBackground = true, Name = "raw target" };
        _thread.Start();
    }

    /// <summary>Cancelled when the target failed.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Why the target takes no more; null as long as it does.</summary>
    public Exception? Failure => _failure;

    /// <summary>Passes blocks on, or the beginning of a tape file.</summary>
    /// <param name="run">Whose buffer is this object's from now on.</param>
    public void Pass(RawRun run)
    {
        if (_thread is not null)
        {
            if (!_runs.TryAdd(run))
                Drop(run);
            return;
        }

        try
        {
            Deliver(run);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Failed(e);
        }
    }

    /// <summary>Returns when everything was brought there, or the target failed.</summary>
    public void Finish()
    {
        _runs.End();
        _thread?.Join();
    }

    public void Dispose()
    {
        _stop.Cancel();
        Finish();
        _runs.Close(Drop);
        _stop.Dispose();
    }

    /// <summary>Gives a buffer back.</summary>
    public static void Drop(RawRun run) => run.Buffer?.Dispose();

    private void PassOn()
    {
        try
        {
            while (_runs.TryTake(out RawRun run))
                Deliver(run);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Failed(e);
        }
    }

    private void Deliver(RawRun run)
    {
        using (run.Buffer)
        {
            if (_failure is not null)
                return;
            if (run.File != _file)
                _target.Begin(_file = run.File);
            if (run.Buffer is { } buffer)
                _target.Write(buffer.Span[..run.Length]);
        }
    }

    private void Failed(Exception failure)
    {
        _failure = failure;
        _runs.Close(Drop);
        _stop.Cancel();
    }
}
