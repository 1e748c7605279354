using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <remarks>
/// Fixed-block transfers: several blocks of one length in one command (SSC-4 4.2.12 and 6.8, FIXED bit 1). On the tape there is no difference.
/// Commands are dear on a slow path, and small blocks make many.
/// </remarks>
public sealed partial class TapeDrive
{
    /// <summary>
    /// What goes in one command at most, in bytes, where single blocks are shorter: as much as Capstan's own blocks have. Longer transfers were
    /// slower again behind iSCSI.
    /// </summary>
    public const int RowBytes = 256 << 10;

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
        return !IsProtecting && blockLengthBytes <= RowLimitBytes / 2 && Again(ModeSelect10.Name, isAbsolute: false, () => TryBeginFixedBlocksOnce(blockLengthBytes));
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

    /// <summary>Writes several blocks of <see cref="FixedBlockLengthBytes"/> with one command.</summary>
    /// <param name="blocks">A whole number of blocks, at most <see cref="MaxTransferBytes"/>.</param>
    /// <param name="written">How many of them are on the tape or in the drive's buffer; all of them unless the volume is full.</param>
    /// <exception cref="TapeWriteException">As <see cref="Write(ReadOnlySpan{byte})"/>.</exception>
    /// <exception cref="TapeMediumException">As <see cref="Write(ReadOnlySpan{byte})"/>.</exception>
    public WriteOutcome WriteBlocks(ReadOnlySpan<byte> blocks, out int written)
    {
        int count = CountOf(blocks.Length);
        int lengthBytes = FixedBlockLengthBytes;
        ThrowIfPositionUnknown(Write6.Name);
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
        SenseVerdict verdict = RunWrite(new Write6(Fixed: true, count), DataTransfer.ToDevice(blocks), _timeouts.WriteSeconds);
        written = count;
        if (verdict != SenseVerdict.VolumeOverflow && (verdict != SenseVerdict.EarlyWarning || _sense.Information is null or 0))
            return Written(Write6.Name, verdict, count);
        written = CountWritten(count);
        Passed(written);
        return WriteOutcome.VolumeFull;
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
            _nextObjectId = at + blocks + (stop == ReadKind.Filemark ? 1 : 0);
            return true;
        }

        blocks = 0;
        stop = null;
        Locate(at);
        return false;
    }

    private int RowLimitBytes => Math.Min(RowBytes, MaxTransferBytes);

    /// <summary>How many blocks of a length go in one command, where fixed blocks are in use; at least 1.</summary>
    public int BlocksInRow(int blockLengthBytes) => Math.Max(1, RowLimitBytes / blockLengthBytes);

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
