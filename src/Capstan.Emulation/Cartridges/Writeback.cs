namespace Capstan.Emulation.Cartridges;

/// <summary>
/// Makes the kernel write a growing file to its device while it grows, so that the synchronisation at the end is short. The
/// request itself costs milliseconds for each 16 MiB (the kernel submits the pages in it), so it has a thread of its own.
/// </summary>
internal sealed class Writeback(HostFile file) : IDisposable
{
    private readonly AutoResetEvent _wake = new(false);
    private readonly Lock _gate = new();
    private Thread? _thread;
    private long _done;
    private long _wanted;
    private volatile bool _stopping;

    /// <summary>Everything before <paramref name="end"/> may go to the device. Never blocks on it.</summary>
    public void Request(long end)
    {
        lock (_gate)
            _wanted = end;
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "writeback" };
            _thread.Start();
        }

        _wake.Set();
    }

    /// <summary>The file was cut: what lies behind will be written anew.</summary>
    public void Cut(long end)
    {
        lock (_gate)
        {
            _done = Math.Min(_done, end);
            _wanted = Math.Min(_wanted, end);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread?.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (_wake.WaitOne() && !_stopping)
        {
            long start, end;
            lock (_gate)
            {
                (start, end) = (_done, _wanted);
                _done = Math.Max(start, end);
            }

            if (end > start)
                file.StartWriteback(start, end - start);
        }
    }
}
