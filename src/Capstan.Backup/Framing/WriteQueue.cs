using System.Buffers;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Capstan.Drive;

namespace Capstan.Backup.Framing;

/// <summary>
/// The drive's one I/O thread while a tape is written: takes full blocks from a bounded queue and writes them. What the drive
/// answers travels back as state that the producer looks at between blocks.
/// </summary>
/// <remarks>One producer thread. The drive must not be used by anybody else between construction and <see cref="Dispose"/>.</remarks>
internal sealed class WriteQueue : IDisposable
{
    private readonly TapeDrive _drive;
    private readonly Thread _thread;
    private readonly HandOver<IMemoryOwner<byte>> _blocks;
    private readonly AutoResetEvent _idle = new(false);
    private readonly CapacityBudget _budget;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _earlyWarning;
    private volatile bool _volumeFull;
    private volatile bool _failed;
    private long _blocksWritten;

    private static readonly IMemoryOwner<byte> DrainMark = new NoMemory();

    public WriteQueue(TapeDrive drive, CapacityBudget budget, int capacity)
    {
        _drive = drive;
        _budget = budget;
        _blocks = new HandOver<IMemoryOwner<byte>>(capacity);
        _thread = new Thread(Run) { IsBackground = true, Name = $"tape {drive.Name}" };
        _thread.Start();
    }

    /// <summary>The drive announced the end of the medium: close the stream.</summary>
    public bool EarlyWarning => _earlyWarning;

    /// <summary>A block did not fit any more; it and all after it were dropped.</summary>
    public bool VolumeFull => _volumeFull;

    /// <summary>Whether going on makes no sense.</summary>
    public bool Broken => _failed || _volumeFull;

    public long BlocksWritten => Interlocked.Read(ref _blocksWritten);

    public IMemoryOwner<byte> Rent()
    {
        ThrowIfFailed();
        return _drive.RentBuffer();
    }

    /// <summary>Hands a whole block over. The pool of buffers bounds the queue, so this never blocks.</summary>
    public void Enqueue(IMemoryOwner<byte> block)
    {
        _budget.Handed(BlockHeader.BlockLength);
        _blocks.TryAdd(block);
    }

    /// <summary>Waits until everything queued was answered by the drive; then the calling thread may use the drive.</summary>
    /// <exception cref="TapeException">What stopped the writing.</exception>
    public void Drain()
    {
        _blocks.TryAdd(DrainMark, isUrgent: true);
        _idle.WaitOne();
        ThrowIfFailed();
    }

    public void Dispose()
    {
        _blocks.End();
        _thread.Join();
        _idle.Dispose();
    }

    private void ThrowIfFailed()
    {
        if (_failed)
            _failure!.Throw();
    }

    private void Run()
    {
        while (_blocks.TryTake(out IMemoryOwner<byte>? block))
        {
            if (ReferenceEquals(block, DrainMark))
                _idle.Set();
            else
                WriteOne(block);
        }
    }

    private void WriteOne(IMemoryOwner<byte> block)
    {
        using (block)
        {
            // After a failure the queue only empties: nothing may follow a block that is missing.
            if (Broken)
                return;
            try
            {
                WriteOutcome outcome = _drive.Write(block);
                if (outcome == WriteOutcome.VolumeFull)
                {
                    _volumeFull = true;
                    return;
                }

                Interlocked.Increment(ref _blocksWritten);
                if (outcome == WriteOutcome.WrittenEarlyWarning)
                    _earlyWarning = true;
                _budget.Written(_drive, BlockHeader.BlockLength);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Any exception belongs to the producer: this thread has nobody to tell.
                _failure = ExceptionDispatchInfo.Capture(e);
                _failed = true;
            }
        }
    }

    private sealed class NoMemory : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => throw new UnreachableException();

        public void Dispose()
        {
        }
    }
}
