using System.Globalization;
using Capstan.Drive;

namespace Capstan.Operations.Erasing;

/// <summary>`capstan drive capacity`: how long a tape is, or is made.</summary>
public static class CapacityOperation
{
    /// <summary>Tells it. Moves nothing.</summary>
    /// <exception cref="OperationException">No tape, or the drive does not tell.</exception>
    public static CapacityReport Show(OperationContext context, string? device)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            drive.AwaitMedium(new Readiness(context.Listener));
            TapeCapacity capacity = drive.ReadCapacity() ?? throw new OperationException(ExitStatus.Device,
                $"{drive.Name}: this drive ({drive.Identity.Vendor} {drive.Identity.Product}) cannot tell how much its tape holds.");
            return new CapacityReport(open.Source.Device, open.Source.PickedBy, capacity.TotalBytes, capacity.RemainingBytes);
        });
    }

    /// <summary>Asks, then shortens the tape to a part of its length, or gives it all of it back. Everything on it is lost.</summary>
    /// <exception cref="OperationException">It could not be done, or was not to be.</exception>
    public static ErasureReport Set(OperationContext context, SetCapacityRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            DoomedTape tape = DoomedTape.Look(context, open, "shortened", cancellation);
            string percent = string.Create(CultureInfo.InvariantCulture, $"{request.Percent:0.##} %");
            tape.Require(request.Consent, request.Percent < 100 ? $"Use only {percent} of" : "Use the whole length of",
                drive.ReportsPosition && drive.ReadPartitions() is { Partitions.Count: > 1 } ? "All partitions but one go, too." : "");
            long start = context.Time.GetTimestamp();
            if (drive.ReportsPosition)
                drive.Locate(0, 0);
            else
                drive.Rewind();
            context.Listener.Phase("setting the capacity");
            Unsupported.Guard(drive, "change the capacity of a tape (SET CAPACITY)", () => drive.SetCapacity(request.Percent / 100));
            IReadOnlyList<string> forgotten = tape.Forget();
            return new ErasureReport(open.Source.Device, open.Source.PickedBy, "capacity", tape.Description, tape.Label, tape.Barcode,
                $"SET CAPACITY, {percent} of the tape", "done", context.Time.GetElapsedTime(start).TotalSeconds,
                drive.ReportsPosition ? PartitionReport.Of(drive.ReadPartitions()) : [], forgotten, ExitStatus.Success);
        });
    }
}
