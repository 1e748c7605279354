using System.Text;

namespace Capstan.Emulation.Kernel;

/// <summary>
/// The loopback fabric: the unit is a SCSI device of this machine. Each unit has a target of its own, because each target is a SCSI
/// host: the kernel recovers a host as a whole, and waits for all of its commands before it does (drivers/scsi/scsi_error.c), so that
/// one drive that erases for hours would keep a reset from another.
/// </summary>
internal sealed class LoopbackFront(string serialNumber) : KernelFront
{
    private readonly ulong _address = AddressOf(serialNumber);

    internal override string Target { get; } = $"{Fabrics}/loopback/naa.{AddressOf(serialNumber):x16}";

    internal override string? ScsiAddress => ConfigFs.Get(Portal + "/address") is { Length: > 0 } address ? address + ":0" : null;

    internal override void Connect(string device)
    {
        try
        {
            Directory.CreateDirectory(Portal);
        }
        catch (IOException e)
        {
            throw new KernelTargetException($"The kernel has no loopback for SCSI targets: `modprobe tcm_loop` loads it. ({e.Message})", e);
        }
        // An initiator is a name; it differs from the target's in the last digit.
        ConfigFs.Set(Portal + "/nexus", $"naa.{_address ^ 1:x16}");
        LinkTo(device);
    }

    private protected override void BeforePortal()
    {
        if (Directory.Exists(Portal))
            _ = ConfigFs.TrySet(Portal + "/nexus", "NULL");
    }

    /// <summary>A locally assigned NAA address (SPC-5 7.7.6.6.4) that is the same at every start.</summary>
    private static ulong AddressOf(string serialNumber) =>
        (System.IO.Hashing.XxHash3.HashToUInt64(Encoding.ASCII.GetBytes(serialNumber)) >> 4 & ~1UL) | 0x3UL << 60;
}
