namespace Capstan.Operations;

/// <summary>`capstan drive status|rewind|eject|load|position`.</summary>
public static class DriveOperations
{
    /// <summary>Moves no tape, and answers in part when there is none.</summary>
    public static DriveStatusReport Status(OperationContext context, string? device) => throw new NotSupportedException();

    public static DriveActionReport Position(OperationContext context, string? device) => throw new NotSupportedException();

    public static DriveActionReport Rewind(OperationContext context, string? device) => throw new NotSupportedException();

    public static DriveActionReport Eject(OperationContext context, string? device) => throw new NotSupportedException();

    /// <param name="barcode">Cartridge to insert first, for a virtual drive; null to load what sits in the drive.</param>
    public static DriveActionReport Load(OperationContext context, string? device, string? barcode, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
