using System.Globalization;

namespace Capstan.Transport.SgIo;

public sealed partial class SgIoTransport : ITransferTuning
{
    private string? _hostAdapter;

    /// <summary>Commands that the kernel took so far.</summary>
    public long CommandCount { get; private set; }

    /// <inheritdoc/>
    public string HostAdapter => _hostAdapter ??= FindHostAdapter(Name, _sysfsRoot);

    internal static string FindHostAdapter(string path, string sysfsRoot) =>
        FindHost(path, sysfsRoot) is { Length: > 0 } host ? SgDevices.ReadText(host, "proc_name") : "";

    // The directory of the host adapter in sysfs; empty when it cannot be told.
    internal static string FindHost(string path, string sysfsRoot)
    {
        string address = SgDevices.Entries(Path.Combine(DeviceDirectory(path, sysfsRoot), "scsi_device")).FirstOrDefault() ?? "";
        int end = address.IndexOf(':', StringComparison.Ordinal);
        return end > 0 && int.TryParse(address.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out int host)
            ? Path.Combine(sysfsRoot, string.Create(CultureInfo.InvariantCulture, $"class/scsi_host/host{host}"))
            : "";
    }

    internal static string DeviceDirectory(string path, string sysfsRoot) =>
        Path.Combine(sysfsRoot, "class/scsi_generic", Path.GetFileName(path), "device");
}
