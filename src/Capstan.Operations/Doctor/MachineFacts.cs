using Capstan.Transport;

namespace Capstan.Operations;

/// <summary>A drive's or changer's node.</summary>
/// <param name="Mode">Permission bits; null when there is no node.</param>
/// <param name="KernelTapeName">The st driver's name of the same drive; null when st is not attached.</param>
/// <param name="Segments">Of one transfer that the host adapter takes; null when unknown.</param>
/// <param name="CertainBytes">Of one transfer, however the memory lies; null when unknown.</param>
/// <param name="ClaimedBytes">Of one transfer at best; null when unknown.</param>
/// <param name="Tape">The node by which st is kept off this drive; null when st is not attached.</param>
public sealed record MachineNode(
    string Path, bool IsTape, string Name, int? Mode, string? Group, bool MayRead, bool MayWrite, string? KernelTapeName,
    int? Segments, int? CertainBytes, int? ClaimedBytes, IReadOnlyList<DeviceUser> Holders, MachineTapeNode? Tape = null);

/// <summary>The kernel tape driver's node that does not rewind at close: Capstan holds it while it uses the drive.</summary>
/// <param name="Mode">Permission bits; null when there is no node.</param>
public sealed record MachineTapeNode(string Path, int? Mode, string? Group, bool MayRead);

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
    string? IscsiLibrary, string? IscsiProblem, IReadOnlyList<string> MissingTargetModules)
{
    /// <summary>What stands in the configuration; null when there is no file.</summary>
    public ConfigurationFacts? Configuration { get; init; }

    /// <summary>Where locks are kept; null when that was not looked at.</summary>
    public LockFacts? Locks { get; init; }
}

/// <summary>The configuration, beside what is there.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="Problem">Its mistakes, in words; null when it can be used.</param>
public sealed record ConfigurationFacts(string Path, string? Problem, IReadOnlyList<ConfiguredFacts> Devices, IReadOnlyList<ConfiguredLibraryFacts> Libraries);

/// <summary>A configured drive or changer, and what was found of it.</summary>
/// <param name="Entry">As it is configured.</param>
/// <param name="FoundSerial">Serial number of what is at its device; null where nothing is, or it is not known without asking it.</param>
/// <param name="IsPresent">Whether something is at its device; null where that is not known without asking it.</param>
public sealed record ConfiguredFacts(Configuration.IConfiguredDevice Entry, bool? IsPresent, string? FoundSerial)
{
    /// <summary>Why nothing usable is there, in words; null where there is nothing to say.</summary>
    public string? Problem { get; init; }

    /// <summary>Where the right serial number is instead; null where it is nowhere, or there is no need to look.</summary>
    public string? FoundAt { get; init; }

    /// <summary>The node that it is, for what is known of that; null for others.</summary>
    public string? Node { get; init; }

    /// <summary>The process of Capstan that has it; null when none has, or it cannot be known.</summary>
    public string? Holder { get; init; }

    /// <summary>Its number in its library, where that is known without asking the changer.</summary>
    public int? Number { get; init; }

    /// <summary>The changer of that library, as it is configured or named; null where it is not known.</summary>
    public string? Changer { get; init; }
}

/// <summary>A configured virtual library.</summary>
public sealed record ConfiguredLibraryFacts(string Name, string Path, bool Exists);

/// <summary>Where the locks of drives lie.</summary>
/// <param name="Directory">That is used; null when there is none.</param>
/// <param name="Shared">Everybody's, where it should be.</param>
/// <param name="SharedExists">Whether that one is there.</param>
public sealed record LockFacts(string? Directory, string Shared, bool SharedExists)
{
    /// <summary>Lock files in it that this user may not open.</summary>
    public IReadOnlyList<string> Closed { get; init; } = [];

    /// <summary>Whether the user named it (CAPSTAN_LOCKS).</summary>
    public bool IsNamed { get; init; }
}

/// <summary>One thing that `capstan doctor` looked at.</summary>
/// <param name="Level">ok, warn, bad.</param>
/// <param name="Topic">driver, node, st, hba, privileges, helper, iscsi, serve, config, drive, changer, library, locks, home, catalog, clock.</param>
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
