namespace Capstan.Emulation.Cartridges;

/// <summary>
/// Has the kernel write dirty pages of a file while more is appended, so that the synchronisation at the end is short. It costs
/// as much processor time as the appending itself (block allocation, submitting), hence a thread of its own. It promises nothing:
/// durability comes from fdatasync alone.
/// </summary>
internal sealed class Writeback : IDisposable
{
    private readonly HostFile _file;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private long _target;
    private long _done;
    private volatile bool _stop;

    internal Writeback(HostFile file, long start)
    {
        _file = file;
        _done = start;
        _thread = new Thread(Run) { IsBackground = true, Name = "cartridge writeback" };
        _thread.Start();
    }

    /// <summary>Everything up to this offset may be written.</summary>
    internal void Advance(long offset)
    {
        Volatile.Write(ref _target, offset);
        _wake.Set();
    }

    public void Dispose()
    {
        _stop = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wake.WaitOne();
            if (_stop)
                return;
            long target = Volatile.Read(ref _target);
            // The tape was cut behind our back: what is written there now is new.
            long start = target < _done ? 0 : _done;
            if (target > start)
                _file.StartWriteback(start, target - start);
            _done = target;
        }
    }
}
