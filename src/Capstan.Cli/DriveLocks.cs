using Capstan.Operations.Configuration;
using Capstan.Transport;

namespace Capstan.Cli;

/// <summary>The locks of the devices that one run uses, until it ends.</summary>
internal sealed class DriveLocks(string home, Func<string, string?> variable, TimeProvider time) : IDisposable
{
    public const string Drive = "drive";
    public const string Changer = "changer";

    private readonly Dictionary<string, DeviceLock> _held = new(StringComparer.Ordinal);
    private DeviceLockDirectory? _directory;

    /// <summary>Takes the lock of a device, if this run has not.</summary>
    /// <param name="kind"><see cref="Drive"/> or <see cref="Changer"/>.</param>
    /// <param name="identity">What tells it from all others.</param>
    /// <param name="device">For the message.</param>
    /// <param name="patience">How long another holder is waited for.</param>
    /// <param name="onWaiting">Told who it is.</param>
    /// <exception cref="ScsiTransportException">Another process has it (Busy), or no lock can be taken.</exception>
    public void Take(string kind, string identity, string device, TimeSpan patience = default, Action<string>? onWaiting = null)
    {
        _directory ??= DeviceLockDirectory.Find(home, variable);
        string file = _directory.FileOf(kind, identity);
        if (!_held.ContainsKey(file))
            _held.Add(file, DeviceLock.TakeFile(file, $"{(kind == Drive ? "Drive" : "Changer")} {device}", time, patience, onWaiting));
    }

    /// <summary>What tells a device from all others, whatever way leads to it; null when nothing does.</summary>
    public static string? IdentityOf(UnitIdentity unit) => unit.IsSerialUnique ? $"{unit.Vendor}-{unit.Serial}" : null;

    /// <summary>Who has a device now; null when nobody has, or it cannot be known.</summary>
    public LockHolder? Holder(string kind, string identity)
    {
        _directory ??= DeviceLockDirectory.Find(home, variable);
        return DeviceLock.Holder(_directory.FileOf(kind, identity));
    }

    public void Dispose()
    {
        foreach (DeviceLock held in _held.Values)
            held.Dispose();
        _held.Clear();
    }
}
