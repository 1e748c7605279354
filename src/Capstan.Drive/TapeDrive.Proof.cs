using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>What is on the medium, proven after the way to the drive broke in a stream of writes.</summary>
public sealed partial class TapeDrive
{
    /// <summary>The last block of what was written in a row.</summary>
    private WrittenBlock _block;

    /// <summary>The blocks of the command that a recovery is about.</summary>
    private WrittenBlock[] _running = [];

    /// <summary>Where that row ends.</summary>
    private long _writtenEnd;
    private long _streamStart;
    private long? _endOfDataId;
    private bool _hasBuffered;

    /// <summary>The tape stands where the stream goes on: it was not moved since <see cref="BeginWriting"/>.</summary>
    private bool _isStreaming;

    /// <summary>
    /// The medium is known to end at the durable object, because the stream began there at end of data or was synchronised there. Then
    /// what is found behind it was written by this stream.
    /// </summary>
    private bool _endsAtDurable;

    private void BeginStream(long at)
    {
        bool isAtEnd = _endOfDataId == at;
        if (!isAtEnd || _writtenEnd != at)
            _block = default;
        _streamStart = at;
        _endsAtDurable = isAtEnd;
        _hasBuffered = false;
        _isStreaming = true;
    }

    /// <summary>The drive took objects.</summary>
    private void Passed(int objects)
    {
        _nextObjectId += objects;
        if (objects == 0)
            return;
        _writtenEnd = _nextObjectId!.Value;
        _endOfDataId = _nextObjectId;
        _hasBuffered = true;
    }

    /// <summary>Everything that the drive took is on the medium.</summary>
    private void Synchronised()
    {
        _durableObjectId = _nextObjectId!.Value;
        _endsAtDurable |= _durableObjectId > _streamStart;
        _hasBuffered = false;
    }

    /// <summary>
    /// Whether the running command was carried out, and whether everything before it is there. Two ways: the drive says where it
    /// stands, when nothing can have cost it its buffer; or the medium says where it ends, when it is known to have ended where this
    /// stream began. Either way the end is read again.
    /// </summary>
    private bool DecideWriting(Recovery recovery)
    {
        long at = recovery.At!.Value;
        if (recovery.Fate != BufferFate.Kept && !_endsAtDurable)
        {
            return recovery.Fail(
                "The drive may have been reset and have lost what it had not yet written, and the tape held older data behind this place, so it cannot tell"
                + DescribeEnd(recovery));
        }

        TapePosition position;
        if (recovery.Fate != BufferFate.Kept || recovery.HasMoved)
        {
            recovery.HasMoved = true;
            position = LocateEndOfDataOnce();
        }
        else
        {
            position = AskPosition();
        }

        long found = position.ObjectId;
        bool isOne = found == at || found == at + recovery.Objects || (recovery.IsDivisible && found > at && found < at + recovery.Objects);
        if (!IsPlausible(position) || position.Partition != _streamPartition || !isOne || (recovery.Found is { } before && before != found))
        {
            string where = recovery.HasMoved ? "the tape ends" : "the drive stands";
            return recovery.Fail(
                $"Now {where} at object {found}, and by what was written it should be {recovery.Found ?? at}{(recovery.Objects > 0 && recovery.Found is null ? $" or {at + recovery.Objects}" : "")}"
                + DescribeEnd(recovery));
        }

        // A tape that was exchanged stands there, too, and nothing would be lost by stopping.
        if (found == 0)
            return recovery.Fail("The tape stands at its beginning, as any other would");
        recovery.Found = found;
        return Prove(recovery, found);
    }

    private bool Prove(Recovery recovery, long found)
    {
        int executed = (int)(found - recovery.At!.Value);
        WrittenBlock block = executed > 0 && _running.Length > 0 ? _running[executed - 1] : _block;
        if (recovery.Fate != BufferFate.Kept && block.LengthBytes == 0)
            return recovery.Fail("The drive may have been reset, and nothing was written yet by which this tape could be known again");
        _nextObjectId = found;
        if (!recovery.HasMoved && (_hasBuffered || executed > 0) && !TrySynchronise(recovery))
            return false;
        long from = block.LengthBytes > 0 ? block.ObjectId : _streamStart;
        // Once more behind it: what was read may have come out of the drive's buffer.
        if (from < found && !(ReadsBack(recovery, from, found, block) && TrySynchronise(recovery)))
            return false;
        TapePosition position = AskPosition();
        if (position.ObjectId != found)
            return recovery.Fail($"The tape moved to object {position.ObjectId} while it was looked at");
        recovery.IsNearEnd = position.EndOfPartition;
        _nextObjectId = found;
        _block = block;
        if (from < found)
        {
            _writtenEnd = found;
            _endOfDataId = found;
            Synchronised();
        }

        BeginBurst(position);
        _isStreaming = true;
        return true;
    }

    /// <summary>WRITE FILEMARKS with count 0: an error of something that was buffered comes out here.</summary>
    private bool TrySynchronise(Recovery recovery)
    {
        SenseVerdict verdict = Run(new WriteFilemarks6(0, Immediate: false), DataTransfer.None, _timeouts.WriteFilemarksSeconds);
        if (verdict is SenseVerdict.DeviceReset or SenseVerdict.MediumChanged)
            throw DriveErrors.Sense(Name, WriteFilemarks6.Name, verdict, _sense);
        if (verdict == SenseVerdict.Done || (verdict == SenseVerdict.EarlyWarning && _sense.Information is null or 0))
            return true;
        return recovery.Fail($"What the drive had in its buffer did not get onto the tape: {_sense}");
    }

    /// <summary>
    /// The last block is on the medium, is ours, and nothing but filemarks follows it. It is read with exactly its length: then GOOD
    /// says that it is as long, whatever the adapter says.
    /// </summary>
    private bool ReadsBack(Recovery recovery, long from, long found, in WrittenBlock block)
    {
        _recoveryOptions.Progress?.Invoke($"{recovery.Cause}; reading the end of the tape");
        recovery.HasMoved = true;
        LocateOnce(from);
        if (IsEncrypting && block.LengthBytes > 0 && !IsUnderOurKey())
            return recovery.Fail($"Object {from} was written in clear, or under another key: the drive had lost its key before");
        var buffer = new byte[Math.Max(1, block.LengthBytes)];
        for (long objectId = from; objectId < found; objectId++)
        {
            ReadOutcome outcome = ReadOnceAsItIs(buffer);
            bool isSame = block.LengthBytes > 0 && objectId == block.ObjectId
                ? outcome.Kind == ReadKind.Block && block.BeginsAs(buffer.AsSpan(0, outcome.Length))
                : outcome.Kind == ReadKind.Filemark;
            if (!isSame)
                return recovery.Fail($"Object {objectId} on the tape is not what was written there");
        }

        return ReadOnceAsItIs(buffer.AsSpan(0, 1)).Kind == ReadKind.EndOfData
            || recovery.Fail($"Behind object {found - 1} the tape holds more than was written");
    }

    /// <summary>Where the tape really ends, for the message.</summary>
    private string DescribeEnd(Recovery recovery)
    {
        if (recovery.HasMoved)
            return "";
        try
        {
            return $"; the tape ends at object {LocateEndOfDataOnce().ObjectId}";
        }
        catch (TapeException)
        {
            // The message is about another error.
            return "";
        }
    }
}
