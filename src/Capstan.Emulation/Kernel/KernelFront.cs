namespace Capstan.Emulation.Kernel;

/// <summary>
/// The side of the kernel's SCSI target (LIO) on which initiators see a backstore: a target of one fabric with it as LUN 0. Its name
/// is made of the unit's serial number, so what a killed server left is found again.
/// </summary>
internal abstract class KernelFront
{
    private protected const string Fabrics = ConfigFs.Root + "/target";

    /// <summary>Path of the target in configfs.</summary>
    internal abstract string Target { get; }

    internal bool Exists => Directory.Exists(Target);

    /// <summary>Host, channel, target and LUN of the device that it is on this machine; null when it is none.</summary>
    internal virtual string? ScsiAddress => null;

    /// <summary>Whether it may have several initiators.</summary>
    internal virtual bool KnowsInitiators => false;

    private protected string Portal => Target + "/tpgt_1";

    private protected string Lun => Portal + "/lun/lun_0";

    private string Link => Lun + "/capstan";

    /// <summary>Lets initiators in; commands come from here on.</summary>
    /// <param name="device">Path of the backstore.</param>
    /// <exception cref="KernelTargetException">The kernel has no such fabric, or refused.</exception>
    internal abstract void Connect(string device);

    /// <summary>Takes the target away, whatever is there of it.</summary>
    /// <returns>Whether nothing is left.</returns>
    internal virtual bool Remove()
    {
        bool isGone = ConfigFs.TryRemove(Link);
        isGone &= ConfigFs.TryRemove(Lun);
        BeforePortal();
        isGone &= ConfigFs.TryRemove(Portal);
        return isGone & ConfigFs.TryRemove(Target);
    }

    /// <summary>What has to end before the portal group can go.</summary>
    private protected abstract void BeforePortal();

    private protected void LinkTo(string device)
    {
        Directory.CreateDirectory(Lun);
        Directory.CreateSymbolicLink(Link, device);
    }
}
