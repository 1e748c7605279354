using System.Runtime.ExceptionServices;
using Capstan.Drive;
using Capstan.Transport;

namespace Capstan.Operations.Raw;

/// <summary>`capstan drive write`: one raw tape file, one block a record.</summary>
/// <remarks>
/// The calling thread is the drive's; a second one fills buffers from the source. Bytes go from the source's read into the buffer
/// that the drive gets, and nowhere else.
/// </remarks>
public static class RawWriteOperation
{
    /// <summary>Writes the source to its end, to the next block after cancellation, or until the tape is full.</summary>
    /// <exception cref="OperationException">It could not be done; the message says how much is on the tape.</exception>
    public static RawReport Run(OperationContext context, RawWriteRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.BlockLengthBytes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(request.Filemarks);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() => Run(context, request, open, cancellation));
    }

    private static RawReport Run(OperationContext context, RawWriteRequest request, OpenDrive open, CancellationToken cancellation)
    {
        TapeDrive drive = open.Drive;
        open.RequireAlone(context, forWriting: true);
        open.HoldToEncryption();
        BlockLengthLimits limits = drive.ReadBlockLimits();
        RequireBlockLength(drive, request, limits);
        var readiness = new Readiness(context.Listener);
        open.Recover(context, cancellation);
        drive.WaitUntilReady(readiness, cancellation);
        open.Protect(context, request.Protect);
        open.LearnEncryption(context, request.Encrypted);
        if (request.Protect)
            RequireBlockLength(drive, request, limits = drive.ReadBlockLimits());
        if (drive.IsWriteProtected)
            throw new OperationException(ExitStatus.Tape, $"{drive.Name}: the tape is write-protected. Slide the tab on the cartridge, or use another tape.");
        RawTape.PrepareLook(drive);

        using var source = new Source(request, drive, cancellation);
        if (!source.TryTake(out RawRun first, cancellation))
            throw new OperationException(ExitStatus.Failed, $"{request.SourceName} is empty. Nothing was written.");
        PositionReport? from;
        try
        {
            RawTape.StandForWriting(context, open, request);
            from = RawTape.Position(drive);
            context.Listener.Note(from is null ? "writing where the tape stands" : $"writing at object {from.ObjectId}" + (from.FileNumber is { } file ? $", file {file}" : ""));
            drive.TryBeginFixedBlocks(request.BlockLengthBytes, source.RunBytes);
            drive.BeginWriting();
        }
        catch
        {
            first.Buffer?.Dispose();
            throw;
        }

        context.Listener.Phase("writing");
        long start = context.Time.GetTimestamp();
        var writing = new Writing(context, request, drive, limits, source);
        try
        {
            writing.Run(first, cancellation);
        }
        finally
        {
            drive.LeaveFixedBlocks();
        }

        double seconds = context.Time.GetElapsedTime(start).TotalSeconds;
        RawFile written = writing.Count.End(writing.EndedBy);
        return new RawReport(open.Source.Device, open.Source.PickedBy, "write", request.SourceName, from, RawTape.Position(drive), [written],
            written.Bytes, written.Blocks, seconds, written.Bytes / Math.Max(seconds, 1e-6), writing.Reason, writing.Status);
    }

    private static void RequireBlockLength(TapeDrive drive, RawWriteRequest request, BlockLengthLimits limits)
    {
        int longest = RawTape.LongestBlock(drive, limits);
        if (request.BlockLengthBytes > longest || request.BlockLengthBytes < limits.Minimum)
        {
            throw new OperationException(ExitStatus.Usage,
                $"{drive.Name}: blocks of {request.BlockLengthBytes} bytes cannot be written: the drive and the way to it take {Math.Max(1, limits.Minimum)} to {longest} bytes. Nothing was written.");
        }
    }

    /// <summary>The state of one tape file while it is written.</summary>
    private sealed class Writing(OperationContext context, RawWriteRequest request, TapeDrive drive, BlockLengthLimits limits, Source source)
    {
        public BlockCount Count;

        public string EndedBy { get; private set; } = "end of input";

        public string? Reason { get; private set; }

        public ExitStatus Status { get; private set; } = ExitStatus.Success;

        public void Run(RawRun run, CancellationToken cancellation)
        {
            Exception? sourceFailure = null;
            OperationException? refusal = null;
            try
            {
                while (WriteRun(run, cancellation) && !cancellation.IsCancellationRequested && source.TryTake(out run, cancellation))
                {
                    if (!_isNearEnd)
                        continue;
                    run.Buffer?.Dispose();
                    TapeIsFull();
                    break;
                }
            }
            catch (OperationCanceledException)
            {
            }
            catch (OperationException e)
            {
                refusal = e;
            }
            catch (Exception e) when (e is not TapeException)
            {
                sourceFailure = e;
            }
            finally
            {
                source.Close();
            }

            Close(cancellation.IsCancellationRequested);
            if (refusal is not null)
                throw new OperationException(refusal.Status, $"{refusal.Message} The {Count.Bytes} bytes before that are on the tape; the tape file is cut there.");
            if (sourceFailure is not null)
            {
                throw new OperationException(ExitStatus.Failed,
                    $"{request.SourceName} could not be read on: {sourceFailure.Message} The {Count.Bytes} bytes before that are on the tape; the tape file is cut there.", sourceFailure);
            }
        }

        /// <summary>False when the tape takes no more.</summary>
        private bool WriteRun(in RawRun run, CancellationToken cancellation)
        {
            using AlignedBuffer buffer = run.Buffer!;
            Span<byte> rest = buffer.SpanWithTail;
            int left = run.Length;
            do
            {
                int next = NextLength(left);
                if (!(drive.FixedBlockLengthBytes > 0 && next >= request.BlockLengthBytes ? WriteRow(rest[..next], ref next) : WriteOne(rest, next)))
                    return false;
                rest = rest[next..];
                left -= next;
                // Early warning was the last call, and there is more: what is between it and the end is for the filemark.
                if (!_isNearEnd || left == 0)
                    continue;
                TapeIsFull();
                return false;
            }
            while (left > 0 && !cancellation.IsCancellationRequested);

            return true;
        }

        /// <summary>Of a row of whole blocks where the drive takes that, else of one block; the last one may be shorter.</summary>
        private int NextLength(int left)
        {
            int blocks = left / request.BlockLengthBytes;
            return blocks == 0 ? left : Math.Min(blocks, drive.WriteRowBlocks) * request.BlockLengthBytes;
        }

        /// <param name="takenBytes">Fewer than it has when the drive stopped in the middle of it to warn.</param>
        private bool WriteRow(ReadOnlySpan<byte> blocks, ref int takenBytes)
        {
            WriteOutcome outcome = drive.WriteBlocks(blocks, out int written);
            takenBytes = written * request.BlockLengthBytes;
            Count.Add(request.BlockLengthBytes, written);
            context.Progress.SetBytes(Count.Bytes);
            _isNearEnd |= outcome == WriteOutcome.WrittenEarlyWarning;
            if (outcome != WriteOutcome.VolumeFull)
                return true;
            TapeIsFull();
            return false;
        }

        /// <param name="space">The block, and behind it the next one, or the buffer's tail.</param>
        /// <param name="lengthBytes">Of the block.</param>
        private bool WriteOne(Span<byte> space, int lengthBytes)
        {
            if (lengthBytes < limits.Minimum)
            {
                throw new OperationException(ExitStatus.Usage,
                    $"the last block has {lengthBytes} bytes, and the drive takes no block under {limits.Minimum}. --pad fills it up with zeros.");
            }

            switch (drive.Write(space, lengthBytes))
            {
                case WriteOutcome.VolumeFull:
                    TapeIsFull();
                    return false;
                case WriteOutcome.WrittenEarlyWarning:
                    _isNearEnd = true;
                    break;
            }

            Count.Add(lengthBytes);
            context.Progress.SetBytes(Count.Bytes);
            return true;
        }

        private bool _isNearEnd;

        private void TapeIsFull()
        {
            EndedBy = "tape full";
            Status = ExitStatus.TapeFull;
            Reason = $"The tape is full. The first {Count.Bytes} bytes are on it; the rest was not written.";
        }

        private void Close(bool isCancelled)
        {
            if (Status == ExitStatus.Success && isCancelled)
            {
                EndedBy = "interrupted";
                Status = ExitStatus.Interrupted;
                Reason = $"Stopped. The first {Count.Bytes} bytes are on the tape.";
            }

            context.Listener.Phase("writing the filemark");
            // Also without a mark everything is brought to the medium before it is called written.
            if (drive.WriteFilemarks(request.Filemarks) == WriteOutcome.VolumeFull)
            {
                if (!_isNearEnd && Status != ExitStatus.TapeFull)
                    TapeIsFull();
                Reason = $"{Reason} There was no room for the filemark.".TrimStart();
                Status = ExitStatus.TapeFull;
                // A drive refuses the mark also when the tape ended before its buffer was empty, and the virtual one without a look at it.
                drive.Flush();
                return;
            }

            drive.CheckPosition();
        }
    }

    /// <summary>Fills buffers on a thread of its own.</summary>
    private sealed class Source : IDisposable
    {
        private readonly RawWriteRequest _request;
        private readonly TapeDrive _drive;
        private readonly AlignedBufferPool _pool;
        private readonly CancellationTokenSource _stop;
        private readonly HandOver<RawRun> _runs;
        private readonly Thread? _thread;
        private bool _hasEnded;

        public Source(RawWriteRequest request, TapeDrive drive, CancellationToken cancellation)
        {
            _request = request;
            _drive = drive;
            // On one processor two threads only wait for each other; a file waits for nobody.
            bool isAlone = Environment.ProcessorCount == 1 && request.Source.CanSeek;
            _pool = RawTape.CreateRuns(request.BlockLengthBytes, isPipe: !request.Source.CanSeek, isAlone);
            _runs = new HandOver<RawRun>(_pool.Capacity);
            _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (isAlone)
                return;
            _thread = new Thread(Run) { IsBackground = true, Name = "raw source" };
            _thread.Start();
        }

        /// <summary>What is taken at a time at most, in bytes.</summary>
        public int RunBytes => _pool.BufferLength;

        /// <summary>The next run, after a wait; false at the end.</summary>
        /// <exception cref="OperationCanceledException">Cancelled, before or while waiting.</exception>
        public bool TryTake(out RawRun run, CancellationToken cancellation)
        {
            if (_thread is null && !_hasEnded)
                _hasEnded = !FillOrEnd();
            return _runs.TryTake(out run, cancellation);
        }

        /// <summary>Nothing more is taken.</summary>
        public void Close() => _runs.Close(static left => left.Buffer?.Dispose());

        public void Dispose()
        {
            Close();
            _stop.Cancel();
            // A read of a pipe that nobody writes to cannot be called off. Then thread and buffers stay until the program ends.
            if (_thread is not null && !_thread.Join(TimeSpan.FromMilliseconds(200)))
                return;
            _stop.Dispose();
            _pool.Dispose();
        }

        private void Run()
        {
            while (FillOrEnd())
            {
            }
        }

        private bool FillOrEnd()
        {
            try
            {
                if (Fill())
                    return true;
                _runs.End();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                _runs.End(e);
            }

            return false;
        }

        private bool Fill()
        {
            AlignedBuffer buffer = _pool.Rent(_stop.Token);
            bool isHandedOver = false;
            try
            {
                // In turns, no more than goes in the next command: that is still in the processor's cache when it is sent.
                int wanted = _thread is null ? Math.Max(1, _drive.WriteRowBlocks) * _request.BlockLengthBytes : buffer.Length;
                Span<byte> space = buffer.Span[..Math.Min(wanted, buffer.Length)];
                int length = Read(space, out ExceptionDispatchInfo? failure);
                bool isLast = length < space.Length;
                if (failure is null && length % _request.BlockLengthBytes is > 0 and int rest && _request.PadLast)
                {
                    space.Slice(length, _request.BlockLengthBytes - rest).Clear();
                    length += _request.BlockLengthBytes - rest;
                }

                isHandedOver = length > 0 && _runs.TryAdd(new RawRun(buffer, length, 1));
                failure?.Throw();
                return isHandedOver && !isLast;
            }
            finally
            {
                if (!isHandedOver)
                    buffer.Dispose();
            }
        }

        /// <summary>Fills the space up to the source's end. A source that breaks gives the whole blocks that came before.</summary>
        private int Read(Span<byte> space, out ExceptionDispatchInfo? failure)
        {
            int length = 0;
            failure = null;
            try
            {
                while (length < space.Length && _request.Source.Read(space[length..]) is > 0 and int count)
                    length += count;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failure = ExceptionDispatchInfo.Capture(e);
                length -= length % _request.BlockLengthBytes;
            }

            return length;
        }
    }
}
