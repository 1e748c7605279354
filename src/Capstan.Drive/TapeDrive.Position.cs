using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

public sealed partial class TapeDrive
{
    /// <summary>Where the tape stands. Long form; the short one where the drive refuses it. Moves nothing.</summary>
    /// <exception cref="TapeDeviceException">The drive does not know its position.</exception>
    public TapePosition ReadPosition()
    {
        TapePosition position = ReportsPosition ? Again(Scsi.ReadPosition.Name, isAbsolute: false, AskPosition) : CountedPosition();
        _partition = position.Partition;
        return position;
    }

    private TapePosition AskPosition()
    {
        // Long and short form take allocation length 0: drives refuse another value (IBM LTO SCSI Reference, READ POSITION).
        Span<byte> answer = stackalloc byte[32];
        SenseVerdict verdict = Run(new ReadPosition(PositionForm.Long), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (verdict == SenseVerdict.IllegalRequest)
            return ReadShortPosition();
        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, Scsi.ReadPosition.Name, verdict, _sense);
        if (!LongPosition.TryDecode(answer[..Received(answer.Length)], out LongPosition position) || Has(position.Conditions, PositionConditions.LocationUnknown))
            throw UnknownPosition();
        if (position.Partition > byte.MaxValue || position.LogicalObject > long.MaxValue || position.LogicalFile > long.MaxValue)
        {
            throw new TapeCommandException(
                $"{Name}: the drive says that it stands at object {position.LogicalObject}, file {position.LogicalFile}, partition {position.Partition}, which no tape has; the cable or the host adapter is suspect.");
        }

        return new TapePosition((int)position.Partition, (long)position.LogicalObject,
            Has(position.Conditions, PositionConditions.FileUnknown) ? null : (long)position.LogicalFile,
            Has(position.Conditions, PositionConditions.BeginningOfPartition), Has(position.Conditions, PositionConditions.EndOfPartition));
    }

    /// <summary>
    /// Where the tape stands; null where the drive does not know or tell. Object 0 without BOP contradicts itself (SSC-5, READ
    /// POSITION: the beginning of the partition is object 0): emulated drives that keep no position answer so wherever they are.
    /// </summary>
    public TapePosition? TryReadPosition()
    {
        try
        {
            TapePosition position = ReadPosition();
            return IsPlausible(position) ? position : null;
        }
        catch (TapeDeviceException e) when (e.Fault == DeviceFault.Lost && e.Sense is null && e.InnerException is null)
        {
            return null;
        }
    }

    /// <summary>About one answer; <see cref="ReportsPosition"/> is about a model.</summary>
    private static bool IsPlausible(TapePosition position) => position.ObjectId != 0 || position.BeginningOfPartition;

    private static bool Has(PositionConditions conditions, PositionConditions any) => (conditions & any) != 0;

