using System.Globalization;

namespace Capstan.Emulation.Kernel;

/// <summary>
/// A backstore of target_core_user in configfs. Its name is made of the unit's serial number, so what a killed server left is found
/// again.
/// </summary>
/// <param name="serialNumber">Of the unit.</param>
/// <param name="label">What the unit is called in messages.</param>
/// <param name="fronts">Where initiators may see it: those of an earlier server, too.</param>
internal sealed class TcmuBackstore(string serialNumber, string label, IReadOnlyList<KernelFront> fronts)
{
    private const string Targets = ConfigFs.Root + "/target";

    /// <summary>Where backstores are, of everybody.</summary>
    internal const string Core = Targets + "/core";

    // LIO numbers its host bus adapters freely; this one is only for drives of this program.
    private const string Hba = Core + "/user_9840";
    private const string NamePrefix = "capstan-";
    private const string ConfigPrefix = "capstan";

    // Two commands of the longest block, and as much again for what else is under way.
    private const int DataAreaMegabytes = 64;

    // The kernel's st driver gives a long command 14000 s (drivers/scsi/st.c, ST_LONG_TIMEOUT); whoever sends a command decides how
    // long it may take, not the ring.
    private const string CommandTimeoutSeconds = "14400";

    private static readonly TimeSpan RingResetInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Its path.</summary>
    internal string Device { get; } = $"{Hba}/{NamePrefix}{serialNumber}";

    /// <summary>Whether a server that was killed left something.</summary>
    internal bool Exists => Directory.Exists(Device) || fronts.Any(front => front.Exists);

    /// <summary>Whether a process answers its commands.</summary>
    internal bool IsServed => FindUio() is { } uio && UioDevice.IsHeld(uio);

    /// <summary>The kernel has all that is needed, and this process may use it.</summary>
    /// <exception cref="KernelTargetException">Something is missing; the message says what to do.</exception>
    /// <param name="what">What is to be handed over.</param>
    /// <param name="modules">What that needs beside target_core_user.</param>
    internal static void CheckKernel(string what, string modules)
    {
        if (Interop.LibC.GetEffectiveUserId() != 0)
            throw new KernelTargetException($"Only root can hand {what} to the kernel: run `sudo capstan library serve`.");
        string load = $"`modprobe -a target_core_user {modules}` loads what is needed; where that knows no target_core_user, the kernel was built without it (CONFIG_TCM_USER2, CONFIG_LOOPBACK_TARGET)";
        if (!Directory.Exists(ConfigFs.Root))
            throw new KernelTargetException($"The kernel has no configfs ({ConfigFs.Root} is missing), and with it no SCSI target (LIO): {load}. A container sees what its host has loaded.");
        if (!Directory.Exists(Core))
        {
            bool isMounted = Directory.EnumerateFileSystemEntries(ConfigFs.Root).Any();
            string mount = isMounted ? "" : $"`mount -t configfs configfs {ConfigFs.Root}` where that is not done, then ";
            throw new KernelTargetException($"The kernel's SCSI target (LIO) is not loaded ({Targets} is missing): {mount}{load}.");
        }
    }

    /// <summary>Makes the backstore and returns the number of its <c>/dev/uioN</c>.</summary>
    /// <param name="maxTransferBytes">The longest transfer of a command.</param>
    /// <param name="knowsInitiators">Whether the front tells several initiators apart.</param>
    /// <exception cref="KernelTargetException">The kernel refused; the message says what to do.</exception>
    internal int Create(int maxTransferBytes, bool knowsInitiators)
    {
        MakeBackstoreDirectory();
        // tcmu_set_dev_attrib: sizes belong to disks, but the kernel wants them.
        int sectors = (maxTransferBytes + 511) / 512;
        ConfigFs.Set(Device + "/control", string.Create(CultureInfo.InvariantCulture,
            $"dev_config={ConfigPrefix}/{label},dev_size=1048576,hw_block_size=512,hw_max_sectors={sectors},nl_reply_supported=-1"));
        _ = ConfigFs.TrySet(Device + "/control", $"max_data_area_mb={DataAreaMegabytes}");
        ConfigFs.Set(Device + "/attrib/cmd_time_out", CommandTimeoutSeconds);
        // Reservations are the unit's own business where this machine is the only initiator: they pass (Linux 5.9,
        // target_core_device.c: pgr_support_store). An older kernel would answer for the unit, and is told to refuse them. Behind the
        // ring initiators look alike, so where there may be several LIO keeps the reservations.
        if (!knowsInitiators && !ConfigFs.TrySet(Device + "/attrib/pgr_support", "0"))
            _ = ConfigFs.TrySet(Device + "/attrib/emulate_pr", "0");
        _ = ConfigFs.TrySet(Device + "/attrib/tmr_notification", "1");
        ConfigFs.Set(Device + "/enable", "1");
        if (knowsInitiators)
            MakeReservationsPlace();
        return FindUio() ?? throw new KernelTargetException($"The kernel made no uio device for {label}. Its log (dmesg) may say why.");
    }

