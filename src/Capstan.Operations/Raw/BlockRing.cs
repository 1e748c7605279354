using System.Runtime.ExceptionServices;
using Capstan.Transport;

namespace Capstan.Operations.Raw;

/// <summary>A block between two threads, and the buffer it lies in.</summary>
/// <param name="Buffer">Owned by whoever holds the block; null for the beginning of a tape file.</param>
/// <param name="File">The tape file it belongs to, from 1.</param>
internal readonly record struct RawBlock(AlignedBuffer? Buffer, int Length, int File);

/// <summary>
/// Passes blocks from one thread to one other. The pool of buffers bounds it. An end or a failure of the producer follows its
/// blocks; a consumer that goes away stops the producer.
/// </summary>
internal sealed class BlockRing
{
    // Monitor, not Lock: both sides wait.
    private readonly object _gate = new();
    private readonly Queue<RawBlock> _blocks = new(16);
    private ExceptionDispatchInfo? _failure;
    private bool _ended;
    private bool _closed;

    /// <summary>False when nobody takes blocks any more; the block stays the caller's then.</summary>
    public bool TryAdd(in RawBlock block)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            _blocks.Enqueue(block);
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void End(Exception? failure)
    {
        lock (_gate)
        {
            _failure = failure is null ? null : ExceptionDispatchInfo.Capture(failure);
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The next block; false at the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    /// <remarks>A failure of the producer is thrown here, after its last block.</remarks>
    public bool TryTake(out RawBlock block, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_blocks.Count == 0 && !_ended)
            {
                using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static ring => ((BlockRing)ring!).Wake(), this);
                while (_blocks.Count == 0 && !_ended)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Monitor.Wait(_gate);
                }
            }

            if (_blocks.TryDequeue(out block))
                return true;
            _failure?.Throw();
            return false;
        }
    }

    /// <summary>The consumer goes: what waits is dropped.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            while (_blocks.TryDequeue(out RawBlock block))
                block.Buffer?.Dispose();
        }
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }
}
