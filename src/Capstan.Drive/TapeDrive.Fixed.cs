using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <remarks>
/// Fixed-block transfers: several blocks of one length in one command (SSC-4 4.2.12 and 6.8, FIXED bit 1). On the tape there is no difference.
/// Commands are dear on a slow path, and small blocks make many.
/// </remarks>
public sealed partial class TapeDrive
{
    /// <summary>What goes in one command at first, in bytes, where single blocks are shorter.</summary>
    public const int RowBytes = RowPace.FirstBytes;

    /// <summary>What goes in one command at most, in bytes, where that was measured to be faster.</summary>
    public const int LongestRowBytes = RowPace.LongestBytes;

    private RowPace? _writePace;
    private RowPace? _readPace;

    /// <summary>The drive's position has shown once that a row is as many blocks to it as it should be, or the drive tells none.</summary>
    private bool _areRowsProven;

    /// <summary>It has shown that it is not: single blocks to the end.</summary>
    private bool _areRowsRefused;

    private RowPace PaceFor(RowPace? known, int blockLengthBytes) =>
        known is not null && known.BlockLengthBytes == blockLengthBytes && known.LimitBytes == MaxTransferBytes
            ? known
            : new RowPace(blockLengthBytes, MaxTransferBytes);

    /// <summary>Length of the blocks of <see cref="WriteBlocks"/> and <see cref="TryReadBlocks"/>, in bytes; 0 while they cannot be used.</summary>
    public int FixedBlockLengthBytes { get; private set; }

    /// <summary>What it was when the path broke: a recovery sets it again.</summary>
    private int _fixedBeforeFault;

    private void ForgetFixedBlocks()
    {
        if (FixedBlockLengthBytes > 0)
            _fixedBeforeFault = FixedBlockLengthBytes;
        FixedBlockLengthBytes = 0;
    }

    private void SetFixedBlocksAgain()
    {
        ForgetFixedBlocks();
        if (_fixedBeforeFault == 0)
            return;
        SetBlockLength(_fixedBeforeFault);
        FixedBlockLengthBytes = _fixedBeforeFault;
    }

