namespace Capstan.Operations.Diagnostics;

/// <summary>Which dump.</summary>
/// <param name="Device">See <see cref="IDriveSource.Open"/>.</param>
/// <param name="TargetName">For messages.</param>
/// <param name="BufferId">BUFFER ID of READ BUFFER; 01h on drives of IBM and HPE.</param>
public sealed record DumpRequest(string? Device, string TargetName, byte BufferId);

/// <summary>A dump that was read.</summary>
public sealed record DumpReport(string Device, string PickedBy, string To, int Buffer, long Bytes, double Seconds);

/// <summary>A self-test that ended.</summary>
/// <param name="Result">passed; a failure is an error.</param>
public sealed record SelfTestReport(string Device, string PickedBy, string Result, double Seconds);

/// <summary>A drive's clock.</summary>
/// <param name="Time">What it says; null where it counts from power on.</param>
/// <param name="SecondsSincePowerOn">How long the drive is on; null where its clock was set.</param>
/// <param name="Milliseconds">TIMESTAMP as the drive gave it.</param>
/// <param name="SecondsAhead">Of this computer's clock, negative when it is behind; null where it counts from power on.</param>
public sealed record TimestampReport(
    string Device, string PickedBy, DateTimeOffset? Time, double? SecondsSincePowerOn, long Milliseconds, double? SecondsAhead);
