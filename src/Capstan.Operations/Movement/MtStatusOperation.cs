using Capstan.Drive;

namespace Capstan.Operations.Movement;

/// <summary>What `mt status` needs.</summary>
/// <param name="IsReady">The tape can be used.</param>
/// <param name="HasTape">False when there is none, or it is ejected.</param>
/// <param name="BlockNumber">In its file; null where nobody knows it.</param>
/// <param name="BlockLengthBytes">Of the block descriptor: 0 for variable blocks; null when the drive did not say.</param>
/// <param name="IsBuffered">Writes are answered from the drive's buffer.</param>
/// <param name="WantsCleaning">The drive said so while it was asked.</param>
public sealed record MtStatusReport(
    bool IsReady, bool HasTape, long? FileNumber, long? BlockNumber, int? Partition, bool EndOfPartition,
    int? BlockLengthBytes, byte? DensityCode, bool IsWriteProtected, bool IsBuffered, bool WantsCleaning);

/// <summary>`mt status` without the kernel's tape driver: what the drive itself tells. Moves nothing and sets nothing.</summary>
public static class MtStatusOperation
{
    /// <summary>Asks the drive; answers in part when there is no tape.</summary>
    /// <exception cref="OperationException">The drive cannot be reached.</exception>
    public static MtStatusReport Run(OperationContext context, string? device)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            DriveReadiness readiness = drive.TestReady();
            bool isReady = readiness.State == DriveState.Ready;
            BlockSettings? settings = drive.TryReadBlockSettings();
            PositionReport? position = isReady ? Positions.Of(drive) : null;
            // Blocks are counted from the file's beginning, and only that of the first file is known without moving: object 0.
            return new MtStatusReport(isReady, readiness.State is not (DriveState.NoMedium or DriveState.NotLoaded),
                position?.FileNumber, position is { FileNumber: 0 } or { ObjectId: 0 } ? position.ObjectId : null,
                position?.Partition, position?.EndOfPartition ?? false, settings?.BlockLengthBytes, settings?.DensityCode,
                isReady && settings is { IsWriteProtected: true }, settings is { IsBuffered: true }, drive.IsCleaningRequested);
        });
    }
}