    private TapePosition ReadShortPosition()
    {
        Span<byte> answer = stackalloc byte[20];
        RunOrThrow(new ReadPosition(PositionForm.Short), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (!ShortPosition.TryDecode(answer[..Received(answer.Length)], out ShortPosition position)
            || Has(position.Conditions, PositionConditions.Error | PositionConditions.LocationUnknown))
            throw UnknownPosition();
        return new TapePosition(position.Partition, position.FirstLogicalObject, null,
            Has(position.Conditions, PositionConditions.BeginningOfPartition), Has(position.Conditions, PositionConditions.EndOfPartition));
    }

    /// <summary>
    /// The object that goes to the medium next: everything before it has left the drive's buffer. Null where the drive has no
    /// extended form (older than LTO-5, and several emulations).
    /// </summary>
    public long? ReadFirstBufferedObject()
    {
        return ReportsPosition ? Again(Scsi.ReadPosition.Name, isAbsolute: false, AskFirstBufferedObject) : null;
    }

    private long? AskFirstBufferedObject()
    {
        Span<byte> answer = stackalloc byte[32];
        SenseVerdict verdict;
        try
        {
            verdict = Run(new ReadPosition(PositionForm.Extended, (ushort)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        }
        catch (TapeDeviceException e) when (e.Fault == DeviceFault.PermissionDenied)
        {
            return null;
        }

        ThrowIfSurprised(Scsi.ReadPosition.Name, verdict);
        return verdict == SenseVerdict.Done && ExtendedPosition.TryDecode(answer[..Received(answer.Length)], out ExtendedPosition position)
            && !Has(position.Conditions, PositionConditions.LocationUnknown)
            ? checked((long)position.LastLogicalObject)
            : null;
    }

    private TapeDeviceException UnknownPosition() => new(DeviceFault.Lost,
        $"{Name}: the drive does not know where its tape stands. Rewind it with `capstan drive rewind --device {Name}`, then start again.");

    /// <summary>Moves to the beginning of the partition. What is in the drive's buffer is written first.</summary>
    public void Rewind() => Again(Scsi.Rewind.Name, isAbsolute: true, RewindOnce);

    private bool RewindOnce()
    {
        _isStreaming = false;
        RunOrThrow(new Rewind(), DataTransfer.None, _timeouts.RewindSeconds + _timeouts.WriteFilemarksSeconds);
        _nextObjectId = 0;
        BeginBurst();
        return true;
    }

    /// <summary>Moves so that the given object is the next one, and checks that the drive got there.</summary>
    /// <exception cref="TapeCommandException">The object does not exist: end of data comes before it.</exception>
    public void Locate(long objectId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(objectId);
        if (!ReportsPosition)
        {
            LocateCounted(objectId);
            return;
        }

        Again(Locate10.Name, isAbsolute: true, () => LocateOnce(objectId));
    }

    /// <param name="objectId">Where to.</param>
    /// <param name="partition">Of another partition than the current one; null stays.</param>
    private bool LocateOnce(long objectId, byte? partition = null)
    {
        _isStreaming = false;
        SenseVerdict verdict = partition is not null
            ? Run(new Locate16(LocateTarget.LogicalObject((ulong)objectId), partition), DataTransfer.None, _timeouts.LocateSeconds)
            : objectId <= uint.MaxValue
            ? Run(new Locate10((uint)objectId), DataTransfer.None, _timeouts.LocateSeconds)
            : Run(new Locate16(LocateTarget.LogicalObject((ulong)objectId)), DataTransfer.None, _timeouts.LocateSeconds);
        SenseData sense = _sense;
        _nextObjectId = null;
        if (verdict == SenseVerdict.EndOfData)
        {
            throw new TapeEndOfDataException(
                $"{Name}: object {objectId} lies behind the end of data. This is not the tape that was expected, or its end was lost.", objectId, sense);
        }

        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, Locate10.Name, verdict, sense);

        TapePosition reached = AskPosition();
        if (reached.ObjectId != objectId || (partition is { } wanted && reached.Partition != wanted))
            throw new TapeCommandException($"{Name}: LOCATE to object {objectId}{In(partition ?? 0)} ended at object {reached.ObjectId}{In(reached.Partition, partition ?? 0)}.");
        _nextObjectId = reached.ObjectId;
        BeginBurst();
        return true;
    }

    /// <summary>Moves to the end of data and says where that is.</summary>
    /// <exception cref="TapeMediumException">The tape has no end-of-data mark.</exception>
    public TapePosition LocateEndOfData()
    {
        return ReportsPosition ? Again(Space6.Name, isAbsolute: true, LocateEndOfDataOnce) : LocateEndOfDataCounted();
    }

    private TapePosition LocateEndOfDataOnce()
    {
        // SPACE with code 3 is understood by every drive; LOCATE with DEST_TYPE 11b is not.
        _isStreaming = false;
        _nextObjectId = null;
        SenseVerdict verdict = Run(new Space6(SpaceCode.EndOfData, 0), DataTransfer.None, _timeouts.LocateSeconds);
        if (verdict is not (SenseVerdict.Done or SenseVerdict.EndOfData))
            throw DriveErrors.Sense(Name, Space6.Name, verdict, _sense);
        TapePosition position = AskPosition();
        _nextObjectId = position.ObjectId;
        _endOfDataId = position.ObjectId;
        BeginBurst(position);
        return position;
    }

    /// <summary>Spaces over blocks; negative goes back. Stops behind (forward) or before (backward) a filemark.</summary>
    public SpaceOutcome SpaceBlocks(long count) => SpaceOrCount(SpaceCode.LogicalBlocks, count);

    /// <summary>Spaces over filemarks; negative goes back and stops on the mark's beginning-of-partition side.</summary>
    public SpaceOutcome SpaceFilemarks(long count) => SpaceOrCount(SpaceCode.Filemarks, count);

    /// <summary>Where positions are counted, and only then, spacing forward looks at every object: the position stays known.</summary>
    private SpaceOutcome SpaceOrCount(SpaceCode code, long count) =>
        !ReportsPosition && count > 0 && _nextObjectId is not null
            ? SpaceCounted(code, count)
            : Again(Space6.Name, isAbsolute: false, () => Space(code, count));

    private SpaceOutcome Space(SpaceCode code, long count)
    {
        _isStreaming = false;
        _nextObjectId = null;
        SenseVerdict verdict = Math.Abs(count) <= MaxSpaceCount
            ? Run(new Space6(code, (int)count), DataTransfer.None, _timeouts.LocateSeconds)
            : Run(new Space16(code, count), DataTransfer.None, _timeouts.LocateSeconds);
        SpaceStop stop = verdict switch
        {
            SenseVerdict.Done => SpaceStop.None,
            SenseVerdict.Filemark => SpaceStop.Filemark,
            SenseVerdict.EndOfData => SpaceStop.EndOfData,
            SenseVerdict.BeginningOfPartition => SpaceStop.BeginningOfPartition,
            _ => throw DriveErrors.Sense(Name, Space6.Name, verdict, _sense),
        };
        // INFORMATION is the residue: "number of requested minus number of actual", SSC-5 SPACE(6). Without VALID it is unknown.
        long? residue = stop == SpaceStop.None ? 0 : _sense.Information is { } information ? Math.Abs(information) : null;
        return new SpaceOutcome(stop, residue);
    }
}
