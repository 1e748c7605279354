using Capstan.Drive;

namespace Capstan.Operations.Movement;

/// <summary>Positions for reports.</summary>
internal static class Positions
{
    /// <summary>Where the tape stands; null where the drive does not know or tell.</summary>
    public static PositionReport? Of(TapeDrive drive) => drive.TryReadPosition() is { } position ? Of(position) : null;

    public static PositionReport Of(TapePosition position) =>
        new(position.Partition, position.ObjectId, position.FileNumber, position.BeginningOfPartition, position.EndOfPartition);
}
