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

    /// <summary>What was written in a row was read back once and is what it should be; <see cref="IsRowWritten"/>.</summary>
    private bool _areWrittenRowsProven;

    /// <summary>For tests of what comes after that.</summary>
    internal void TrustRows() => _areWrittenRowsProven = _areReadRowsProven = true;

    /// <summary>What was read in a row was read once more, block by block, and is the same.</summary>
    private bool _areReadRowsProven;

    /// <summary>
    /// Whether blocks of more than half of <see cref="RowBytes"/> go in rows, too. To be turned off where a command costs little: on a plain host
    /// adapter nothing is gained, and to look whether a drive takes rows for what they are costs a real one a turn of its tape.
    /// </summary>
    public bool RowsOfLargeBlocks { get; set; } = true;

    /// <summary>It has shown that it is not: single blocks to the end.</summary>
    private bool _areRowsRefused;

    private RowPace PaceFor(RowPace? known, int blockLengthBytes, int rowBytes) =>
        known is not null && known.BlockLengthBytes == blockLengthBytes && known.LimitBytes == RowLimit(rowBytes)
            ? known
            : new RowPace(blockLengthBytes, RowLimit(rowBytes));

    /// <summary>Length of the blocks of <see cref="WriteBlocks"/> and <see cref="TryReadBlocks"/>, in bytes; 0 while they cannot be used.</summary>
    public int FixedBlockLengthBytes { get; private set; }

    /// <summary>What it was when the path broke: a recovery sets it again.</summary>
    private int _fixedBeforeFault;

    private bool _isSettingBlockLength;

    /// <summary>The last unit attention says that somebody set the drive's modes, and a block length of ours may have been among them.</summary>
    private bool IsBlockLengthInDoubt =>
        FixedBlockLengthBytes > 0 && !IsProtecting && !_isSettingBlockLength && _sense.Code == SenseCode.ModeParametersChanged;

    private void SetFixedBlockLength()
    {
        _isSettingBlockLength = true;
        try
        {
            SetBlockLength(FixedBlockLengthBytes);
        }
        finally
        {
            _isSettingBlockLength = false;
        }
    }

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
    /// <param name="rowBytes">What the caller has at a time, in bytes: longer rows are not tried.</param>
    /// <returns>False when the drive, the way to it or the caller does not take several such blocks at a time; nothing has changed then.</returns>
    public bool TryBeginFixedBlocks(int blockLengthBytes, int rowBytes = LongestRowBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockLengthBytes, 1);
        // Behind each block of a row would have to be room for its checksum.
        return CanRow(blockLengthBytes, rowBytes) && Again(ModeSelect10.Name, isAbsolute: false, () => TryBeginFixedBlocksOnce(blockLengthBytes, rowBytes));
    }

    private bool TryBeginFixedBlocksOnce(int blockLengthBytes, int rowBytes)
    {
        long? at = _nextObjectId;
        try
        {
            SetBlockLength(blockLengthBytes);
            // A drive that rounds it says so only here.
            if (ReadModeHeader().BlockDescriptor is { BlockLengthBytes: var told } && told == blockLengthBytes)
            {
                FixedBlockLengthBytes = blockLengthBytes;
                _writePace = PaceFor(_writePace, blockLengthBytes, rowBytes);
                _readPace = PaceFor(_readPace, blockLengthBytes, rowBytes);
                return true;
            }
        }
        catch (TapeCommandException e) when (!CanRecover(e))
        {
            // Refused: then not.
        }
        catch (TapeDeviceException e) when (e.Fault == DeviceFault.PermissionDenied)
        {
            // Whoever may not set modes may not write either, and is told so there. No command about modes moves the tape.
            _nextObjectId = at;
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
        if (count == 1)
            return TryReadOneOnce(space, at, isTimed, began, out blocks, out stop);
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
            if (blocks < 2 || _areReadRowsProven || IsRowRead(at, next, space[..(blocks * FixedBlockLengthBytes)], stop))
            {
                _nextObjectId = next;
                return true;
            }
        }

        blocks = 0;
        stop = null;
        Locate(at);
        // Sound, and yet not what the tape holds.
        if (isSound)
        {
            _areRowsRefused = true;
            EndFixedBlocks();
        }

        return false;
    }

    /// <summary>A single block names its own length (FIXED 0): it depends on nobody's mode.</summary>
    private bool TryReadOneOnce(Span<byte> space, long at, bool isTimed, long began, out int blocks, out ReadKind? stop)
    {
        _nextObjectId = at;
        blocks = 0;
        stop = null;
        try
        {
            ReadOutcome outcome = ReadOnce(space);
            if (outcome.Kind == ReadKind.Block && outcome.Length == space.Length)
            {
                if (isTimed)
                    _readPace!.Took(_time.GetTimestamp() - began);
                blocks = 1;
                return true;
            }

            if (outcome.Kind is ReadKind.Filemark or ReadKind.EndOfData)
            {
                stop = outcome.Kind;
                return true;
            }
        }
        catch (TapeException e) when (e is TapeReadException or TapeLengthException)
        {
            // Read once more, it says what is wrong.
        }

        Locate(at);
        return false;
    }

    /// <summary>Whether a row that was read is what the tape holds, block by block: looked at once for each drive that is opened.</summary>
    /// <param name="next">Where the tape should stand behind it, and behind what was met.</param>
    private bool IsRowRead(long at, long next, ReadOnlySpan<byte> row, ReadKind? stop)
    {
        if (RowEnd(at, (int)(next - at)) != next || !HoldsBlocks(at, row, FixedBlockLengthBytes))
            return false;
        _areReadRowsProven = true;
        return stop != ReadKind.Filemark || ReadOnceAsItIs(new byte[1]).Kind == ReadKind.Filemark;
    }

    private int RowLimit(int rowBytes) => Math.Min(Math.Min(LongestRowBytes, rowBytes), MaxTransferBytes);

    /// <summary>How many blocks go in the next <see cref="WriteBlocks"/> at most; 1 where fixed blocks are not in use.</summary>
    public int WriteRowBlocks => FixedBlockLengthBytes > 0 ? _writePace!.Blocks : 1;

    /// <summary>How many blocks go in the next <see cref="TryReadBlocks"/> at most; 1 where fixed blocks are not in use.</summary>
    public int ReadRowBlocks => FixedBlockLengthBytes > 0 ? _readPace!.Blocks : 1;

    /// <summary>
    /// Whether two blocks of a length go in one command. Not while the drive encrypts: a key may write and not read, and then nothing can be read back.
    /// </summary>
    public bool CanRow(int blockLengthBytes, int rowBytes = LongestRowBytes) => !IsProtecting && !IsEncrypting && !_areRowsRefused
        && blockLengthBytes <= RowLimit(rowBytes) / 2 && (RowsOfLargeBlocks || blockLengthBytes <= RowBytes / 2);

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

    private void SetBlockLength(int blockLengthBytes) => WriteModeHeader(new ModeParameterHeader
    {
        BufferedMode = 1,
        BlockDescriptor = new ModeBlockDescriptor(KeepDensity, BlockLengthBytes: blockLengthBytes),
    });
}
