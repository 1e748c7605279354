namespace Capstan.Operations;

/// <summary>What to back up.</summary>
/// <param name="Device">See <see cref="IDriveSource.Open"/>.</param>
/// <param name="Paths">As given on the command line.</param>
/// <param name="Exclude">Glob patterns of names or paths to leave out.</param>
/// <param name="OneFileSystem">Do not descend into other file systems.</param>
/// <param name="Label">Label for a blank tape; null for the barcode, or a made-up one.</param>
/// <param name="Protect">Every block travels with a checksum (logical block protection).</param>
/// <param name="Encrypted">Refuse a drive that does not encrypt.</param>
public sealed record BackupRequest(
    string? Device, IReadOnlyList<string> Paths, IReadOnlyList<string> Exclude, bool OneFileSystem, string? Label, bool Protect = false, bool Encrypted = false);

/// <summary>What to restore.</summary>
/// <param name="Id">A backup's id, a unique beginning of it, or <c>latest</c>.</param>
/// <param name="Paths">As `show` prints them; directories mean everything below. Empty for everything.</param>
/// <param name="Overwrite">Replace what exists.</param>
/// <param name="Protect">Every block travels with a checksum.</param>
public sealed record RestoreRequest(string? Device, string Id, string Target, IReadOnlyList<string> Paths, bool Overwrite, bool Protect = false);

/// <summary>What to read back.</summary>
/// <param name="Protect">Every block travels with a checksum.</param>
public sealed record VerifyRequest(string? Device, string Id, bool Protect = false);
