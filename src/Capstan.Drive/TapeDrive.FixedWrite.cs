using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <remarks>Writing rows of fixed blocks: what is on the tape of a row that did not go as it should, and whether the drive takes rows for what they are.</remarks>
public sealed partial class TapeDrive
{
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
        WrittenBlock before = _block;
        WriteOutcome outcome = WriteRow(blocks, count, out written);
        return written < 2 || _areWrittenRowsProven || IsRowWritten(start, blocks[..(written * lengthBytes)], lengthBytes, before)
            ? outcome
            : WriteAgainSingly(start, blocks, lengthBytes, out written);
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

    /// <summary>One command. A single block names its own length (FIXED 0): it depends on nobody's mode.</summary>
    private WriteOutcome WriteBlocksOnce(ReadOnlySpan<byte> blocks, int count, out int written)
    {
        GuardWrite(blocks.Length);
        bool isTimed = _writePace is { IsTrying: true } pace && pace.Blocks == count;
        long began = isTimed ? _time.GetTimestamp() : 0;
        SenseVerdict verdict = RunWrite(new Write6(count > 1, count > 1 ? count : blocks.Length), DataTransfer.ToDevice(blocks), _timeouts.WriteSeconds);
        if (verdict == SenseVerdict.Done && _completion is { Status: ScsiStatus.Good, Residual: null or 0 })
        {
            if (isTimed)
                _writePace!.Took(_time.GetTimestamp() - began);
            Passed(written = count);
            return WriteOutcome.Written;
        }

        if (count == 1 || _completion.Status == ScsiStatus.Good || verdict is not (SenseVerdict.Done or SenseVerdict.EarlyWarning or SenseVerdict.VolumeOverflow))
        {
            WriteOutcome outcome = Written(Write6.Name, verdict, count);
            written = outcome == WriteOutcome.VolumeFull ? 0 : count;
            return outcome;
        }

        // The drive had something to say, and may have stopped in the middle to say it.
        long at = _nextObjectId!.Value;
        written = CountWritten(count, verdict);
        if (written == 0 && verdict == SenseVerdict.Done)
            throw NotWritten(at, count, at);
        Passed(written);
        return verdict == SenseVerdict.VolumeOverflow || written == 0 ? WriteOutcome.VolumeFull
            : verdict == SenseVerdict.EarlyWarning ? WriteOutcome.WrittenEarlyWarning
            : WriteOutcome.Written;
    }

    /// <summary>Where the tape stands behind a row; where the drive tells no position, where it should.</summary>
    private long RowEnd(long at, int objects) =>
        ReportsPosition && _tellsPosition && AskPosition() is var position && IsPlausible(position) ? position.ObjectId : at + objects;

    /// <summary>
    /// Whether a row is on the tape as the blocks that it should be. Looked at once for each drive that is opened: a bridge or an emulation may
    /// take a row for one long block, and one (mhvtl, ssc_write_6 in usr/ssc.c) writes the first block of the row as often as it has blocks,
    /// with GOOD status and the right position. So it is read back, block by block.
    /// </summary>
    /// <returns>False when it is something else, which only this drive can have written there.</returns>
    /// <param name="before">The block before the row, which was written alone.</param>
    private bool IsRowWritten(long at, ReadOnlySpan<byte> row, int lengthBytes, in WrittenBlock before)
    {
        int objects = row.Length / lengthBytes;
        long stands = AskRowEnd(at, objects);
        if (stands != at + objects && stands != at + 1)
            throw NotWritten(at, objects, stands);
        // Copies of the first block are right here, which proves nothing and harms nothing.
        if (stands == at + objects && AreAlike(row, lengthBytes))
            return true;
        try
        {
            if (stands == at + objects && (HoldsBlocks(at, row, lengthBytes) || IsLost(at, objects, before)))
            {
                _isStreaming = true;
                BeginBurst();
                return _areWrittenRowsProven = true;
            }

            // A drive that lost the others of the row stands there as well.
            if (stands == at + 1)
            {
                Locate(at);
                if (ReadOnceAsItIs(new byte[lengthBytes]).Kind != ReadKind.Overlength)
                    throw NotWritten(at, objects, stands);
            }
        }
        catch (TapeException e) when (e is not TapeWriteException)
        {
            _nextObjectId = null;
            throw Suspect(e, e.Sense);
        }

        return false;
    }

