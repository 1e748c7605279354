using System.Buffers.Binary;
using System.Globalization;

namespace Capstan.Transport.SgIo;

/// <summary>One drive's or changer's node and what stands around it.</summary>
/// <param name="Mode">Permission bits; null when there is no node.</param>
/// <param name="Group">Name or number of the owning group.</param>
/// <param name="MayRead">Whether this process may.</param>
/// <param name="Segments">Of one transfer that the host adapter takes; null when unknown.</param>
/// <param name="CertainBytes">Of one transfer, however the memory lies; null when unknown.</param>
/// <param name="ClaimedBytes">Of one transfer as the device's queue has it; null for most tape drives, which have none in sysfs.</param>
/// <param name="Holders">Of its sg, st and nst nodes, as far as this process may look; itself left out.</param>
public sealed record SgNodeFacts(
    SgDevice Device, int? Mode, string? Group, bool MayRead, bool MayWrite, int? Segments, int? CertainBytes, int? ClaimedBytes,
    IReadOnlyList<DeviceUser> Holders);

/// <summary>The privileged helper's file.</summary>
/// <param name="HasCapability">CAP_SYS_RAWIO among its file capabilities.</param>
/// <param name="MayExecute">Whether this process may.</param>
/// <param name="IsSafe">Owned by root, and nobody else may write it.</param>
public sealed record SgHelperFacts(string Path, bool HasCapability, bool MayExecute, bool IsSafe);

/// <summary>What matters for tape on this machine: read from files, nothing sent to any drive, nothing changed.</summary>
/// <param name="IsDriverLoaded">Whether the sg driver is there.</param>
/// <param name="HasRawIo">CAP_SYS_RAWIO is effective in this process.</param>
/// <param name="NoNewPrivileges">The helper would start without its capability.</param>
/// <param name="MissingTargetModules">Kernel modules of LIO that are neither loaded nor installed.</param>
public sealed record SgMachineFacts(
    bool IsDriverLoaded, bool IsDirectIoAllowed, IReadOnlyList<SgNodeFacts> Nodes, bool HasRawIo, bool NoNewPrivileges, SgHelperFacts? Helper,
    IReadOnlyList<string> MissingTargetModules);

/// <summary>Looks at the machine through /sys, /proc and /dev.</summary>
public static class SgMachine
{
    // linux/capability.h
    private const int SysRawIo = 17;
    private const int FileCapabilityBytes = 24;
    private const int GroupOrOthersWrite = 0b010_010;

    private static readonly string[] TargetModules = ["target_core_mod", "target_core_user", "tcm_loop"];
    private static readonly string[] ModuleFolders = ["lib/modules", "usr/lib/modules"];
    private static readonly string[] ModuleLists = ["modules.dep", "modules.builtin"];

    /// <summary>Total: what cannot be read is told as absent.</summary>
    /// <param name="root">Of the file tree; another directory in tests.</param>
    public static SgMachineFacts Look(string root = "/")
    {
        string sys = Path.Combine(root, "sys"), proc = Path.Combine(root, "proc");
        IReadOnlyList<SgDevice> devices = SgDevices.List(sys);
        List<DeviceUser> holders = devices.Count == 0 ? [] : DeviceUsers.Find(proc, IsTapeOrSg);
        return new SgMachineFacts(
            Directory.Exists(Path.Combine(sys, "class/scsi_generic")),
            SgIoTransport.IsDirectIoAllowed(sys),
            [.. devices.Select(device => Node(root, sys, device, holders))],
            HasBit(StatusLine(proc, "CapEff:"), SysRawIo),
            StatusLine(proc, "NoNewPrivs:") == "1",
            FindHelper(root),
            MissingModules(root, sys, proc));
    }

    private static SgNodeFacts Node(string root, string sys, SgDevice device, List<DeviceUser> holders)
    {
        string path = Path.Combine(root, device.Path[1..]);
        bool exists = Interop.Libc.Stat(path, out Interop.Libc.Status status) == 0;
        // The node is not opened: who holds it is to be told, not joined.
        SgLimits limits = SgLimits.Read(SgIoTransport.DeviceDirectory(device.Path, sys), SgIoTransport.FindHost(device.Path, sys), null, null, Environment.SystemPageSize);
        return new SgNodeFacts(device,
            exists ? status.Mode & 0x1FF : null,
            exists ? GroupNames.Find(status.Gid, Path.Combine(root, "etc/group")) : null,
            exists && Interop.Libc.Access(path, Interop.Libc.MayRead) == 0,
            exists && Interop.Libc.Access(path, Interop.Libc.MayWrite) == 0,
            Told(limits.Segments), Told(limits.CertainBytes), Told(limits.ClaimedBytes),
            [.. holders.Where(holder => holder.Node == device.Path || IsTapeNode(holder.Node, device.KernelTapeName))]);
    }

    // One drive has st0, nst0, st0a, nst0l and so on; st1 is not st10.
    private static bool IsTapeNode(string node, string? kernelTapeName)
    {
        if (kernelTapeName is null)
            return false;
        string name = node[(node.LastIndexOf('/') + 1)..];
        name = name.StartsWith('n') ? name[1..] : name;
        return name.StartsWith(kernelTapeName, StringComparison.Ordinal) && (name.Length == kernelTapeName.Length || !char.IsAsciiDigit(name[kernelTapeName.Length]));
    }

    private static SgHelperFacts? FindHelper(string root)
    {
        string[] places = root == "/" ? [Path.Combine(AppContext.BaseDirectory, InstalledHelper.Name), InstalledHelper.SystemPath]
            : [Path.Combine(root, InstalledHelper.SystemPath[1..])];
        foreach (string place in places)
        {
            if (Interop.Libc.Stat(place, out Interop.Libc.Status status) != 0)
                continue;
            // struct vfs_cap_data of linux/capability.h: magic, then permitted and inheritable, two words each.
            Span<byte> capability = stackalloc byte[FileCapabilityBytes];
            int length = Interop.Libc.GetXattr(place, "security.capability", capability);
            bool has = length >= 8 && (BinaryPrimitives.ReadUInt32LittleEndian(capability[4..]) >> SysRawIo & 1) != 0;
            return new SgHelperFacts(place, has, Interop.Libc.Access(place, Interop.Libc.MayExecute) == 0,
                status.Uid == 0 && (status.Mode & GroupOrOthersWrite) == 0);
        }
        return null;
    }

    private static List<string> MissingModules(string root, string sys, string proc)
    {
        string release = ReadText(Path.Combine(proc, "sys/kernel/osrelease"));
        string[] installed = [.. ModuleFolders.SelectMany(_ => ModuleLists,
            (folder, list) => ReadText(Path.Combine(root, folder, release, list)))];
        return [.. TargetModules.Where(module => !Directory.Exists(Path.Combine(sys, "module", module))
            && !installed.Any(list => list.Contains("/" + module + ".ko", StringComparison.Ordinal)))];
    }

    private static string? StatusLine(string proc, string name) =>
        ReadText(Path.Combine(proc, "self/status")).Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim();

    private static bool HasBit(string? hexadecimal, int bit) =>
        ulong.TryParse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits) && (bits >> bit & 1) != 0;

    private static int? Told(int limit) => limit == 0 ? null : limit;

    internal static string ReadText(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return reader.ReadToEnd().Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static bool IsTapeOrSg(string node) =>
        node.StartsWith("/dev/sg", StringComparison.Ordinal) || node.StartsWith("/dev/st", StringComparison.Ordinal)
        || node.StartsWith("/dev/nst", StringComparison.Ordinal);
}
