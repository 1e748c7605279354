using System.Text.Json.Serialization;

namespace Capstan.Operations.Places;

/// <summary>Parts of a tape that are to be read, in any order.</summary>
/// <param name="Device">See <see cref="IDriveSource.Open"/>.</param>
/// <param name="Objects">First and last logical object of each, both included.</param>
public sealed record AccessOrderRequest(string? Device, IReadOnlyList<ObjectRange> Objects);

/// <summary>Logical objects of a tape, from one to another, both included.</summary>
public readonly record struct ObjectRange(long First, long Last);

/// <summary>The order in which the drive would read them.</summary>
/// <param name="Partition">In which they are.</param>
/// <param name="From">Where the tape stood, and where the order begins; null when the drive does not tell.</param>
/// <param name="Order">What was asked for, in the recommended order.</param>
public sealed record AccessOrderReport(string Device, string PickedBy, int Partition, long? From, IReadOnlyList<ObjectRange> Order);

/// <summary>Where a tape turns.</summary>
public sealed record WrapsReport(string Device, string PickedBy, IReadOnlyList<WrapReport> Wraps);

/// <summary>One passage over the tape that holds data.</summary>
/// <param name="LastObject">The last logical object in it.</param>
public sealed record WrapReport(int Wrap, int Partition, long LastObject);

/// <summary>What to verify: files from where the tape stands.</summary>
/// <param name="Files">How many; null for all to the end of data.</param>
public sealed record DriveVerifyRequest(string? Device, int? Files);

/// <summary>What the drive read for itself.</summary>
/// <param name="Files">Ended by a filemark.</param>
/// <param name="From">Where the tape stood; null when the drive does not tell.</param>
/// <param name="To">Where it stands; null when the drive does not tell.</param>
/// <param name="EndedBy">filemark, or end of data.</param>
/// <param name="Reason">Why it is not what was asked for; null when it is.</param>
public sealed record DriveVerifyReport(
    string Device, string PickedBy, int Files, PositionReport? From, PositionReport? To, string EndedBy, double Seconds, string? Reason,
    [property: JsonIgnore] ExitStatus Status);

/// <summary>Append-only mode.</summary>
/// <param name="AppendOnly">Whether the drive is in it now.</param>
/// <param name="Allowed">What was permitted just now: here, format; null for nothing.</param>
/// <param name="Position">Where it was permitted; null when the drive does not tell, or nothing was.</param>
public sealed record AppendOnlyReport(string Device, string PickedBy, bool AppendOnly, string? Allowed, PositionReport? Position);
