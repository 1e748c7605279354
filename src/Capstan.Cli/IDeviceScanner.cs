using Capstan.Transport;

namespace Capstan.Cli;

/// <summary>Looks for tape drives and changers, for `capstan scan`.</summary>
/// <remarks>Every member throws <see cref="Capstan.Operations.OperationException"/> with a message for the user.</remarks>
internal interface IDeviceScanner
{
    /// <summary>Those that the kernel knows. Sends no command.</summary>
    IReadOnlyList<FoundDevice> ScanMachine();

    /// <summary>Those of the virtual libraries. Takes no drive.</summary>
    IReadOnlyList<FoundDevice> ScanLibraries() => [];

    /// <summary>Those behind an iSCSI portal.</summary>
    /// <param name="portal"><c>host</c>, <c>host:port</c>, <c>[v6]:port</c>.</param>
    IReadOnlyList<FoundDevice> ScanPortal(string portal);
}

/// <summary>A drive or changer, for display.</summary>
/// <param name="Device">What <c>--device</c> takes; null when its target could not be asked.</param>
/// <param name="Kind">"tape" or "changer"; null when its target could not be asked.</param>
/// <param name="Target">Name of the iSCSI target; null on this machine.</param>
/// <param name="Problem">Why the target could not be asked; null when it could.</param>
internal sealed record FoundDevice(
    string? Device, string? Kind, string Vendor, string Product, string Revision, string? SerialNumber, string? Target, string? Problem)
{
    /// <summary>Its name in the configuration; null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary>"LTO-9"; null for a changer, and where it is not known.</summary>
    public string? Generation { get; init; }

    /// <summary>What names it also after a restart: a link of udev, an address, a virtual library's; null where only a configured name does.</summary>
    public string? StablePath { get; init; }

    /// <summary>The kernel tape driver's node of the same drive, which fights with ours; null when there is none.</summary>
    public string? TapeNode { get; init; }

    /// <summary>The changer it sits in, as it is named in the configuration or by its device; null when it is not known.</summary>
    public string? Changer { get; init; }

    /// <summary>Its number among that changer's drives, from 0, as mtx counts; null when it is not known.</summary>
    public int? ChangerDrive { get; init; }

    /// <summary>The process of Capstan that has it now; null when none has.</summary>
    public string? InUseBy { get; init; }

    /// <summary>Processes that hold one of its nodes open, as far as this user may see them.</summary>
    public IReadOnlyList<DeviceUser> Users { get; init; } = [];
}
