using System.Globalization;
using Capstan.Drive;

namespace Capstan.Operations.Movement;

/// <summary>`capstan drive rewind|fsf|bsf|fsfm|bsfm|fsr|bsr|asf|eod|seek|retension`.</summary>
/// <remarks>
/// Where each of them leaves the tape is Linux's: drivers/scsi/st.c, st_int_ioctl. `fsf` and `bsf` are one SPACE over filemarks,
/// `fsfm` and `bsfm` another one over a single mark in the other direction, and a SPACE that ends early is an error.
/// </remarks>
public static class MoveOperation
{
    /// <summary>The name that mt has for it.</summary>
    public static string NameOf(TapeMove move) => move switch
    {
        TapeMove.Rewind => "rewind",
        TapeMove.Fsf => "fsf",
        TapeMove.Bsf => "bsf",
        TapeMove.Fsfm => "fsfm",
        TapeMove.Bsfm => "bsfm",
        TapeMove.Fsr => "fsr",
        TapeMove.Bsr => "bsr",
        TapeMove.Asf => "asf",
        TapeMove.Eod => "eod",
        TapeMove.Seek => "seek",
        _ => "retension",
    };

    /// <summary>Whether it takes a count.</summary>
    public static bool TakesCount(TapeMove move) => move is not (TapeMove.Rewind or TapeMove.Eod or TapeMove.Retension);

    /// <summary>Moves the tape. One that stops early is a report with a reason and a status, not an exception.</summary>
    /// <exception cref="OperationException">The drive cannot be used, or there is no tape.</exception>
    public static MoveReport Run(OperationContext context, MoveRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(request.Count);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() =>
        {
            // A program that writes through the kernel's tape driver would go on where this leaves the tape.
            open.RequireAlone(context, forWriting: true);
            open.Recover(context, cancellation);
            open.Drive.AwaitMedium(new Readiness(context.Listener), cancellation);
            context.Listener.Phase(PhaseOf(request.Move));
            (SpaceOutcome outcome, string? reason) = Move(open, request);
            PositionReport? position = Positions.Of(open.Drive);
            string action = NameOf(request.Move);
            if (outcome.Stop != SpaceStop.None)
                reason = Describe(request, outcome, position);
            return new MoveReport(open.Source.Device, open.Source.PickedBy, action, TakesCount(request.Move) ? request.Count : null,
                outcome.Stop == SpaceStop.None ? null : Words(outcome.Stop), outcome.Stop == SpaceStop.None ? null : outcome.Residue,
                position, open.Drive.ReportsPosition, reason is null ? null : $"{open.Drive.Name}: {reason}", reason is null ? ExitStatus.Success : ExitStatus.Failed);
        });
    }

    /// <summary>A reason without a stop is that of a movement that ends elsewhere than at a filemark or an end.</summary>
    private static (SpaceOutcome Outcome, string? Reason) Move(OpenDrive open, MoveRequest request)
    {
        TapeDrive drive = open.Drive;
        switch (request.Move)
        {
            case TapeMove.Rewind:
                drive.Rewind();
                return default;
            case TapeMove.Fsf:
                return (drive.SpaceFilemarks(request.Count), null);
            case TapeMove.Bsf:
                return (drive.SpaceFilemarks(-request.Count), null);
            case TapeMove.Fsfm:
                return (Then(drive, drive.SpaceFilemarks(request.Count), -1), null);
            case TapeMove.Bsfm:
                return (Then(drive, drive.SpaceFilemarks(-request.Count), 1), null);
            case TapeMove.Fsr:
                return (drive.SpaceBlocks(request.Count), null);
            case TapeMove.Bsr:
                return (drive.SpaceBlocks(-request.Count), null);
            case TapeMove.Asf:
                return (GoToFile(drive, request.Count), null);
            case TapeMove.Eod:
                drive.LocateEndOfData();
                return default;
            case TapeMove.Seek:
                return (default, Seek(drive, request.Count, request.Partition));
            default:
                Unsupported.Guard(drive, "wind its tape to the end and back (LOAD UNLOAD with RETEN)", drive.Retension);
                return default;
        }
    }

    private static SpaceOutcome Then(TapeDrive drive, SpaceOutcome first, long count) =>
        first.Stop == SpaceStop.None ? drive.SpaceFilemarks(count) : first;

    /// <summary>mt rewinds and spaces forward. The same place is nearer from where the tape stands, when the drive tells its file number.</summary>
    private static SpaceOutcome GoToFile(TapeDrive drive, long file)
    {
        if (file > 0 && drive.ReportsPosition && drive.TryReadPosition() is { FileNumber: { } here })
            return file > here ? drive.SpaceFilemarks(file - here) : Then(drive, drive.SpaceFilemarks(-(here - file + 1)), 1);
        drive.Rewind();
        return file > 0 ? drive.SpaceFilemarks(file) : default;
    }

    private static string? Seek(TapeDrive drive, long objectId, int? partition)
    {
        try
        {
            if (partition is { } wanted)
                drive.Locate(wanted, objectId);
            else
                drive.Locate(objectId);
            return null;
        }
        catch (TapeCommandException e) when (partition is > 0 && e.IsUnsupported)
        {
            throw new OperationException(ExitStatus.Tape, $"{drive.Name}: this tape has no partition {partition}. `capstan drive status` shows those it has.", e);
        }
        catch (TapeEndOfDataException)
        {
            PositionReport? position = Positions.Of(drive);
            return string.Create(CultureInfo.InvariantCulture, $"there is no object {objectId}: the data end before it{At(position)}.");
        }
    }

    private static string Describe(MoveRequest request, SpaceOutcome outcome, PositionReport? position)
    {
        string done = outcome.Residue is not { } missing ? ""
            : request.Move == TapeMove.Asf ? string.Create(CultureInfo.InvariantCulture, $", {missing} filemarks too early")
            : string.Create(CultureInfo.InvariantCulture, $" after {Math.Max(0, request.Count - missing)} of {request.Count}");
        string side = outcome.Stop != SpaceStop.Filemark ? ""
            : request.Move == TapeMove.Fsr ? "; the tape stands behind it" : "; the tape stands before it";
        return $"{NameOf(request.Move)} stopped at {Article(outcome.Stop)}{done}{side}{At(position)}.";
    }

    private static string At(PositionReport? position) => position is null ? ""
        : string.Create(CultureInfo.InvariantCulture, $" (object {position.ObjectId})");

    private static string Words(SpaceStop stop) => stop switch
    {
        SpaceStop.EndOfData => "end of data",
        SpaceStop.Filemark => "filemark",
        _ => "beginning of partition",
    };

    private static string Article(SpaceStop stop) => stop switch
    {
        SpaceStop.EndOfData => "the end of data",
        SpaceStop.Filemark => "a filemark",
        _ => "the beginning of the tape",
    };

    private static string PhaseOf(TapeMove move) => move switch
    {
        TapeMove.Rewind => "rewinding",
        TapeMove.Retension => "retensioning",
        TapeMove.Seek or TapeMove.Asf or TapeMove.Eod => "locating",
        _ => "spacing",
    };
}
