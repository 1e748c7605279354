using System.Diagnostics.CodeAnalysis;

namespace Capstan.Transport;

/// <summary>
/// A bounded set of page-aligned buffers of one length. The bound is what limits the memory of a backup: a producer that is
/// faster than the drive waits here.
/// </summary>
/// <remarks>
/// Thread-safe. Memory is allocated when a buffer is needed for the first time and kept until the pool is disposed; renting and
/// returning then allocate nothing. DEBUG builds poison returned memory and throw on double return, on access after return, on
/// memory written to after return, and when the pool is disposed while buffers are out.
/// </remarks>
public sealed class AlignedBufferPool : IDisposable
{
    /// <summary>Alignment where none is named: the page size of x86-64 and of most arm64 kernels, in bytes.</summary>
    public static int DefaultAlignment => Environment.SystemPageSize;

    /// <summary>
    /// Who waits is woken when half of the buffers are back, not for each: waking a thread costs more than filling a buffer where
    /// there is one processor. Other holders may keep theirs, so it looks for itself after this time.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly Action<object?> WakeAll = static pool => ((AlignedBufferPool)pool!).PulseAll();

    // Monitor, not Lock: waiters need Wait and Pulse.
    private readonly object _gate = new();
    private readonly AlignedBuffer[] _free;
    private readonly int _alignment;
    private readonly int _wakeAt;
    private int _waiting;
    private int _freeCount;
    private int _created;
    private bool _disposed;

    /// <summary>Makes a pool; allocates no buffer yet.</summary>
    /// <param name="bufferLength">Length of every buffer in bytes, 1 and above.</param>
    /// <param name="capacity">How many buffers there can be, 1 and above.</param>
    /// <param name="alignment">Alignment in bytes, a power of two; 0 for the page size.</param>
    /// <param name="tailLength">Room behind every buffer in bytes, for what travels behind the data; see <see cref="AlignedBuffer.SpanWithTail"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of range.</exception>
    public AlignedBufferPool(int bufferLength, int capacity, int alignment = 0, int tailLength = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tailLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _alignment = alignment == 0 ? DefaultAlignment : alignment;
        if (_alignment < 0 || (_alignment & (_alignment - 1)) != 0)
            throw new ArgumentOutOfRangeException(nameof(alignment), alignment, "The alignment must be a power of two.");
        BufferLength = bufferLength;
        TailLength = tailLength;
        Capacity = capacity;
        _free = new AlignedBuffer[capacity];
        _wakeAt = (capacity + 1) / 2;
    }

    /// <summary>Length of every buffer in bytes.</summary>
    public int BufferLength { get; }

    /// <summary>Room behind every buffer in bytes.</summary>
    public int TailLength { get; }

    /// <summary>How many buffers can be out at the same time.</summary>
    public int Capacity { get; }

    /// <summary>How many buffers are out now.</summary>
    public int Outstanding
    {
        get
        {
            lock (_gate)
                return _created - _freeCount;
        }
    }

    /// <summary>Takes a buffer; waits for one to come back when all are out.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed, also while waiting.</exception>
    public AlignedBuffer Rent(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TryRent(out AlignedBuffer? buffer))
            return buffer;
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(WakeAll, this);
        lock (_gate)
        {
            while (!TryTake(out buffer))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _waiting++;
                Monitor.Wait(_gate, Patience);
                _waiting--;
            }
        }
        buffer.MarkRented();
        return buffer;
    }

    /// <summary>Takes a buffer when one is free.</summary>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public bool TryRent([NotNullWhen(true)] out AlignedBuffer? buffer)
    {
        lock (_gate)
        {
            if (!TryTake(out buffer))
                return false;
        }
        buffer.MarkRented();
        return true;
    }

    /// <summary>
    /// Frees the memory. Buffers that are out stay valid and are freed when they come back; DEBUG builds throw when there are any.
    /// </summary>
    /// <exception cref="InvalidOperationException">DEBUG only: buffers are out.</exception>
    public void Dispose()
    {
        int outstanding;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            outstanding = _created - _freeCount;
            while (_freeCount > 0)
                _free[--_freeCount].Free();
            _created = outstanding;
            Monitor.PulseAll(_gate);
        }
#if DEBUG
        if (outstanding > 0)
            throw new InvalidOperationException($"{outstanding} of {Capacity} buffers of {BufferLength} bytes were not returned before their pool was disposed.");
#endif
    }

    internal void Return(AlignedBuffer buffer)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                _created--;
                buffer.Free();
                return;
            }
            _free[_freeCount++] = buffer;
            if (_waiting > 0 && _freeCount >= _wakeAt)
                Monitor.PulseAll(_gate);
        }
    }

    // A waiter that is cancelled may have swallowed the pulse of a return; it sees the free buffer first, because it tries to
    // take before it looks at the token.
    private bool TryTake([NotNullWhen(true)] out AlignedBuffer? buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_freeCount > 0)
        {
            buffer = _free[--_freeCount];
            return true;
        }
        if (_created < Capacity)
        {
            buffer = new AlignedBuffer(this, BufferLength, TailLength, _alignment);
            _created++;
            return true;
        }
        buffer = null;
        return false;
    }

    private void PulseAll()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }
}
