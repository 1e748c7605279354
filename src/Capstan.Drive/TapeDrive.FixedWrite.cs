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
}
