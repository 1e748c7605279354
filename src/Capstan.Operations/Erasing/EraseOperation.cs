using Capstan.Drive;

namespace Capstan.Operations.Erasing;

/// <summary>`capstan drive erase`: the whole tape, every partition.</summary>
public static class EraseOperation
{
    /// <summary>Asks, then erases. A long erase that is not waited for goes on in the drive, and the report says so.</summary>
    /// <exception cref="OperationException">It could not be done, or was not to be.</exception>
    public static ErasureReport Run(OperationContext context, EraseRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() => Run(context, request, open, cancellation));
    }

    private static ErasureReport Run(OperationContext context, EraseRequest request, OpenDrive open, CancellationToken cancellation)
    {
        TapeDrive drive = open.Drive;
        DoomedTape tape = DoomedTape.Look(context, open, "erased", cancellation);
        PartitionTable? table = drive.ReportsPosition ? drive.ReadPartitions() : null;
        tape.Require(request.Consent, request.IsLong ? "Overwrite the whole of" : "Erase", request.IsLong
            ? "Overwriting takes as long as writing the tape full: hours."
            : "What was on it could still be read by special means; --long overwrites it.");
        long start = context.Time.GetTimestamp();
        IReadOnlyList<string> forgotten = [];
        int count = table?.Partitions.Count ?? 1;
        // From the last one on: the tape stands at its beginning in the end, and a label is the last to go.
        for (int partition = count - 1; partition >= 0; partition--)
        {
            Stand(drive, partition);
            context.Listener.Phase("erasing");
            Unsupported.Guard(drive, "erase a tape (ERASE)", () => drive.Erase(request.IsLong));
            // Backups are in the first partition.
            if (partition == 0)
                forgotten = tape.Forget();
            if (!request.IsLong)
                continue;
            if (!request.Waits && partition == 0)
                return Report("running", ExitStatus.Success);
            string which = count > 1 ? $"erasing partition {partition}" : "erasing";
            if (RunningOperation.Watch(context, drive, which, table?.Partitions[partition].CapacityBytes ?? drive.ReadCapacity()?.TotalBytes ?? 0, cancellation))
                continue;
            context.Listener.Note(partition == 0
                ? "the drive goes on erasing by itself; `capstan drive status` shows how far it is"
                : $"the drive goes on erasing partition {partition} by itself; partitions 0 to {partition - 1} are not erased");
            return Report("running", ExitStatus.Interrupted);
        }

        return Report("done", ExitStatus.Success);

        ErasureReport Report(string state, ExitStatus status) => new(
            open.Source.Device, open.Source.PickedBy, "erase", tape.Description, tape.Label, tape.Barcode,
            request.IsLong ? "overwritten to the end" : "end of data recorded at the beginning", state,
            context.Time.GetElapsedTime(start).TotalSeconds,
            state == "done" && drive.ReportsPosition ? PartitionReport.Of(drive.ReadPartitions()) : [], forgotten, status);
    }

    private static void Stand(TapeDrive drive, int partition)
    {
        if (partition > 0 || drive.ReportsPosition)
            drive.Locate(partition, 0);
        else
            drive.Rewind();
    }
}
