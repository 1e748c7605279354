using System.Globalization;

namespace Capstan.Transport.SgIo;

public sealed partial class SgIoTransport : ITransferTuning
{
    private string? _hostAdapter;

    /// <summary>Commands that were handed to the kernel so far.</summary>
    public long CommandCount { get; private set; }

    /// <inheritdoc/>
    public string HostAdapter => _hostAdapter ??= FindHostAdapter(Name, "/sys");

    /// <inheritdoc/>
    public bool CanDirectIo => _directIoLimitBytes > 0;

    /// <inheritdoc/>
    public bool DirectIo
    {
        get => _directIo;
        set => _directIo = value && CanDirectIo;
    }

    internal static string FindHostAdapter(string path, string sysfsRoot)
    {
        string name = Path.GetFileName(path);
        string address = SgDevices.Entries(Path.Combine(sysfsRoot, "class/scsi_generic", name, "device/scsi_device")).FirstOrDefault() ?? "";
        int end = address.IndexOf(':', StringComparison.Ordinal);
        return end > 0 && int.TryParse(address.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out int host)
            ? SgDevices.ReadText(Path.Combine(sysfsRoot, string.Create(CultureInfo.InvariantCulture, $"class/scsi_host/host{host}")), "proc_name")
            : "";
    }
}
