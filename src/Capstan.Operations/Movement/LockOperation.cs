using Capstan.Drive;

namespace Capstan.Operations.Movement;

/// <summary>`capstan drive lock` and `unlock`: PREVENT ALLOW MEDIUM REMOVAL.</summary>
public static class LockOperation
{
    /// <summary>Works without a tape too.</summary>
    /// <exception cref="OperationException">The drive cannot be used, or cannot lock.</exception>
    public static LockReport Run(OperationContext context, string? device, bool locks)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            Unsupported.Guard(drive, "lock its cartridge (PREVENT ALLOW MEDIUM REMOVAL)", () => drive.PreventRemoval(locks));
            return new LockReport(open.Source.Device, open.Source.PickedBy, locks);
        });
    }
}
