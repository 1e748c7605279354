namespace Capstan.Drive;

/// <summary>Who may use a drive (SPC-4 5.13).</summary>
/// <param name="Keys">Of everybody who is registered.</param>
/// <param name="Kind">Of the persistent reservation, as SPC names it; null where there is none.</param>
/// <param name="HolderKey">Of its holder; null where there is none, or where all who are registered hold it.</param>
/// <param name="Generation">PRGENERATION: counts changes.</param>
/// <param name="Registrants">Everybody who is registered with name; null where the drive does not tell.</param>
/// <param name="Kinds">Reservations that the drive can give; empty where it does not tell.</param>
/// <param name="SurvivesPowerLoss">Whether a loss of power ends them; null where the drive does not tell.</param>
public sealed record DriveReservations(
    IReadOnlyList<ulong> Keys, string? Kind, ulong? HolderKey, uint Generation, IReadOnlyList<DriveRegistrant>? Registrants, IReadOnlyList<string> Kinds,
    bool? SurvivesPowerLoss);

/// <summary>One initiator that is registered.</summary>
/// <param name="Key">Its reservation key.</param>
/// <param name="IsHolder">It holds the reservation.</param>
/// <param name="Initiator">Its port: protocol, name or address.</param>
/// <param name="TargetPort">Which port of the drive it uses.</param>
public sealed record DriveRegistrant(ulong Key, bool IsHolder, string Initiator, int TargetPort);

/// <summary>Whom a reservation lets in.</summary>
public enum ReservationScope
{
    /// <summary>The holder alone.</summary>
    Holder,

    /// <summary>Everybody who is registered; it ends with the holder's registration.</summary>
    Registrants,

    /// <summary>Everybody who is registered, all of them holders.</summary>
    AllRegistrants,
}

/// <summary>A drive's clock.</summary>
/// <param name="Time">What it says; null when it counts from power on.</param>
/// <param name="SincePowerOn">How long it has been on, where the clock was never set.</param>
/// <param name="Milliseconds">TIMESTAMP as it is.</param>
public readonly record struct DriveTimestamp(DateTimeOffset? Time, TimeSpan? SincePowerOn, long Milliseconds);

/// <summary>A part of a tape that is read in one go.</summary>
/// <param name="Name">At most 10 printable ASCII characters, by which it is known again.</param>
public readonly record struct TapeSegment(string Name, long FirstObjectId, long LastObjectId);

/// <summary>The last object of one passage over the tape.</summary>
public readonly record struct WrapEnd(int Wrap, int Partition, long ObjectId);
