using System.Buffers;
using System.Runtime.ExceptionServices;
using Capstan.Drive;

namespace Capstan.Backup.Framing;

/// <summary>
/// The drive's one I/O thread while a tape is written: takes runs of full blocks from a bounded queue and writes them, several with one
/// command where that is faster. What the drive answers travels back as state that the producer looks at between blocks.
/// </summary>
/// <remarks>
/// One producer thread. The drive must not be used by anybody else between construction and <see cref="Dispose"/>, but for the
/// producer after <see cref="Drain"/>.
/// </remarks>
internal sealed class WriteQueue : IDisposable
{
    /// <summary>Blocks in a run: as many as go in one command at most. More would wait longer for each other than it gains.</summary>
    internal const int BlocksInRun = 4;

    private readonly TapeDrive _drive;
    private readonly Thread _thread;
    private readonly HandOver<Run> _runs;
    private readonly AutoResetEvent _idle = new(false);
    private readonly CapacityBudget _budget;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _earlyWarning;
    private volatile bool _volumeFull;
    private volatile bool _failed;
    private long _blocksWritten;

    /// <param name="drive">Has its rows.</param>
    public WriteQueue(TapeDrive drive, CapacityBudget budget)
    {
        _drive = drive;
        _budget = budget;
        _runs = new HandOver<Run>(Math.Max(1, drive.RowCount));
        _thread = new Thread(Write) { IsBackground = true, Name = $"tape {drive.Name}" };
        _thread.Start();
    }

    /// <summary>The drive announced the end of the medium: close the stream.</summary>
    public bool EarlyWarning => _earlyWarning;

    /// <summary>A block did not fit any more; it and all after it were dropped.</summary>
    public bool VolumeFull => _volumeFull;

    /// <summary>Whether going on makes no sense.</summary>
    public bool Broken => _failed || _volumeFull;

    public long BlocksWritten => Interlocked.Read(ref _blocksWritten);

    /// <summary>Room for a run.</summary>
    public IMemoryOwner<byte> Rent()
    {
        ThrowIfFailed();
        return _drive.RentRow();
    }

    /// <summary>Hands whole blocks over. The drive's pool bounds the queue, so this never blocks.</summary>
    /// <param name="buffer">Of <see cref="Rent"/>; no longer the caller's.</param>
    /// <param name="blocks">How many there are in it, from its beginning on.</param>
    public void Enqueue(IMemoryOwner<byte> buffer, int blocks) => _runs.TryAdd(new Run(buffer, blocks));

    /// <summary>A block of a run is full: it counts before the run is handed over.</summary>
    public void Filled() => _budget.Handed(BlockHeader.BlockLength);

    /// <summary>Waits until everything queued was answered by the drive; then the calling thread may use the drive.</summary>
    /// <exception cref="TapeException">What stopped the writing.</exception>
    public void Drain()
    {
        _runs.TryAdd(default, isUrgent: true);
        _idle.WaitOne();
        ThrowIfFailed();
    }

    public void Dispose()
    {
        _runs.End();
        _thread.Join();
        _idle.Dispose();
    }

    private void ThrowIfFailed()
    {
        if (_failed)
            _failure!.Throw();
    }

    private void Write()
    {
        while (_runs.TryTake(out Run run))
        {
            if (run.Buffer is null)
                _idle.Set();
            else
                Write(run);
        }
    }

    private void Write(in Run run)
    {
        using IMemoryOwner<byte> buffer = run.Buffer!;
        try
        {
            Span<byte> rest = buffer.Memory.Span;
            // After a failure the queue only empties: nothing may follow a block that is missing.
            for (int left = run.Blocks; left > 0 && !Broken;)
            {
                int blocks = Write(rest, left);
                rest = rest[(blocks * BlockHeader.BlockLength)..];
                left -= blocks;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Any exception belongs to the producer: this thread has nobody to tell.
            _failure = ExceptionDispatchInfo.Capture(e);
            _failed = true;
        }
    }

    /// <summary>One command.</summary>
    /// <returns>How many blocks were written.</returns>
    private int Write(Span<byte> space, int blocks)
    {
        WriteOutcome outcome;
        int written;
        // Behind early warning each block may be the last one.
        if (_drive.FixedBlockLengthBytes > 0 && !_earlyWarning)
        {
            outcome = _drive.WriteBlocks(space[..(Math.Min(blocks, _drive.WriteRowBlocks) * BlockHeader.BlockLength)], out written);
        }
        else
        {
            outcome = _drive.Write(space, BlockHeader.BlockLength);
            written = outcome == WriteOutcome.VolumeFull ? 0 : 1;
        }

        _volumeFull |= outcome == WriteOutcome.VolumeFull;
        if (written == 0)
            return 0;
        Interlocked.Add(ref _blocksWritten, written);
        if (outcome == WriteOutcome.WrittenEarlyWarning)
            _earlyWarning = true;
        _budget.Written(_drive, written * BlockHeader.BlockLength);
        return written;
    }

    /// <param name="Buffer">Null when somebody waits for what came before.</param>
    private readonly record struct Run(IMemoryOwner<byte>? Buffer, int Blocks);
}
