using Capstan.Drive;

namespace Capstan.Operations;

/// <summary>`capstan drive status|eject|load|position`.</summary>
public static class DriveOperations
{
    /// <summary>Moves no tape, waits for nothing, and answers in part when there is no tape.</summary>
    /// <exception cref="OperationException">The drive cannot be reached.</exception>
    public static DriveStatusReport Status(OperationContext context, string? device)
    {
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() => Status(open));
    }

    /// <summary>Where the tape stands; moves nothing.</summary>
    public static DriveActionReport Position(OperationContext context, string? device) =>
        Act(context, device, "position", static (_, drive) => drive.AwaitMedium());

    public static DriveActionReport Eject(OperationContext context, string? device) =>
        Act(context, device, "eject", static (context, drive) =>
        {
            context.Listener.Phase("unloading");
            drive.Unload();
        });

    /// <param name="barcode">Cartridge to insert first, for a virtual drive; null to load what sits in the drive.</param>
    public static DriveActionReport Load(OperationContext context, string? device, string? barcode, CancellationToken cancellation)
    {
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            if (barcode is not null)
            {
                Action<string> insert = open.Source.InsertCartridge ?? throw new OperationException(ExitStatus.Usage,
                    $"{open.Source.Device}: only a virtual drive takes a barcode here. Put the cartridge into the drive, then run `capstan drive load`.");
                insert(barcode);
            }

            open.Drive.Load(new Readiness(context.Listener), cancellation);
            return Report(open, "load");
        });
    }

    private static DriveActionReport Act(OperationContext context, string? device, string action, Action<OperationContext, TapeDrive> act)
    {
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            act(context, open.Drive);
            return Report(open, action);
        });
    }

    private static DriveActionReport Report(OpenDrive open, string action) =>
        new(open.Source.Device, open.Source.PickedBy, action,
            open.Drive.TestReady().State == DriveState.Ready ? PositionOf(open.Drive) : null, open.Drive.ReportsPosition);

    private static DriveStatusReport Status(OpenDrive open)
    {
        TapeDrive drive = open.Drive;
        DriveReadiness readiness = drive.TestReady();
        bool ready = readiness.State == DriveState.Ready;
        if (ready)
            drive.WaitUntilReady();
        BlockLengthLimits limits = drive.ReadBlockLimits();
        TapeCapacity? capacity = ready ? drive.ReadCapacity() : null;
        return new DriveStatusReport(
            open.Source.Device, open.Source.PickedBy,
            drive.Identity.Vendor, drive.Identity.Product, drive.Identity.SerialNumber, drive.Identity.Revision, drive.Model.Name,
            StateText(readiness.State), readiness.Detail,
            ready ? Density.Name(drive.DensityCode) : null, ready ? drive.DensityCode : null, ready ? drive.IsWriteProtected : null,
            ready ? PositionOf(drive) : null, capacity?.RemainingBytes, capacity?.TotalBytes,
            limits.Minimum, limits.Maximum, drive.MaxTransferBytes, open.Source.Barcode, open.Source.MediumWarning);
    }

    private static PositionReport? PositionOf(TapeDrive drive)
    {
        if (!drive.IsPositionKnown)
            return null;
        TapePosition position = drive.ReadPosition();
        return new PositionReport(position.Partition, position.ObjectId, position.FileNumber,
            position.BeginningOfPartition, position.EndOfPartition);
    }

    private static string StateText(DriveState state) => state switch
    {
        DriveState.Ready => "ready",
        DriveState.BecomingReady => "becoming ready",
        DriveState.NotLoaded => "not loaded",
        DriveState.NoMedium => "no tape",
        _ => "not ready",
    };
}
