using System.Runtime.InteropServices;

namespace Capstan.Emulation.Cartridges;

/// <summary>
/// The buffer of the drive: records that are appended in a long run collect here, and a thread brings them to the file in large
/// steps, past the page cache, while the next ones come in. The device then works all the time, and little is left to wait for
/// when the run is made durable. Two steps in turns and no more: what is small stays in the processor's cache until the device fetches it (measured:
/// 16 MiB instead of 8 cost a fifth). Huge pages, where the kernel has them, make a step one piece for the device. On a file system in memory there is
/// no device to keep busy: one step, which the caller's thread writes.
/// </summary>
/// <remarks>
/// All calls come from one thread. A step that fails is remembered: its data were acknowledged before, so everything after it is refused.
/// The bytes in the file are the same as without this buffer.
/// </remarks>
internal sealed unsafe class WriteBuffer : IDisposable
{
    internal const int DefaultStepBytes = 4 * 1024 * 1024;

    /// <summary>Steps to memory: no more than stays in the processor's cache.</summary>
    private const int MostInMemoryBytes = 1024 * 1024;

    private const int StepCount = 2;
    private const int HugePageBytes = 2 * 1024 * 1024;

    /// <summary>Unit in which the device is written past the page cache: the page size, which no logical block exceeds.</summary>
    private const int Alignment = 4096;

    private readonly HostFile _file;
    private readonly HostFile _direct;
    private readonly int _stepBytes;
    private readonly byte* _memory;
    private readonly Thread? _thread;

    // Monitor, not Lock: both sides wait for each other.
    private readonly object _gate = new();
    private byte* _filling;
    private byte* _writing;
    private long _writingOffset;
    private int _errno;
    private bool _stop;

    /// <summary>Where in the file the step begins that is being filled; a multiple of <see cref="Alignment"/>.</summary>
    private long _start;
    private int _fill;

    /// <summary>How much of the step being filled is in the file already.</summary>
    private int _inFile;

    private WriteBuffer(HostFile file, HostFile direct, int stepBytes)
    {
        _file = file;
        _direct = direct;
        _stepBytes = stepBytes;
        bool hasThread = direct != file;
        nuint length = (nuint)stepBytes * (nuint)(hasThread ? StepCount : 1);
        _memory = (byte*)NativeMemory.AlignedAlloc(length, HugePageBytes);
        _filling = _memory;
        if (!hasThread)
            return;
        _ = Interop.LibC.MAdvise(_memory, length, Interop.LibC.AdviseHugePage);
        _thread = new Thread(Run) { IsBackground = true, Name = "drive buffer" };
        _thread.Start();
    }

    /// <summary>Makes the buffer of a file, whose next byte goes to <paramref name="end"/>; null where the host has no way past its cache.</summary>
    internal static WriteBuffer? TryCreate(HostFile file, long end, int stepBytes)
    {
        HostFile? direct = file;
        if (file.IsInMemory)
            stepBytes = Math.Min(stepBytes, MostInMemoryBytes);
        else if (file.TryOpenDirect(out direct) != Errno.None)
            return null;
        var buffer = new WriteBuffer(file, direct!, stepBytes);
        if (buffer.StartAt(end) == Errno.None)
            return buffer;
        buffer.Dispose();
        return null;
    }

    /// <summary>Whether steps are written beside the caller; otherwise <see cref="Failure"/> is known when <see cref="Append"/> returns.</summary>
    internal bool HasThread => _thread is not null;

    /// <summary>errno of the first step that is known to have failed; 0 while none is.</summary>
    internal int Failure
    {
        get
        {
            lock (_gate)
                return _errno;
        }
    }

    /// <summary>Begins anew at an offset. Everything before it is in the file.</summary>
    internal int StartAt(long end)
    {
        _start = end & ~(Alignment - 1L);
        _fill = (int)(end - _start);
        _inFile = _fill;
        int errno = _file.Read(new Span<byte>(_filling, _fill), _start, out int got);
        return errno == Errno.None && got != _fill ? Errno.InputOutput : errno;
    }

    /// <summary>Takes bytes that follow what was taken before. Waits while the device is behind.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            ReadOnlySpan<byte> part = bytes[..Math.Min(bytes.Length, _stepBytes - _fill)];
            part.CopyTo(new Span<byte>(_filling + _fill, part.Length));
            _fill += part.Length;
            bytes = bytes[part.Length..];
            if (_fill == _stepBytes)
                SendStep();
        }
    }

    /// <summary>Returns when everything taken is in the file (which alone makes nothing durable).</summary>
    /// <returns>errno of the first write that failed.</returns>
    internal int Flush()
    {
        lock (_gate)
        {
            while (_writing is not null)
                Monitor.Wait(_gate);
            if (_errno != Errno.None || _inFile == _fill)
                return _errno;
        }
        // The thread rests now, and nothing but this call wakes it.
        int whole = _fill & ~(Alignment - 1);
        _errno = whole > 0 ? Write(_filling, whole, _start) : Errno.None;
        // A part of a page goes through the page cache, so that the file is never longer than what was appended.
        if (_errno == Errno.None && whole < _fill)
            _errno = _file.Write(new ReadOnlySpan<byte>(_filling + whole, _fill - whole), _start + whole);
        if (_errno != Errno.None)
            return _errno;
        new ReadOnlySpan<byte>(_filling + whole, _fill - whole).CopyTo(new Span<byte>(_filling, Alignment));
        _start += whole;
        _fill -= whole;
        _inFile = _fill;
        return Errno.None;
    }

    /// <summary>Waits for what is on its way; what was not flushed is lost.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stop = true;
            Monitor.PulseAll(_gate);
        }
        _thread?.Join();
        if (_direct != _file)
            _direct.Dispose();
        NativeMemory.AlignedFree(_memory);
    }

    /// <summary>Gives the full step to the thread, and goes over to the other one; without a thread it is written here.</summary>
    private void SendStep()
    {
        if (_thread is null)
        {
            if (_errno == Errno.None)
                _errno = Write(_filling, _stepBytes, _start);
            GoOn();
            return;
        }

        lock (_gate)
        {
            while (_writing is not null)
                Monitor.Wait(_gate);
            _writing = _filling;
            _writingOffset = _start;
            Monitor.PulseAll(_gate);
        }
        _filling = _filling == _memory ? _memory + _stepBytes : _memory;
        GoOn();
    }

    private void GoOn()
    {
        _start += _stepBytes;
        _fill = 0;
        _inFile = 0;
    }

    private void Run()
    {
        while (true)
        {
            byte* step;
            int errno;
            lock (_gate)
            {
                while (_writing is null && !_stop)
                    Monitor.Wait(_gate);
                if (_writing is null)
                    return;
                step = _writing;
                errno = _errno;
            }
            // After a failure nothing more is written: the tape ends before the first step that is missing.
            if (errno == Errno.None)
                errno = Write(step, _stepBytes, _writingOffset);
            lock (_gate)
            {
                _errno = errno;
                _writing = null;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private int Write(byte* bytes, int length, long offset)
    {
        var span = new ReadOnlySpan<byte>(bytes, length);
        if (_direct != _file)
            _direct.Faults = _file.Faults;
        int errno = _direct.Write(span, offset);
        // A file system may want coarser units than pages; its cache takes anything.
        return errno == Errno.InvalidArgument ? _file.Write(span, offset) : errno;
    }
}
