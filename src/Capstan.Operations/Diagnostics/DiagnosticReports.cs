namespace Capstan.Operations.Diagnostics;

/// <summary>Which dump.</summary>
/// <param name="Device">See <see cref="IDriveSource.Open"/>.</param>
/// <param name="TargetName">For messages.</param>
/// <param name="BufferId">BUFFER ID of READ BUFFER; 01h on drives of IBM and HPE.</param>
public sealed record DumpRequest(string? Device, string TargetName, byte BufferId);

/// <summary>A dump that was read.</summary>
public sealed record DumpReport(string Device, string PickedBy, string To, int Buffer, long Bytes, double Seconds);

/// <summary>What to test.</summary>
/// <param name="Device">See <see cref="IDriveSource.Open"/>.</param>
/// <param name="Buffer">Also the way to the drive's buffer and back.</param>
/// <param name="Pages">Also read what the drive tells of its tests.</param>
public sealed record SelfTestRequest(string? Device, bool Buffer = false, bool Pages = false);

/// <summary>A self-test that ended.</summary>
/// <param name="Result">passed; a failure is an error.</param>
/// <param name="Buffer">What went to the drive's buffer and came back; null when that was not asked for.</param>
/// <param name="Pages">Diagnostic pages; null when they were not asked for.</param>
public sealed record SelfTestReport(
    string Device, string PickedBy, string Result, double Seconds, BufferReport? Buffer = null, IReadOnlyList<DiagnosticPageReport>? Pages = null);

/// <summary>Patterns that went through a buffer of the drive and came back as they were.</summary>
/// <param name="Through">echo buffer, or data buffer 00h.</param>
public sealed record BufferReport(string Through, int BufferBytes, int Patterns, int PatternBytes);

/// <summary>A diagnostic page.</summary>
/// <param name="Name">Null where no standard names it.</param>
/// <param name="Hex">The whole page with its header.</param>
public sealed record DiagnosticPageReport(int Page, string? Name, string Hex);

/// <summary>A drive's clock.</summary>
/// <param name="Time">What it says; null where it counts from power on.</param>
/// <param name="SecondsSincePowerOn">How long the drive is on; null where its clock was set.</param>
/// <param name="Milliseconds">TIMESTAMP as the drive gave it.</param>
/// <param name="SecondsAhead">Of this computer's clock, negative when it is behind; null where it counts from power on.</param>
public sealed record TimestampReport(
    string Device, string PickedBy, DateTimeOffset? Time, double? SecondsSincePowerOn, long Milliseconds, double? SecondsAhead);
