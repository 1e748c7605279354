using Capstan.Drive;

namespace Capstan.Operations.Erasing;

/// <summary>`capstan drive format`: new partitions, or one.</summary>
/// <remarks>
/// What is sent depends on what the drive knows and on what would be expensive. FORMAT MEDIUM of type 0 and 2 has an LTO-9 drive measure
/// the tape anew, for up to two hours; only --full sends it. Before LTO-5 there is no FORMAT MEDIUM, and a tape is formatted by erasing it.
/// </remarks>
public static class FormatOperation
{
    private const byte Lto9Density = 0x60;

    /// <summary>Asks, then formats.</summary>
    /// <exception cref="OperationException">It could not be done, or was not to be.</exception>
    public static ErasureReport Run(OperationContext context, FormatRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() => Run(context, request, open, cancellation));
    }

    private static ErasureReport Run(OperationContext context, FormatRequest request, OpenDrive open, CancellationToken cancellation)
    {
        TapeDrive drive = open.Drive;
        DoomedTape tape = DoomedTape.Look(context, open, "formatted", cancellation);
        PartitionTable? table = drive.ReportsPosition ? drive.ReadPartitions() : null;
        int wanted = Count(request, table, drive);
        bool remeasures = request.IsFull && drive.DensityCode >= Lto9Density;
        tape.Require(request.Consent, wanted > 1 ? $"Make {wanted} partitions on" : "Format",
            remeasures ? "--full: an LTO-9 drive measures the tape anew then, which takes 40 minutes on average and up to 2 hours, must not be interrupted, and is not needed for a tape that works."
            : "");

        long start = context.Time.GetTimestamp();
        Stand(drive);
        string how = Begin(context, request, drive, table, wanted);
        IReadOnlyList<string> forgotten = tape.Forget();
        if (request.Waits && !RunningOperation.Watch(context, drive, remeasures ? "measuring the tape" : "formatting", 0, cancellation))
        {
            context.Listener.Note("the drive goes on formatting by itself; `capstan drive status` shows how far it is");
            return Report("running", ExitStatus.Interrupted);
        }

        return request.Waits || drive.TestReady().State == DriveState.Ready ? Report("done", ExitStatus.Success) : Report("running", ExitStatus.Success);

        ErasureReport Report(string state, ExitStatus status) => new(
            open.Source.Device, open.Source.PickedBy, "format", tape.Description, tape.Label, tape.Barcode, how, state,
            context.Time.GetElapsedTime(start).TotalSeconds,
            state == "done" && drive.ReportsPosition ? PartitionReport.Of(drive.ReadPartitions()) : [], forgotten, status);
    }

    private static int Count(FormatRequest request, PartitionTable? table, TapeDrive drive)
    {
        int wanted = request.Partitions ?? Math.Max(1, request.Sizes.Count);
        if (request.Sizes.Count > 0 && request.Sizes.Count != wanted)
            throw new OperationException(ExitStatus.Usage, $"--partitions {wanted} and {request.Sizes.Count} sizes do not go together: give one size a partition.");
        if (wanted == 1 && request.Sizes is not [not null])
            return 1;
        if (table is null)
            throw new OperationException(ExitStatus.Device, $"{drive.Name}: this drive ({drive.Identity.Vendor} {drive.Identity.Product}) cannot make partitions. Nothing was changed.");
        if (wanted > table.MaximumCount)
        {
            throw new OperationException(ExitStatus.Device, table.MaximumCount == 1
                ? $"{drive.Name}: {(Density.Name(drive.DensityCode) is { } kind ? $"an {kind} tape" : "a tape")} in this drive cannot have partitions; LTO-5 was the first. Nothing was changed."
                : $"{drive.Name}: this tape can have {table.MaximumCount} partitions at most, not {wanted}. Nothing was changed.");
        }

        long? total = table.Partitions.Sum(static partition => partition.CapacityBytes);
        if (total > 0 && request.Sizes.Sum() > total + total / 100)
            throw new OperationException(ExitStatus.Usage, $"The partitions are larger than the tape together ({request.Sizes.Sum()} of {total} bytes). Nothing was changed.");
        return wanted;
    }

    /// <returns>What was sent, in words.</returns>
    private static string Begin(OperationContext context, FormatRequest request, TapeDrive drive, PartitionTable? table, int wanted)
    {
        bool hasSizes = request.Sizes is { Count: > 1 } or [not null];
        if (wanted > 1 || hasSizes)
        {
            context.Listener.Phase("making partitions");
            drive.RequestPartitions(wanted, request.Sizes);
            Unsupported.Guard(drive, "make partitions (FORMAT MEDIUM)", () => drive.Format(request.IsFull ? TapeFormat.DefaultThenPartition : TapeFormat.Partition));
            return request.IsFull ? "FORMAT MEDIUM, default and then partitions" : "FORMAT MEDIUM, partitions";
        }

        if (request.IsFull && TryFormat(drive, TapeFormat.Default))
            return "FORMAT MEDIUM, default";
        // In append-only mode a permission to format is one for FORMAT MEDIUM, not for ERASE.
        if (!request.IsFull && table is not null && (table.Partitions.Count > 1 || drive.ReadAppendOnly() == true))
        {
            context.Listener.Phase(table.Partitions.Count > 1 ? "removing partitions" : "formatting");
            drive.RequestPartitions(1, [null]);
            Unsupported.Guard(drive, "remove partitions (FORMAT MEDIUM of type 1); --full formats the tape as from the factory", () => drive.Format(TapeFormat.Partition));
            return "FORMAT MEDIUM, one partition";
        }

        // A tape of one partition is as new when it has an end of data at its beginning.
        if (request.IsFull)
            context.Listener.Note("this drive has no FORMAT MEDIUM (LTO-5 was the first): the tape is erased at its beginning, which is all that there is to format");
        Unsupported.Guard(drive, "erase a tape (ERASE)", () => drive.Erase(isLong: false));
        return "end of data recorded at the beginning";
    }

    private static bool TryFormat(TapeDrive drive, TapeFormat format)
    {
        try
        {
            drive.Format(format);
            return true;
        }
        catch (TapeCommandException e) when (e.IsUnsupported)
        {
            return false;
        }
    }

    private static void Stand(TapeDrive drive)
    {
        if (drive.ReportsPosition)
            drive.Locate(0, 0);
        else
            drive.Rewind();
    }
}
