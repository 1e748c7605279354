using Capstan.Drive;

namespace Capstan.Operations;

/// <summary>`capstan drive status|eject|load|position`.</summary>
public static class DriveOperations
{
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

    private static PositionReport? PositionOf(TapeDrive drive)
    {
        if (!drive.IsPositionKnown)
            return null;
        TapePosition position = drive.ReadPosition();
        return new PositionReport(position.Partition, position.ObjectId, position.FileNumber,
            position.BeginningOfPartition, position.EndOfPartition);
    }
}
