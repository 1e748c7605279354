using Capstan.Drive.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>Drives that do not tell where their tape stands: <see cref="DriveQuirks.PositionNotReported"/>.</summary>
public sealed partial class TapeDrive
{
    /// <summary>The largest count of SPACE(6): 24 bits, signed.</summary>
    private const int MaxSpaceCount = (1 << 23) - 1;

    /// <summary>First step of the search for end of data, in objects; a power of two.</summary>
    private const long FirstSearchStep = 1024;

    /// <summary>
    /// Whether the drive tells its position. Where it does not, the driver counts from the last <see cref="Rewind"/>, and notices
    /// that another program moved the tape only where that goes through the tape driver of this machine's kernel.
    /// </summary>
    /// <remarks>
    /// Data of an examined model, and no guess: counting moves the tape with REWIND and SPACE instead of LOCATE. A drive that no
    /// model describes and that is caught with an answer that cannot be (<see cref="IsPlausible"/>) is still asked and never
    /// counted; only the guard believes it less. docs/decisions/0017.
    /// </remarks>
    public bool ReportsPosition => (Model.Quirks & DriveQuirks.PositionNotReported) == 0;

    /// <summary>Whether <see cref="ReadPosition"/> has an answer: always, or since the first rewind where positions are counted.</summary>
    public bool IsPositionKnown => ReportsPosition || _nextObjectId is not null;

    private TapePosition CountedPosition()
    {
        ForgetIfUsed();
        return _nextObjectId is { } next
            ? Counted(next)
            : throw new TapeDeviceException(DeviceFault.Lost,
                $"{Name}: this drive ({Identity.Vendor} {Identity.Product}) does not tell where its tape stands, and the tape was not rewound since the drive was opened, failed, was reset or was used by another program. Rewind it, then start again.");
    }

    private static TapePosition Counted(long objectId) => new(0, objectId, objectId == 0 ? 0 : null, objectId == 0, false);

    /// <summary>What was counted ends where the kernel's tape driver sent a command since the last <see cref="Rewind"/>: it may have moved the tape.</summary>
    private void ForgetIfUsed()
    {
        if (_nextObjectId is not null && (_neighbours?.ReadActivity() ?? 0) != _activity)
            _nextObjectId = null;
    }

    private void LocateCounted(long objectId)
    {
        if (TrySkipTo(objectId))
            return;
        // Some report end of data already when the last object was spaced over, and stand where they should.
        if (objectId > 0 && TrySkipTo(objectId - 1) && StepOver() != ReadKind.EndOfData)
            return;
        _nextObjectId = null;
        throw new TapeEndOfDataException(
            $"{Name}: object {objectId} lies behind the end of data. This is not the tape that was expected, or its end was lost.", objectId, _sense);
    }

    private TapePosition LocateEndOfDataCounted()
    {
        ForgetIfUsed();
        if (_nextObjectId is null)
            Rewind();
        if (StepOver() == ReadKind.EndOfData)
            return CountedPosition();
        // SPACE to end of data does not say how far that was. So: steps that double until one fails, then halves.
        long reached = _nextObjectId!.Value;
        bool found = false;
        for (long step = FirstSearchStep; step > 0;)
        {
            if (TrySkipTo(reached + step))
            {
                reached += step;
                step = found ? step / 2 : step * 2;
                continue;
            }

            found = true;
            step /= 2;
        }

        LocateCounted(reached);
        while (StepOver() != ReadKind.EndOfData)
            ;
        return CountedPosition();
    }

    /// <summary>Spaces over blocks and filemarks alike; false when end of data came before that, and then the position is unknown.</summary>
    private bool TrySkipTo(long objectId)
    {
        ForgetIfUsed();
        if (_nextObjectId is not { } here || here > objectId)
        {
            Rewind();
            here = 0;
        }

        for (long left = objectId - here; left > 0;)
        {
            int count = (int)Math.Min(left, MaxSpaceCount);
            SpaceOutcome outcome = Space(SpaceCode.LogicalBlocks, count);
            switch (outcome.Stop)
            {
                case SpaceStop.None:
                    left -= count;
                    break;
                // Behind the mark, which is an object too. A drive that stops at none counts it as a block: the same.
                case SpaceStop.Filemark when outcome.Residue is { } residue:
                    left -= count - residue + 1;
                    break;
                default:
                    return false;
            }
        }

        _nextObjectId = objectId;
        return true;
    }

    /// <summary>Reads over one object and keeps nothing of it.</summary>
    private ReadKind StepOver()
    {
        Span<byte> nothing = stackalloc byte[1];
        return Read(nothing).Kind;
    }

    private SpaceOutcome SpaceCounted(SpaceCode code, long count)
    {
        for (long left = count; left > 0;)
        {
            switch (StepOver())
            {
                case ReadKind.EndOfData:
                    return new SpaceOutcome(SpaceStop.EndOfData, left);
                case ReadKind.Filemark when code == SpaceCode.LogicalBlocks:
                    return new SpaceOutcome(SpaceStop.Filemark, left);
                case ReadKind.Filemark:
                    left--;
                    break;
                default:
                    left -= code == SpaceCode.LogicalBlocks ? 1 : 0;
                    break;
            }
        }

        return new SpaceOutcome(SpaceStop.None, 0);
    }
}
