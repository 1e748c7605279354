namespace Capstan.Cli;

/// <summary>Looks for tape drives and changers, for `capstan scan`.</summary>
/// <remarks>Every member throws <see cref="Capstan.Operations.OperationException"/> with a message for the user.</remarks>
internal interface IDeviceScanner
{
    /// <summary>Those that the kernel knows. Sends no command.</summary>
    IReadOnlyList<FoundDevice> ScanMachine();

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
    string? Device, string? Kind, string Vendor, string Product, string Revision, string? SerialNumber, string? Target, string? Problem);
