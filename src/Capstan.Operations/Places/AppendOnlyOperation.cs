using Capstan.Drive;
using Capstan.Operations.Movement;

namespace Capstan.Operations.Places;

/// <summary>`capstan drive append-only`: a drive that overwrites nothing unless that was permitted.</summary>
public static class AppendOnlyOperation
{
    private const string What = "be set to append only (mode page 10h/01h); LTO-5 and newer can";

    /// <summary>Whether the mode is on.</summary>
    /// <exception cref="OperationException">The drive has no such mode.</exception>
    public static AppendOnlyReport Status(OperationContext context, string? device) => Act(context, device, static (_, _) => (null, null));

    /// <summary>Turns the mode on; a loaded tape is rewound for it. Or off, which only goes with no tape in the drive.</summary>
    /// <exception cref="OperationException">The drive has no such mode, or not now.</exception>
    public static AppendOnlyReport Set(OperationContext context, string? device, bool isOn) => Act(context, device, (open, was) =>
    {
        TapeDrive drive = open.Drive;
        bool isLoaded = drive.TestReady().State == DriveState.Ready;
        if (was == isOn)
            return (null, null);
        if (!isOn && isLoaded)
        {
            throw new OperationException(ExitStatus.Tape,
                $"{drive.Name}: append-only mode does not end while a tape is loaded; that is what it is for. `capstan drive eject`, then `capstan drive append-only off`, then `capstan drive load`. `capstan drive append-only allow` permits one overwriting instead.");
        }

        if (isOn && isLoaded)
        {
            open.RequireAlone(context, forWriting: true);
            // It begins at the beginning of a tape only (SSC-4 8.3.8).
            if (drive.ReportsPosition)
                drive.Locate(0, 0);
            else
                drive.Rewind();
        }

        drive.SetAppendOnly(isOn);
        return (null, null);
    });

    /// <summary>Permits one overwriting: the next write where the tape stands, or the next format.</summary>
    /// <exception cref="OperationException">The drive is not in the mode, or the cartridge is write-once.</exception>
    public static AppendOnlyReport Allow(OperationContext context, string? device, bool format) => Act(context, device, (open, was) =>
    {
        TapeDrive drive = open.Drive;
        if (!was)
            throw new OperationException(ExitStatus.Failed, $"{drive.Name}: the drive is not in append-only mode: everything may be overwritten as it is.");
        drive.AwaitMedium(new Readiness(context.Listener));
        Unsupported.Guard(drive, "permit overwriting (ALLOW OVERWRITE)", () => drive.AllowOverwrite(format ? AllowedOverwrite.Format : AllowedOverwrite.Here));
        return (format ? "format" : "here", Positions.Of(drive));
    });

    private static AppendOnlyReport Act(OperationContext context, string? device, Func<OpenDrive, bool, (string? Allowed, PositionReport? Position)> act)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            bool was = drive.ReadAppendOnly() ?? throw new OperationException(ExitStatus.Device,
                $"{drive.Name}: this drive ({drive.Identity.Vendor} {drive.Identity.Product}) cannot {What}.");
            (string? allowed, PositionReport? position) = (null, null);
            Unsupported.Guard(drive, What, () => (allowed, position) = act(open, was));
            return new AppendOnlyReport(open.Source.Device, open.Source.PickedBy, drive.ReadAppendOnly() ?? was, allowed, position);
        });
    }
}