    /// <summary>Tells the drive the length of fixed blocks. The tape does not move. End with <see cref="EndFixedBlocks"/>.</summary>
    /// <param name="blockLengthBytes">1 and above.</param>
    /// <returns>False when the drive or the way to it does not take several such blocks at a time; nothing has changed then.</returns>
    public bool TryBeginFixedBlocks(int blockLengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockLengthBytes, 1);
        // Behind each block of a row would have to be room for its checksum.
        return CanRow(blockLengthBytes) && Again(ModeSelect10.Name, isAbsolute: false, () => TryBeginFixedBlocksOnce(blockLengthBytes));
    }

    private bool TryBeginFixedBlocksOnce(int blockLengthBytes)
    {
        try
        {
            SetBlockLength(blockLengthBytes);
            // A drive that rounds it says so only here.
            if (ReadModeHeader().BlockDescriptor is { BlockLengthBytes: var told } && told == blockLengthBytes)
            {
                FixedBlockLengthBytes = blockLengthBytes;
                _writePace = PaceFor(_writePace, blockLengthBytes);
                _readPace = PaceFor(_readPace, blockLengthBytes);
                return true;
            }
        }
        catch (TapeCommandException e) when (!CanRecover(e))
        {
            // Refused: then not.
        }
        catch (TapeDeviceException e) when (e.Fault == DeviceFault.PermissionDenied)
        {
            return false;
        }

        try
        {
            SetBlockLength(0);
        }
        catch (TapeCommandException)
        {
            // A drive that lets nobody set anything: as before, every command says itself what it means (FIXED bit 0).
        }

        return false;
    }

    /// <summary>Variable blocks again: what every program expects to find. Does nothing when they are.</summary>
    public void EndFixedBlocks()
    {
        _fixedBeforeFault = 0;
        if (FixedBlockLengthBytes == 0)
            return;
        FixedBlockLengthBytes = 0;
        Again(ModeSelect10.Name, isAbsolute: false, () =>
        {
            SetBlockLength(0);
            return true;
        });
    }

    /// <summary><see cref="EndFixedBlocks"/> for the end of a job: where the drive is gone, whoever opens it next sets the block length anew.</summary>
    public void LeaveFixedBlocks()
    {
        try
        {
            EndFixedBlocks();
        }
        catch (TapeException)
        {
            // What was written or read stands.
        }
    }

    /// <summary>Writes several blocks of <see cref="FixedBlockLengthBytes"/> with one command.</summary>
    /// <param name="blocks">A whole number of blocks, at most <see cref="MaxTransferBytes"/>.</param>
    /// <param name="written">
    /// How many of them are on the tape or in the drive's buffer: all of them, unless the volume is full or early warning came in the middle.
    /// </param>
    /// <exception cref="TapeWriteException">As <see cref="Write(ReadOnlySpan{byte})"/>.</exception>
    /// <exception cref="TapeMediumException">As <see cref="Write(ReadOnlySpan{byte})"/>.</exception>
    public WriteOutcome WriteBlocks(ReadOnlySpan<byte> blocks, out int written)
    {
        int count = CountOf(blocks.Length);
        int lengthBytes = FixedBlockLengthBytes;
        ThrowIfPositionUnknown(Write6.Name);
        long start = _nextObjectId!.Value;
        WriteOutcome outcome = WriteRow(blocks, count, out written);
        return written < 2 || IsRowWritten(start, written) ? outcome : WriteAgainSingly(start, blocks, lengthBytes, out written);
    }

    private WriteOutcome WriteRow(ReadOnlySpan<byte> blocks, int count, out int written)
    {
        int lengthBytes = FixedBlockLengthBytes;
        long start = _nextObjectId!.Value;
        while (true)
        {
            long at = _nextObjectId!.Value;
            int done = (int)(at - start);
            try
            {
                WriteOutcome outcome = WriteBlocksOnce(blocks[(done * lengthBytes)..], count - done, out int now);
                written = done + now;
                if (written > 0)
                    _block = BlockOf(blocks, written - 1, lengthBytes, start);
                return outcome;
            }
            catch (TapeException e) when (_isStreaming && CanRecover(e))
            {
                _running = new WrittenBlock[count - done];
                for (int i = 0; i < _running.Length; i++)
                    _running[i] = BlockOf(blocks, done + i, lengthBytes, start);
                written = count;
                if (RecoverWriting(Write6.Name, at, count - done, e, isDivisible: true) is { } outcome)
                    return outcome;
            }
        }
    }

    private WriteOutcome WriteBlocksOnce(ReadOnlySpan<byte> blocks, int count, out int written)
    {
        GuardWrite(blocks.Length);
        bool isTimed = _writePace is { IsTrying: true } pace && pace.Blocks == count;
        long began = isTimed ? _time.GetTimestamp() : 0;
        SenseVerdict verdict = RunWrite(new Write6(Fixed: true, count), DataTransfer.ToDevice(blocks), _timeouts.WriteSeconds);
        written = count;
        switch (verdict)
        {
            case SenseVerdict.Done when _completion.Residual is not > 0:
                if (isTimed)
                    _writePace!.Took(_time.GetTimestamp() - began);
                Passed(count);
                return WriteOutcome.Written;
            // The drive stopped in the middle to warn (SSC-5 WRITE: INFORMATION is what was not written), or because it is full.
            case SenseVerdict.EarlyWarning when _sense.Information is not (null or 0):
            case SenseVerdict.VolumeOverflow:
                written = CountWritten(count);
                Passed(written);
                return verdict == SenseVerdict.EarlyWarning && written > 0 ? WriteOutcome.WrittenEarlyWarning : WriteOutcome.VolumeFull;
            default:
                return Written(Write6.Name, verdict, count);
        }
    }

    /// <summary>
    /// Whether the drive's position has moved by as many objects as a row has. A bridge or an emulation may know MODE SELECT and yet take a row
    /// for one long block. Asked once for each drive that is opened.
    /// </summary>
    /// <param name="stands">Where it stands, when that is somewhere else.</param>
    private bool IsRow(long at, int objects, out long stands)
    {
        stands = at + objects;
        if (ReportsPosition && _tellsPosition && AskPosition() is var position && IsPlausible(position))
            stands = position.ObjectId;
        return _areRowsProven = stands == at + objects;
    }

    /// <returns>False when the drive took it for one block.</returns>
    private bool IsRowWritten(long at, int objects)
    {
        while (!_areRowsProven)
        {
            try
            {
                if (IsRow(at, objects, out long stands))
                    return true;
                if (stands == at + 1)
                    return false;
                throw NotWritten(at, objects, stands);
            }
            catch (TapeException e) when (_isStreaming && CanRecover(e))
            {
                RecoverWriting(Scsi.ReadPosition.Name, at + objects, 0, e);
            }
        }

        return true;
    }

    private TapeWriteException NotWritten(long at, int objects, long stands)
    {
        _nextObjectId = null;
        return Suspect(new TapeCommandException(
            $"{Name}: {objects} blocks were written from object {at} on with one command, and now the tape stands at object {stands}. A command was repeated or lost on the way, or somebody else moved this tape."), null);
    }

    /// <summary>What was written as one long block is written over, block by block; so is everything from now on.</summary>
    private WriteOutcome WriteAgainSingly(long at, ReadOnlySpan<byte> blocks, int lengthBytes, out int written)
    {
        _areRowsRefused = true;
        LocateOnce(at);
        // A drive that lost the others of the row stands there as well.
        if (ReadOnceAsItIs(new byte[lengthBytes]).Kind != ReadKind.Overlength)
            throw NotWritten(at, blocks.Length / lengthBytes, at + 1);
        LocateOnce(at);
        EndFixedBlocks();
        _isStreaming = true;
        WriteOutcome outcome = WriteOutcome.Written;
        for (written = 0; outcome == WriteOutcome.Written && written * lengthBytes < blocks.Length; written++)
        {
            outcome = Write(blocks.Slice(written * lengthBytes, lengthBytes));
            if (outcome == WriteOutcome.VolumeFull)
                return outcome;
        }

        return outcome;
    }

    private static WrittenBlock BlockOf(ReadOnlySpan<byte> blocks, int index, int lengthBytes, long start) =>
        new(blocks.Slice(index * lengthBytes, lengthBytes), start + index);

    /// <summary>Reads several blocks of <see cref="FixedBlockLengthBytes"/> with one command.</summary>
    /// <param name="space">Room for a whole number of blocks, at most <see cref="MaxTransferBytes"/>.</param>
    /// <param name="blocks">How many were read; what lies behind them in the buffer means nothing.</param>
    /// <param name="stop">What stood behind them and was met: a filemark or the end of data; null when nothing was.</param>
    /// <returns>
    /// False when something else was met, a block of another length or a damaged one: then the tape stands where it stood before, nothing was
    /// read, and <see cref="Read(Span{byte})"/> tells what it is, block by block.
    /// </returns>
    /// <exception cref="TapeException">Every other failure, also a drive that does not know its position: there would be no way back.</exception>
    public bool TryReadBlocks(Span<byte> space, out int blocks, out ReadKind? stop)
    {
        int count = CountOf(space.Length);
        // The way back, if it is needed.
        long at = _nextObjectId ?? ReadPosition().ObjectId;
        _isStreaming = false;
        while (true)
        {
            try
            {
                return TryReadBlocksOnce(space, count, at, out blocks, out stop);
            }
            catch (TapeException e) when (CanRecover(e))
            {
                if (!TryRecover(Read6.Name, at, e))
                    throw;
            }
        }
    }

    private bool TryReadBlocksOnce(Span<byte> space, int count, long at, out int blocks, out ReadKind? stop)
    {
        // Until it is known how far the tape moved: where positions are counted, the way back then begins at the beginning.
        _nextObjectId = null;
        bool isTimed = _readPace is { IsTrying: true } pace && pace.Blocks == count;
        long began = isTimed ? _time.GetTimestamp() : 0;
        SenseVerdict verdict = Run(new Read6(Fixed: true, SuppressIncorrectLength: false, count), DataTransfer.FromDevice(space), _timeouts.ReadSeconds);
        bool isSound;
        (stop, isSound) = verdict switch
        {
            SenseVerdict.Done => ((ReadKind?)null, _completion is { Status: ScsiStatus.Good, Residual: null or 0 }),
            SenseVerdict.Filemark => (ReadKind.Filemark, IsSoundShortRead(count)),
            SenseVerdict.EndOfData => (ReadKind.EndOfData, IsSoundShortRead(count)),
            SenseVerdict.IncorrectLength or SenseVerdict.MediumError or SenseVerdict.IllegalRequest or SenseVerdict.EarlyWarning => (null, false),
            _ => throw DriveErrors.Sense(Name, Read6.Name, verdict, _sense),
        };
        blocks = stop is null ? count : count - (int)(_sense.Information ?? count);
        if (isSound)
        {
            if (isTimed && stop is null)
                _readPace!.Took(_time.GetTimestamp() - began);
            long next = at + blocks + (stop == ReadKind.Filemark ? 1 : 0);
            if (blocks < 2 || _areRowsProven || IsRow(at, (int)(next - at), out _))
            {
                _nextObjectId = next;
                return true;
            }
        }

        blocks = 0;
        stop = null;
        Locate(at);
        // Sound, and yet not where as many blocks end.
        if (isSound)
        {
            _areRowsRefused = true;
            EndFixedBlocks();
        }

        return false;
    }

    private int RowLimitBytes => Math.Min(LongestRowBytes, MaxTransferBytes);

    /// <summary>How many blocks go in the next <see cref="WriteBlocks"/> at most; 1 where fixed blocks are not in use.</summary>
    public int WriteRowBlocks => FixedBlockLengthBytes > 0 ? _writePace!.Blocks : 1;

    /// <summary>How many blocks go in the next <see cref="TryReadBlocks"/> at most; 1 where fixed blocks are not in use.</summary>
    public int ReadRowBlocks => FixedBlockLengthBytes > 0 ? _readPace!.Blocks : 1;

    /// <summary>Whether two blocks of a length go in one command.</summary>
    public bool CanRow(int blockLengthBytes) => !IsProtecting && !_areRowsRefused && blockLengthBytes <= RowLimitBytes / 2;

    private int CountOf(int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(FixedBlockLengthBytes);
        int count = lengthBytes / FixedBlockLengthBytes;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(count * FixedBlockLengthBytes, lengthBytes);
        return count;
    }

    /// <summary>INFORMATION is the number of blocks that did not come (SSC-4 6.4); a residual, where one is told, must say the same.</summary>
    private bool IsSoundShortRead(int count) =>
        _sense.Information is { } missing && missing >= 0 && missing <= count
        && (_completion.Residual is not { } residual || residual == 0 || residual == missing * FixedBlockLengthBytes);

    /// <summary>
    /// How many of the blocks were taken before the volume was full: what the drive's position says, where it tells one. INFORMATION may count
    /// also what was lost from the drive's buffer (SSC-4 6.8).
    /// </summary>
    private int CountWritten(int count)
    {
        long? told = count - _sense.Information;
        SenseData sense = _sense;
        long? taken = ReportsPosition ? ReadPosition().ObjectId - _nextObjectId : told;
        if (taken is >= 0 && taken <= count)
            return (int)taken;
        _nextObjectId = null;
        throw Suspect(new TapeCommandException(
            $"{Name}: the volume is full, and it cannot be told how many of the last {count} blocks are on it: {sense}."), sense);
    }

    private void SetBlockLength(int blockLengthBytes) => WriteModeHeader(new ModeParameterHeader
    {
        BufferedMode = 1,
        BlockDescriptor = new ModeBlockDescriptor(KeepDensity, BlockLengthBytes: blockLengthBytes),
    });
}