    /// <summary>The number of the backstore's <c>/dev/uioN</c>; null when there is none.</summary>
    internal int? FindUio()
    {
        foreach ((int number, string name) in UioDevice.All())
        {
            if (TryParseUioName(name, out string unit, out _) && unit == serialNumber)
                return number;
        }
        return null;
    }

    /// <summary>Whose device it is: <c>tcm-user/HBA/NAME/CONFIG</c> (drivers/target/target_core_user.c, tcmu_update_uio_info).</summary>
    /// <param name="name">What the kernel calls it.</param>
    /// <param name="serialNumber">Of the unit.</param>
    /// <param name="label">What its server called the unit.</param>
    internal static bool TryParseUioName(string name, out string serialNumber, out string label)
    {
        (serialNumber, label) = ("", "");
        if (name.Split('/', 5) is not ["tcm-user", _, var unit, ConfigPrefix, var config] || !unit.StartsWith(NamePrefix, StringComparison.Ordinal))
            return false;
        (serialNumber, label) = (unit[NamePrefix.Length..], config);
        return true;
    }

    /// <summary>
    /// Takes the unit away from the kernel. Commands that nobody answers any more end with an error: without that the removal
    /// would wait for them.
    /// </summary>
    /// <param name="isServed">Whether somebody still answers.</param>
    /// <returns>Whether nothing is left.</returns>
    internal bool Remove(bool isServed)
    {
        using var done = new ManualResetEventSlim();
        Thread? resetter = isServed || !Directory.Exists(Device) ? null : StartResettingRing(done);
        bool isGone = true;
        foreach (KernelFront front in fronts)
            isGone &= front.Remove();
        done.Set();
        resetter?.Join();
        isGone &= ConfigFs.TryRemove(Device);
        _ = ConfigFs.TryRemove(Hba);
        return isGone;
    }

    /// <summary>What <see cref="Remove"/> left and why, for a person; null when nothing is left.</summary>
    internal string? DescribeLeftover() => TcmuLeftovers.Describe(Targets, [Device, .. fronts.Select(front => front.Target)], label);

    // 2: hard, what is in the ring ends with an error and is not tried again (drivers/target/target_core_user.c, tcmu_reset_ring).
    private Thread? StartResettingRing(ManualResetEventSlim done)
    {
        FileStream attribute;
        try
        {
            // Opened here: the directory is locked while an object is being removed.
            attribute = new FileStream(Device + "/action/reset_ring", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else is removing it just now: then there are no commands either.
            return null;
        }
        var thread = new Thread(() =>
        {
            using (attribute)
            {
                do
                {
                    try
                    {
                        attribute.Position = 0;
                        attribute.Write("2\n"u8);
                    }
                    catch (IOException)
                    {
                        // Not enabled (the server was killed before that): then there are no commands either.
                        return;
                    }
                }
                while (!done.Wait(RingResetInterval));
            }
        })
        { IsBackground = true, Name = "ring reset" };
        thread.Start();
        return thread;
    }

    /// <summary>LIO keeps a file of each unit's registrations, and refuses to register where it cannot (target_core_pr.c, __core_scsi3_write_aptpl_to_file).</summary>
    private void MakeReservationsPlace()
    {
        _ = ConfigFs.TrySet(Device + "/wwn/vpd_unit_serial", serialNumber);
        try
        {
            if (ConfigFs.Get(Targets + "/dbroot") is { Length: > 0 } place)
                Directory.CreateDirectory(place + "/pr");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only reservations need it, and they say so.
        }
    }

    private void MakeBackstoreDirectory()
    {
        // Another server that stops may remove the adapter, once empty, between these two steps.
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(Device);
                return;
            }
            catch (IOException e) when (attempt == 3)
            {
                throw new KernelTargetException($"The kernel made no backstore for {label} ({e.Message}): `modprobe target_core_user` loads what is needed.", e);
            }
            catch (IOException)
            {
                Thread.Yield();
            }
        }
    }
}
