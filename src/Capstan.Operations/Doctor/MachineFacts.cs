using Capstan.Transport;

namespace Capstan.Operations;

/// <summary>A drive's or changer's node.</summary>
/// <param name="Mode">Permission bits; null when there is no node.</param>
/// <param name="KernelTapeName">The st driver's name of the same drive; null when st is not attached.</param>
/// <param name="Segments">Of one transfer that the host adapter takes; null when unknown.</param>
/// <param name="CertainBytes">Of one transfer, however the memory lies; null when unknown.</param>
/// <param name="ClaimedBytes">Of one transfer at best; null when unknown.</param>
public sealed record MachineNode(
    string Path, bool IsTape, string Name, int? Mode, string? Group, bool MayRead, bool MayWrite, string? KernelTapeName,
    int? Segments, int? CertainBytes, int? ClaimedBytes, IReadOnlyList<DeviceUser> Holders);

/// <summary>The privileged helper's file.</summary>
public sealed record MachineHelper(string Path, bool HasCapability, bool MayExecute, bool IsSafe);

/// <summary>What the front end found on the machine; it alone knows the concrete transports.</summary>
/// <param name="IsDriverLoaded">The kernel's sg driver.</param>
/// <param name="HasRawIo">CAP_SYS_RAWIO is effective.</param>
/// <param name="NoNewPrivileges">Programs with file capabilities do not get them.</param>
/// <param name="IscsiLibrary">Name of the libiscsi that is used; null when none can be.</param>
/// <param name="IscsiProblem">Then what is wrong, and what helps.</param>
/// <param name="MissingTargetModules">Of LIO, for `capstan library serve`.</param>
public sealed record MachineFacts(
    bool IsDriverLoaded, bool IsDirectIoAllowed, IReadOnlyList<MachineNode> Nodes, bool HasRawIo, bool NoNewPrivileges, MachineHelper? Helper,
    string? IscsiLibrary, string? IscsiProblem, IReadOnlyList<string> MissingTargetModules);

/// <summary>One thing that `capstan doctor` looked at.</summary>
/// <param name="Level">ok, warn, bad.</param>
/// <param name="Topic">driver, node, st, hba, privileges, helper, iscsi, serve, home, catalog, clock.</param>
/// <param name="Text">What was found; names the thing.</param>
/// <param name="Fix">What to do; null when there is nothing to do.</param>
public sealed record Finding(string Level, string Topic, string Text, string? Fix)
{
    public const string Ok = "ok";
    public const string Warn = "warn";
    public const string Bad = "bad";
}

/// <summary>All of them.</summary>
public sealed record DoctorReport(IReadOnlyList<Finding> Findings, int Warnings, int Bad, ExitStatus Status);
