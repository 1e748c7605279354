using System.Globalization;
using Capstan.Catalog;
using Capstan.Transport;

namespace Capstan.Operations;

/// <summary>`capstan doctor`: looks at everything that a drive needs around it, and at what is configured. Sends nothing to a drive, needs no privilege, changes nothing.</summary>
public static class DoctorOperation
{
    private const int BlockKiB = 256;
    private static readonly DateTimeOffset Earliest = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Exit status 1 when something is bad; warnings are none.</summary>
    public static DoctorReport Run(OperationContext context, MachineFacts machine)
    {
        List<Finding> findings =
        [
            Driver(machine), .. machine.Nodes.SelectMany(node => Node(node, machine)), Privileges(machine), Helper(machine), Iscsi(machine), Serve(machine),
            .. ConfiguredDevices.Check(machine), Home(context.Home), .. CatalogAndClock(context),
        ];
        int bad = findings.Count(finding => finding.Level == Finding.Bad);
        return new DoctorReport(findings, findings.Count(finding => finding.Level == Finding.Warn), bad, bad == 0 ? ExitStatus.Success : ExitStatus.Failed);
    }

    private static Finding Driver(MachineFacts machine) => machine switch
    {
        { IsDriverLoaded: false } => Warn("driver", "the kernel's sg driver is not loaded: no /dev/sgN can be seen; virtual libraries and iSCSI work without",
            "modprobe sg; echo sg > /etc/modules-load.d/sg.conf loads it at every start"),
        { Nodes.Count: 0 } => Ok("driver", "the sg driver is loaded and knows no tape drive or changer; virtual:main needs none"),
        _ => Ok("driver", string.Create(CultureInfo.InvariantCulture,
            $"the sg driver is loaded and knows {machine.Nodes.Count(node => node.IsTape)} tape drive(s) and {machine.Nodes.Count(node => !node.IsTape)} changer(s); direct I/O {DirectIo(machine)}")),
    };

    private static string DirectIo(MachineFacts machine) => machine switch
    {
        { IsDirectIoAllowed: true } => "is allowed",
        { HasRawIo: true } => "is off in sg; where this user can hold the drive's /dev/nstN data go through that, which copies nothing",
        _ => "is off, so data are copied once more (packaging/install --direct-io allows it)",
    };

    private static IEnumerable<Finding> Node(MachineNode node, MachineFacts machine)
    {
        yield return Access(node, machine);
        // Who has both is a Capstan at work, which holds st's node to keep others out.
        DeviceUser[] users = [.. node.Holders.Where(holder => !IsSt(holder.Node) || !node.Holders.Any(other => other.ProcessId == holder.ProcessId && !IsSt(other.Node)))];
        foreach (DeviceUser holder in users)
            yield return Held(node, holder);
        if (node.KernelTapeName is { } st && !users.Any(holder => IsSt(holder.Node)))
            yield return KernelTape(node, st);

        // More segments would not help where the queue is what limits.
        if (node is { Segments: { } segments, CertainBytes: { } certain } && !(node.ClaimedBytes / 1024 < BlockKiB))
        {
            int scattered = certain / 1024;
            yield return scattered < BlockKiB
                ? Warn("hba", string.Create(CultureInfo.InvariantCulture, $"{node.Path}: the host adapter takes {segments} segments in one transfer; blocks of {BlockKiB} KiB need contiguous kernel memory"),
                    "raise the adapter driver's segment limit (lpfc: lpfc_sg_seg_cnt=256), or load sg early with def_reserved_size=1048576")
                : Ok("hba", string.Create(CultureInfo.InvariantCulture, $"{node.Path}: the host adapter takes {segments} segments, {scattered} KiB however the memory lies"));
        }

        if (node.ClaimedBytes / 1024 is { } limit)
        {
            yield return limit < BlockKiB
                ? Bad("hba", string.Create(CultureInfo.InvariantCulture, $"{node.Path}: the largest transfer is {limit} KiB, and Capstan's blocks are {BlockKiB} KiB"),
                    "raise max_sectors of the adapter's driver")
                : Ok("hba", string.Create(CultureInfo.InvariantCulture, $"{node.Path}: the largest transfer is {limit} KiB"));
        }
    }