    private long AskRowEnd(long at, int objects)
    {
        while (true)
        {
            try
            {
                return RowEnd(at, objects);
            }
            catch (TapeException e) when (_isStreaming && CanRecover(e))
            {
                RecoverWriting(Scsi.ReadPosition.Name, at + objects, 0, e);
            }
            catch (TapeException e) when (e is not TapeWriteException)
            {
                _nextObjectId = null;
                throw Suspect(e, e.Sense);
            }
        }
    }

    private static bool AreAlike(ReadOnlySpan<byte> row, int lengthBytes) => row[lengthBytes..].SequenceEqual(row[..^lengthBytes]);

    /// <summary>Goes to an object and compares the blocks from there on with what they should be. When they are, the tape stands behind them.</summary>
    private bool HoldsBlocks(long at, ReadOnlySpan<byte> row, int lengthBytes)
    {
        Locate(at);
        var block = new byte[lengthBytes];
        for (int done = 0; done < row.Length; done += lengthBytes)
        {
            if (ReadOnceAsItIs(block) is not { Kind: ReadKind.Block } outcome || outcome.Length != lengthBytes || !row.Slice(done, lengthBytes).SequenceEqual(block))
                return false;
        }

        int objects = row.Length / lengthBytes;
        return RowEnd(at, objects) == at + objects;
    }

    private TapeWriteException NotWritten(long at, int objects, long stands)
    {
        _nextObjectId = null;
        return Suspect(new TapeCommandException(
            $"{Name}: {objects} blocks were written from object {at} on with one command, and now the tape stands at object {stands}. A command was repeated or lost on the way, or somebody else moved this tape."), null);
    }

    /// <summary>
    /// Whether the block before the row, which was written alone, comes back as zeros: a drive that throws away what is written to it
    /// (`--cartridge null`) has nothing to prove. When that is so, the tape stands behind the row.
    /// </summary>
    /// <exception cref="TapeWriteException">It comes back as something else: that is not about rows any more.</exception>
    private bool IsLost(long at, int objects, in WrittenBlock before)
    {
        if (before.LengthBytes == 0 || before.ObjectId != at - 1)
            return false;
        Locate(before.ObjectId);
        var block = new byte[before.LengthBytes];
        ReadOutcome outcome = ReadOnceAsItIs(block);
        bool isBlock = outcome.Kind == ReadKind.Block && outcome.Length == before.LengthBytes;
        if (isBlock && before.BeginsAs(block))
            return false;
        if (!isBlock || block.AsSpan().ContainsAnyExcept((byte)0))
        {
            _nextObjectId = null;
            throw Suspect(new TapeCommandException(
                $"{Name}: object {before.ObjectId} was read back, and is not what was written there. The drive, or the way to it, changes data."), null);
        }

        Locate(at + objects);
        return true;
    }

    /// <summary>What is not what it should be is written over, block by block; so is everything from now on.</summary>
    private WriteOutcome WriteAgainSingly(long at, ReadOnlySpan<byte> blocks, int lengthBytes, out int written)
    {
        _areRowsRefused = true;
        try
        {
            Locate(at);
            EndFixedBlocks();
        }
        catch (TapeException e) when (e is not TapeWriteException)
        {
            _nextObjectId = null;
            throw Suspect(e, e.Sense);
        }

        _isStreaming = true;
        BeginBurst();
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

    /// <summary>
    /// How many of the blocks were taken: what the drive's position says, where it tells one. INFORMATION may count also what was lost from the
    /// drive's buffer (SSC-4 6.8), and there are emulations that stop at early warning without a word of the rest.
    /// </summary>
    private int CountWritten(int count, SenseVerdict verdict)
    {
        SenseData sense = _sense;
        int rest = _completion.Residual ?? 0;
        long? taken = sense.Information is { } missing ? count - missing
            : rest > 0 ? count - ((rest + FixedBlockLengthBytes - 1) / FixedBlockLengthBytes)
            : verdict == SenseVerdict.VolumeOverflow ? null
            : count;
        long at = _nextObjectId!.Value;
        if (ReportsPosition && _tellsPosition && ReadPosition() is var position && IsPlausible(position))
            taken = position.ObjectId - at;
        if (taken is >= 0 && taken <= count)
            return (int)taken;
        _nextObjectId = null;
        throw Suspect(new TapeCommandException(
            $"{Name}: the drive stopped in the middle of {count} blocks, and it cannot be told how many of them are on the tape: {sense}."), sense);
    }
}
