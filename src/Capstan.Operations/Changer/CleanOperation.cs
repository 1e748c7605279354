using Capstan.Changer;
using Capstan.Drive;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Changer;

/// <summary>`capstan changer clean`.</summary>
public static class CleanOperation
{
    /// <summary>The robot needs a moment until the drive has pulled the cartridge in.</summary>
    private const int LeastPolls = 2;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>LTO drives clean in two to four minutes; a worn head gets more.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>Puts a cleaning cartridge into a drive, waits until the drive gives it out, and brings it back. A tape in the drive goes to its slot first.</summary>
    /// <param name="drive">Number of the drive, from 0.</param>
    /// <param name="with">Label or slot of the cleaning cartridge; null for the first that is found.</param>
    public static ChangerMoveReport Clean(
        OperationContext context, string? changer, int drive, string? with, string? driveDevice, CancellationToken cancellation)
    {
        using ChangerJob job = ChangerJob.OpenAlone(context, changer, cancellation, driveDevice);
        return job.Run("clean", () =>
        {
            LibraryElement target = job.Drive(drive);
            LibraryElement cleaner = with is not null ? job.Resolve(with) : FindCleaner(job);
            if (!cleaner.IsCleaning)
                throw new OperationException(ExitStatus.Tape, $"{job.Device}: {cleaner.Name} holds {(cleaner.IsFull ? cleaner.Barcode ?? "a cartridge without a label" : "nothing")}, no cleaning cartridge: their labels begin with CLN.");
            // Where it is now is where it goes back to, and nothing else may take that place meanwhile.
            LibraryElement home = cleaner.Type == ElementType.DataTransfer ? job.HomeOf(cleaner) ?? throw job.NoFreeSlot($"cleaning {target.Name}") : cleaner;
            string? remark = null;
            if (target.IsFull && target.Address != cleaner.Address)
            {
                remark = $"{target.Barcode ?? "the cartridge"} was taken out of {target.Name} and stays out";
                LoadOperation.PutBack(job, target);
                target = job.Status.At(target.Address)!;
            }

            if (cleaner.Address != target.Address)
                job.Move(cleaner, target);
            Await(job, target, cancellation);
            // Some libraries bring it back themselves.
            if (!job.Status.At(target.Address)!.IsFull && WhereIs(job, cleaner, home) is { } place)
                return string.Join("; ", (string?[])[remark, $"the library brought {cleaner.Barcode ?? "the cleaning cartridge"} to {place.Name} itself"]).TrimStart(';', ' ');
            job.Move(job.Status.At(target.Address)! with { Barcode = cleaner.Barcode }, home);
            return remark;
        });
    }

    private static LibraryElement? WhereIs(ChangerJob job, LibraryElement cleaner, LibraryElement home) =>
        cleaner.Barcode is { } barcode ? job.Status.Places.FirstOrDefault(place => place.Barcode == barcode)
        : job.Status.At(home.Address) is { IsFull: true } full ? full
        : null;

    private static LibraryElement FindCleaner(ChangerJob job) =>
        job.Status.Places.FirstOrDefault(static element => element.IsCleaning)
        ?? throw new OperationException(ExitStatus.Tape,
            $"{job.Device}: there is no cleaning cartridge in a slot (a label that begins with CLN). Put one into a mail slot, and run this again.");

    /// <summary>Until the drive has given the cartridge out. What then still holds it is for the move to say.</summary>
    private static void Await(ChangerJob job, LibraryElement drive, CancellationToken cancellation)
    {
        OperationContext context = job.Context;
        DriveCandidate? path = job.PathOf(drive);
        long start = context.Time.GetTimestamp();
        for (int polls = 1; context.Time.GetElapsedTime(start) < Longest; polls++)
        {
            context.Listener.Phase($"{drive.Name} is being cleaned");
            Wait(context.Time, cancellation);
            LibraryElement now = job.Changer.ReadElement(drive) ?? drive;
            if (polls >= LeastPolls && (!now.IsFull || now.IsAccessible) && IsGivenOut(context, path))
                break;
        }

        job.Refresh();
    }

    /// <summary>Whether the drive itself says that it holds nothing; what it does not say is believed of the robot.</summary>
    private static bool IsGivenOut(OperationContext context, DriveCandidate? path)
    {
        if (path is null)
            return true;
        try
        {
            OpenedDrive opened = path.Open();
            using TapeDrive tape = TapeDrive.OpenToLook(opened.Transport, context.Time, opened.Neighbours);
            return tape.TestReady().State is DriveState.NoMedium or DriveState.NotLoaded;
        }
        catch (Exception e) when (e is TapeException or ScsiTransportException or OperationException)
        {
            return true;
        }
    }

    private static void Wait(TimeProvider time, CancellationToken cancellation)
    {
        using var timer = new ManualResetEventSlim();
        using ITimer alarm = time.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), timer, Poll, Timeout.InfiniteTimeSpan);
        timer.Wait(cancellation);
    }
}
