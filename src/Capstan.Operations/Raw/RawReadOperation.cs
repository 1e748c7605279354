using Capstan.Drive;
using Capstan.Transport;

namespace Capstan.Operations.Raw;

/// <summary>`capstan drive read`: raw tape files, whoever wrote them.</summary>
/// <remarks>
/// The calling thread is the drive's; a second one passes blocks on, unless <see cref="IRawTarget.TakesTurns"/>. Reading ends directly behind the last filemark that was
/// asked for. A block that is longer than the buffer is never cut: the tape goes back before it and it is read into a longer one.
/// </remarks>
public static class RawReadOperation
{
    /// <summary>Reads to the filemark, the end of data, or the next block after cancellation.</summary>
    /// <exception cref="OperationException">It could not be done; the message says how much was passed on.</exception>
    public static RawReport Run(OperationContext context, RawReadRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.BufferBytes, 1);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() => Run(context, request, open, cancellation));
    }

    private static RawReport Run(OperationContext context, RawReadRequest request, OpenDrive open, CancellationToken cancellation)
    {
        TapeDrive drive = open.Drive;
        open.RequireAlone(context, forWriting: false);
        open.Recover(context, cancellation);
        drive.WaitUntilReady(new Readiness(context.Listener), cancellation);
        open.Protect(context, request.Protect);
        int longest = RawTape.LongestBlock(drive, drive.ReadBlockLimits());
        Stand(context, drive, request);
        PositionReport? from = RawTape.Position(drive);
        context.Listener.Phase("reading");
        long start = context.Time.GetTimestamp();
        using var reading = new Reading(context, request, drive, longest);
        try
        {
            reading.Run(cancellation);
        }
        finally
        {
            drive.LeaveFixedBlocks();
        }

        double seconds = context.Time.GetElapsedTime(start).TotalSeconds;
        long bytes = reading.Files.Sum(static file => file.Bytes);
        return new RawReport(open.Source.Device, open.Source.PickedBy, "read", request.Target.Name, from, RawTape.Position(drive),
            reading.Files, bytes, reading.Files.Sum(static file => file.Blocks), seconds, bytes / Math.Max(seconds, 1e-6), reading.Reason, reading.Status);
    }

    private static void Stand(OperationContext context, TapeDrive drive, RawReadRequest request)
    {
        if (request.Start == RawStart.Beginning)
        {
            context.Listener.Phase("rewinding");
            drive.Rewind();
        }

        if (request.SkipFiles == 0)
            return;
        context.Listener.Phase("skipping files");
        SpaceOutcome outcome = drive.SpaceFilemarks(request.SkipFiles);
        if (outcome.Stop != SpaceStop.None)
        {
            throw new OperationException(ExitStatus.Tape,
                $"{drive.Name}: --skip {request.SkipFiles} goes behind the end of data: {outcome.Residue?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "some"} filemarks were missing. Nothing was read.");
        }
    }

    private sealed class Reading : IDisposable
    {
        private readonly OperationContext _context;
        private readonly RawReadRequest _request;
        private readonly TapeDrive _drive;
        private readonly int _longestBytes;
        private readonly RawDelivery _delivery;
        private readonly List<AlignedBufferPool> _pools = [];
        private readonly List<RawFile> _files = [];
        private AlignedBufferPool _pool;
        private RawRun _run;
        private int _requestBytes;
        private bool _isExact;
        private int _lastBytes;
        private int _equalBlocks;
        private BlockCount _count;
        private long _bytes;

        public Reading(OperationContext context, RawReadRequest request, TapeDrive drive, int longestBytes)
        {
            _context = context;
            _request = request;
            _drive = drive;
            _longestBytes = longestBytes;
            _requestBytes = Math.Min(request.BufferBytes, longestBytes);
            _pool = NewPool(_requestBytes);
            _delivery = new RawDelivery(request.Target);
        }

        public IReadOnlyList<RawFile> Files => _files;

        public string? Reason { get; private set; }

        public ExitStatus Status { get; private set; } = ExitStatus.Success;

        public void Run(CancellationToken cancellation)
        {
            try
            {
                ReadFiles(cancellation);
            }
            catch (OperationCanceledException) when (_delivery.Failure is not null)
            {
            }
            catch (TapeException e)
            {
                // What was read before is good, and goes out before the failure is told.
                Finish();
                ThrowIfTargetFailed();
                throw new OperationException(Failures.StatusOf(e), $"{e.Message} The {_bytes} bytes before it were read and passed on.", e);
            }
            catch (OperationException)
            {
                Finish();
                ThrowIfTargetFailed();
                throw;
            }

            Finish();
            ThrowIfTargetFailed();
        }

        /// <summary>What was read and could not be passed on must not be called passed on.</summary>
        private void ThrowIfTargetFailed()
        {
            if (_delivery.Failure is not { } failure)
                return;
            if (failure is IOException)
                throw new OperationException(ExitStatus.Failed, $"{_request.Target.Name} cannot be written: {failure.Message}", failure);
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        public void Dispose()
        {
            _delivery.Dispose();
            RawDelivery.Drop(_run);
            foreach (AlignedBufferPool pool in _pools)
                pool.Dispose();
        }

        private void ReadFiles(CancellationToken cancellation)
        {
            for (int file = 1; _request.Files is not { } wanted || file <= wanted; file++)
            {
                _count = default;
                string ended = ReadFile(file, cancellation);
                bool isAtEnd = ended == EndOfData;
                // Behind the last filemark there is no further file, only the end of data.
                if (isAtEnd && _count.Blocks == 0)
                {
                    if (file == 1)
                        throw new OperationException(ExitStatus.Tape, $"{_drive.Name}: the tape stands at the end of data: there is nothing to read here. --at start reads from its beginning.");
                    if (_request.Files is not null)
                        Stopped($"The tape holds only {file - 1} more files.", ExitStatus.Partial);
                    return;
                }

                _files.Add(_count.End(ended));
                if (ended == Interrupted)
                    Stopped("Stopped. The rest was not read.", ExitStatus.Interrupted);
                if (isAtEnd && file < _request.Files)
                    Stopped($"The tape holds only {file} more files.", ExitStatus.Partial);
                if (ended != Filemark)
                    return;
            }
        }

        private void Stopped(string reason, ExitStatus status)
        {
            Reason = reason;
            Status = status;
        }

        /// <summary>So many blocks of one length in a row are taken for a rule.</summary>
        private const int EqualBlocks = 8;

        private const string Filemark = "filemark";
        private const string EndOfData = "end of data";
        private const string Interrupted = "interrupted";

        private string ReadFile(int file, CancellationToken cancellation)
        {
            bool hasBegun = false;
            while (!cancellation.IsCancellationRequested)
            {
                _delivery.Stop.ThrowIfCancellationRequested();
                Span<byte> space = Space(file);
                int roomBytes = space.Length - TapeDrive.MaxTailBytes;
                if (_drive.FixedBlockLengthBytes is > 0 and int fixedBytes && roomBytes >= fixedBytes)
                {
                    if (ReadFixed(space[..roomBytes], fixedBytes, file, ref hasBegun) is { } ended)
                        return ended;
                    continue;
                }

                if (!TryRead(space, out ReadOutcome outcome))
                    continue;
                if (outcome.Kind == ReadKind.EndOfData)
                    return EndOfData;
                if (!hasBegun)
                    Begin(file);
                hasBegun = true;
                switch (outcome.Kind)
                {
                    case ReadKind.Filemark:
                        PassRun();
                        return Filemark;
                    case ReadKind.Overlength:
                        GoBackBefore(outcome.Length);
                        continue;
                }

                Count(outcome.Length, 1);
                _equalBlocks = outcome.Length == _lastBytes ? _equalBlocks + 1 : 1;
                _lastBytes = outcome.Length;
                if (_equalBlocks == EqualBlocks)
                    TryFixed();
            }

            return Interrupted;
        }

        /// <summary>Several blocks with one command. What ended the file, or null to go on.</summary>
        private string? ReadFixed(Span<byte> space, int blockBytes, int file, ref bool hasBegun)
        {
            int count = Math.Min(space.Length / blockBytes, _drive.ReadRowBlocks);
            if (!_drive.TryReadBlocks(space[..(count * blockBytes)], out int blocks, out ReadKind? stop))
            {
                // Another length, or damage: that is for the reading block by block, which tells it exactly.
                _equalBlocks = 0;
                _drive.EndFixedBlocks();
                return null;
            }

            if (!hasBegun && stop != ReadKind.EndOfData || blocks > 0 && !hasBegun)
            {
                Begin(file);
                hasBegun = true;
            }

            Count(blockBytes, blocks);
            if (stop == ReadKind.Filemark)
                PassRun();
            return stop switch
            {
                ReadKind.Filemark => Filemark,
                ReadKind.EndOfData => EndOfData,
                _ => null,
            };
        }

        private void Count(int blockBytes, int blocks)
        {
            _run = _run with { Length = _run.Length + blockBytes * blocks };
            if (blocks > 0)
                _count.Add(blockBytes, blocks);
            _bytes += (long)blockBytes * blocks;
            _context.Progress.SetBytes(_bytes);
        }

        /// <summary>After a row of equal blocks more of them are likely; where one is not, the way back has to be known.</summary>
        private void TryFixed()
        {
            if (_isExact || !_drive.CanRow(_lastBytes, _pool.BufferLength) || _drive.TryReadPosition() is null)
                return;
            _drive.TryBeginFixedBlocks(_lastBytes, _pool.BufferLength);
        }

        /// <summary>Room for the next block, behind the last one where it fits there, and for the buffer's tail.</summary>
        private Span<byte> Space(int file)
        {
            int least = _drive.FixedBlockLengthBytes > 0 ? _drive.FixedBlockLengthBytes : _requestBytes;
            if (_run.Buffer is not { } buffer || buffer.Length - _run.Length < least)
            {
                PassRun();
                _run = new RawRun(buffer = _pool.Rent(_delivery.Stop), 0, file);
            }

            return buffer.SpanWithTail[_run.Length..];
        }

        /// <summary>The blocks read so far go to the other thread, or to the target.</summary>
        private void PassRun()
        {
            RawRun run = _run;
            _run = default;
            if (run.Length == 0)
                RawDelivery.Drop(run);
            else
                _delivery.Pass(run);
        }

        /// <summary>An empty tape file is a file, too.</summary>
        private void Begin(int file) => _delivery.Pass(new RawRun(null, 0, file));

        /// <summary>
        /// False when the block has to be read again. Where drive and host adapter contradict each other on what came, the bytes
        /// are not used, and a read with exactly the length that the drive told proves both: it ends with GOOD, or not at all.
        /// </summary>
        private bool TryRead(Span<byte> space, out ReadOutcome outcome)
        {
            try
            {
                outcome = _drive.Read(space, _requestBytes);
                return true;
            }
            catch (TapeLengthException e) when (e.ToldLengthBytes is { } told && told != _requestBytes)
            {
                if (!_isExact)
                    _context.Listener.Note("the way to this drive does not tell rightly how much was read: short blocks are read again with their exact length");
                _isExact = true;
                outcome = default;
                GoBackBefore(told);
                return false;
            }
        }

        /// <summary>The rest of a longer block is not lost: it is read again, whole, into buffers that hold it.</summary>
        private void GoBackBefore(int lengthBytes)
        {
            if (_drive.SpaceBlocks(-1) is { Stop: not SpaceStop.None } outcome)
                throw new OperationException(ExitStatus.Failed, $"{_drive.Name}: a block of {lengthBytes} bytes was met, and the tape cannot go back before it ({outcome.Stop}). Start again with --block-size {lengthBytes}.");
            if (lengthBytes > _longestBytes)
            {
                throw new OperationException(ExitStatus.Device,
                    $"{_drive.Name}: the next block has {lengthBytes} bytes, and the way to the drive carries at most {_longestBytes} in one command. "
                    + $"The {_bytes} bytes before it were passed on; the tape stands before it. Read it through a host adapter with a larger limit.");
            }

            if (lengthBytes > _pool.BufferLength)
            {
                _context.Listener.Note($"a block of {lengthBytes} bytes: reading it again with a longer buffer");
                PassRun();
                _pool = NewPool(lengthBytes);
            }

            _requestBytes = lengthBytes;
        }

        private AlignedBufferPool NewPool(int bufferBytes)
        {
            AlignedBufferPool pool = RawTape.CreateRuns(bufferBytes, isAlone: _request.Target.TakesTurns);
            _pools.Add(pool);
            return pool;
        }

        private void Finish()
        {
            PassRun();
            _delivery.Finish();
        }
    }
}
