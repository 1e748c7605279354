namespace Capstan.Operations.Reservations;

/// <summary>What to reserve.</summary>
/// <param name="Device">See <see cref="IDriveSource.Open"/>.</param>
/// <param name="Key">Reservation key; null for this host's own.</param>
/// <param name="Shared">For every host that is registered, not for this one alone.</param>
public sealed record ReserveRequest(string? Device, ulong? Key = null, bool Shared = false);

/// <summary>What to release.</summary>
/// <param name="Device">See <see cref="IDriveSource.Open"/>.</param>
/// <param name="Key">Reservation key; null for this host's own.</param>
/// <param name="Break">Everybody's.</param>
public sealed record ReleaseRequest(string? Device, ulong? Key = null, bool Break = false);

/// <summary>Who may use a drive.</summary>
/// <param name="Reservation">Its kind as SPC names it; null where everybody may use the drive.</param>
/// <param name="HolderKey">Of who holds it; null where nobody does, or all who are registered.</param>
/// <param name="Registrants">Everybody who is registered.</param>
/// <param name="OwnKey">What this host uses.</param>
/// <param name="Generation">Counts changes (PRGENERATION).</param>
/// <param name="Kinds">What the drive can do; empty where it does not tell.</param>
/// <param name="SurvivesPowerLoss">Null where the drive does not tell.</param>
public sealed record ReservationReport(
    string Device, string PickedBy, string? Reservation, string? HolderKey, IReadOnlyList<RegistrantReport> Registrants, string OwnKey, uint Generation,
    IReadOnlyList<string> Kinds, bool? SurvivesPowerLoss);

/// <summary>One host that is registered.</summary>
/// <param name="IsOwn">With the key that this host uses.</param>
/// <param name="Initiator">Its port; null where the drive does not tell.</param>
/// <param name="TargetPort">Which port of the drive it uses; null where the drive does not tell.</param>
public sealed record RegistrantReport(string Key, bool IsOwn, bool IsHolder, string? Initiator, int? TargetPort);

/// <summary>What became of a reservation of the kind before persistent ones.</summary>
/// <param name="Action">reserve, release.</param>
/// <param name="Command">That the drive took: RESERVE(10), RELEASE(6).</param>
public sealed record LegacyReservationReport(string Device, string PickedBy, string Action, string Command);