    /// <summary>Whether st can be kept off the drive while Capstan uses it.</summary>
    private static Finding KernelTape(MachineNode node, string st)
    {
        string what = $"{node.Path}: the kernel's tape driver has the same drive as /dev/{st}";
        const string otherwise = "so others can move the tape while Capstan writes. It looks for that before each write, and then stops";
        return node.Tape switch
        {
            null or { MayRead: true } => Ok("st", $"{what}, and nobody seen holds it open. Capstan holds {node.Tape?.Path ?? "/dev/n" + st} while it uses the drive, and keeps mt, dd and tar out"),
            { Mode: not { } } gone => Warn("st", $"{what}, and there is no {gone.Path} here to keep others out by, {otherwise}", $"in a container: pass it as well (--device {gone.Path}); otherwise start udev"),
            { Mode: { } mode } closed => Warn("st",
                $"{what}, and you may not open {closed.Path} to keep others out (group {closed.Group}, mode {Convert.ToString(mode, 8)}), {otherwise}",
                (mode & 0b100_000) != 0 && closed.Group != "root" ? $"sudo usermod -aG {closed.Group} $USER, then log in again"
                    : "install packaging/udev/60-capstan-tape.rules (group tape, mode 660), then sudo udevadm control --reload; sudo udevadm trigger --subsystem-match=scsi_tape"),
        };
    }

    private static Finding Access(MachineNode node, MachineFacts machine)
    {
        string what = $"{node.Path}: {(node.IsTape ? "tape drive" : "changer")} {node.Name}";
        if (node.Mode is not { } mode)
            return Bad("node", $"{what}: the kernel knows it, and there is no node in /dev", "in a container: pass it (--device " + node.Path + "); otherwise start udev");
        string owned = $"group {node.Group}, mode {Convert.ToString(mode, 8)}";
        if (node.MayRead && node.MayWrite)
            return Ok("node", $"{what}: you may use it ({owned})");
        const int group = 0b110_000;
        string fix = (mode & group) == group && node.Group != "root"
            ? $"sudo usermod -aG {node.Group} $USER, then log in again"
            : "install packaging/udev/60-capstan-tape.rules (group tape, mode 660), then sudo udevadm control --reload; sudo udevadm trigger --subsystem-match=scsi_generic";
        if (!node.MayRead)
            return Bad("node", $"{what}: you may not use it ({owned})", fix);
        return machine.Helper is { HasCapability: true, MayExecute: true } && !machine.NoNewPrivileges
            ? Warn("node", $"{what}: you may read tapes with the helper, and not write them ({owned})", fix)
            : Bad("node", $"{what}: you may read the node and not write it ({owned}), and a reader needs the helper", fix);
    }

    private static Finding Held(MachineNode node, DeviceUser holder) => IsSt(holder.Node)
        ? Bad("st", string.Create(CultureInfo.InvariantCulture, $"{node.Path}: process {holder.ProcessId} ({holder.Command}) holds the same drive open as {holder.Node}: it will move the tape, or rewind it when it closes it"),
            "let it end before Capstan uses the drive")
        : Warn("node", string.Create(CultureInfo.InvariantCulture, $"{node.Path}: in use by process {holder.ProcessId} ({holder.Command})"),
            "wait until it has ended");

    private static bool IsSt(string node) => !node.StartsWith("/dev/sg", StringComparison.Ordinal);

    private static Finding Privileges(MachineFacts machine) => Ok("privileges", machine.HasRawIo
        ? "this process has CAP_SYS_RAWIO, which Capstan does not need: write permission on the node is enough"
        : "this process has no CAP_SYS_RAWIO and needs none: write permission on the node is enough");

    private static Finding Helper(MachineFacts machine) => machine.Helper switch
    {
        null => Ok("helper", "capstan-sg-helper is not installed; only who may read the node and not write it needs it"),
        { IsSafe: false } unsafeHelper => Bad("helper", $"{unsafeHelper.Path}: somebody beside root can change it",
            $"chown root:tape {unsafeHelper.Path}; chmod 750 {unsafeHelper.Path}; setcap cap_sys_rawio+ep {unsafeHelper.Path}"),
        { HasCapability: false } bare => Bad("helper", $"{bare.Path} has no CAP_SYS_RAWIO: the kernel refuses it what it refuses you", $"sudo setcap cap_sys_rawio+ep {bare.Path}"),
        { MayExecute: false } closed => Warn("helper", $"{closed.Path}: you may not start it", "sudo usermod -aG tape $USER, then log in again"),
        { } good when machine.NoNewPrivileges => Warn("helper", $"{good.Path}: this process may gain no privileges (no_new_privs), so the helper starts without its capability",
            "NoNewPrivileges=no in the systemd unit, or --security-opt no-new-privileges=false for the container"),
        { } good => Ok("helper", $"{good.Path} has CAP_SYS_RAWIO and may be started"),
    };

    private static Finding Iscsi(MachineFacts machine) => machine.IscsiLibrary is { } library
        ? Ok("iscsi", $"libiscsi is installed ({library}) and fits: drives behind iSCSI need no node")
        : Warn("iscsi", $"iscsi:// drives cannot be reached: {machine.IscsiProblem}", "apt-get install libiscsi7");

    private static Finding Serve(MachineFacts machine) => machine.MissingTargetModules.Count == 0
        ? Ok("serve", "LIO with TCMU is there: `capstan library serve` can hand a virtual drive to the kernel")
        : Warn("serve", $"`capstan library serve` cannot work: the kernel has no {string.Join(", ", machine.MissingTargetModules)}",
            "install the kernel's full set of modules (Debian: linux-image-amd64, not a cloud kernel); in a container they must be on the host");

    private static Finding Home(string home)
    {
        string place = home;
        while (!Directory.Exists(place) && Path.GetDirectoryName(place) is { } parent)
            place = parent;
        string probe = Path.Combine(place, ".capstan-doctor-" + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
            return Ok("home", place == home ? $"{home} is writable" : $"{home} does not exist yet and can be made");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Bad("home", $"{home}: catalog and virtual libraries cannot be written there: {e.Message}", "make it writable, or name another directory in CAPSTAN_HOME");
        }
    }

    private static IEnumerable<Finding> CatalogAndClock(OperationContext context)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        DateTimeOffset newest = DateTimeOffset.MinValue;
        Finding catalog;
        if (!File.Exists(context.CatalogPath))
        {
            catalog = NoCatalog();
        }
        else
        {
            try
            {
                IReadOnlyList<BackupSummary> backups = CatalogOperations.List(context);
                newest = backups.Count == 0 ? newest : backups.Max(backup => backup.Started);
                catalog = Ok("catalog", string.Create(CultureInfo.InvariantCulture, $"{context.CatalogPath} can be read and knows {backups.Count} backup(s)"));
            }
            catch (OperationException e)
            {
                // Anew only where nothing else helps: a backup whose manifest did not fit on its tape is known to the catalog alone.
                catalog = Bad("catalog", e.Message, e.InnerException is CatalogDamagedException
                    ? "put the file aside and make it anew from each tape: capstan catalog rebuild"
                    : "mend what the message names; the catalog itself is not known to be damaged");
            }
        }

        yield return catalog;
        string shown = now.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        yield return now < Earliest ? Bad("clock", $"the clock says {shown}: backups would carry a wrong date", "timedatectl set-ntp true")
            : newest > now ? Warn("clock", $"the clock says {shown}, and the catalog knows a backup that began later", "timedatectl set-ntp true")
            : Ok("clock", $"the clock says {shown}");
    }

    private static Finding NoCatalog()
    {
        try
        {
            TapeCatalog.RequireLibrary();
            return Ok("catalog", "there is no catalog yet; the first backup makes it");
        }
        catch (CatalogException e)
        {
            return Bad("catalog", e.Message, "packaging/install, or copy libe_sqlite3.so along with the program");
        }
    }

    internal static Finding Ok(string topic, string text) => new(Finding.Ok, topic, text, null);

    internal static Finding Warn(string topic, string text, string fix) => new(Finding.Warn, topic, text, fix);

    internal static Finding Bad(string topic, string text, string fix) => new(Finding.Bad, topic, text, fix);
}
