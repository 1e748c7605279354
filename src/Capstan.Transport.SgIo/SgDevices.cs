using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Transport.SgIo;

/// <summary>A tape drive or media changer that the kernel knows.</summary>
/// <param name="Path">Node for <see cref="SgIoTransport.Open"/>: <c>/dev/sg1</c>.</param>
/// <param name="PeripheralDeviceType">1 sequential access, 8 media changer (SPC-5 6.7.2).</param>
/// <param name="Vendor">T10 vendor identification, trimmed.</param>
/// <param name="Product">Product identification, trimmed.</param>
/// <param name="Revision">Product revision, trimmed.</param>
/// <param name="SerialNumber">Unit serial number (VPD page 80h); null when the kernel does not give it.</param>
/// <param name="Address">Host, channel, target, LUN: <c>2:0:0:1</c>; null when unknown.</param>
/// <param name="KernelTapeName">The st driver's name of the same drive: <c>st0</c>; null when st is not attached.</param>
public sealed record SgDevice(
    string Path,
    int PeripheralDeviceType,
    string Vendor,
    string Product,
    string Revision,
    string? SerialNumber,
    string? Address,
    string? KernelTapeName)
{
    public bool IsTape => PeripheralDeviceType == SgDevices.TapeType;

    public bool IsChanger => PeripheralDeviceType == SgDevices.ChangerType;
}

/// <summary>Finds tape drives and changers through sysfs; sends no command and needs no permission.</summary>
public static class SgDevices
{
    private const string Nodes = "/dev/";
    private const string Class = "class/scsi_generic";
    private const string ByIdentity = "/dev/tape/by-id/";

    internal const int TapeType = 1;
    internal const int ChangerType = 8;

    private const int UnitSerialNumberHeaderLength = 4;
    private const int LargestAttribute = 4096;

    /// <summary>All tape drives and changers, by number. Empty when there is none or the sg driver is not loaded.</summary>
    /// <param name="sysfsRoot">Where sysfs is mounted; another directory in tests.</param>
    public static IReadOnlyList<SgDevice> List(string sysfsRoot = "/sys")
    {
        var found = new List<(int Number, SgDevice Device)>();
        foreach (string name in Entries(System.IO.Path.Combine(sysfsRoot, Class)))
        {
            if (NumberOf(name) is { } number && Read(name, sysfsRoot) is { } device)
                found.Add((number, device));
        }

        found.Sort((left, right) => left.Number.CompareTo(right.Number));
        return found.ConvertAll(entry => entry.Device);
    }

    /// <summary>Null when it is neither a drive nor a changer.</summary>
    private static SgDevice? Read(string name, string sysfsRoot)
    {
        string device = System.IO.Path.Combine(sysfsRoot, Class, name, "device");
        if (!int.TryParse(ReadText(device, "type"), NumberStyles.None, CultureInfo.InvariantCulture, out int type)
            || type is not (TapeType or ChangerType))
            return null;
        return new SgDevice(
            Nodes + name,
            type,
            ReadText(device, "vendor"),
            ReadText(device, "model"),
            ReadText(device, "rev"),
            ReadSerialNumber(device),
            Entries(System.IO.Path.Combine(device, "scsi_device")).FirstOrDefault(),
            Entries(System.IO.Path.Combine(device, "scsi_tape")).Where(IsPlainTapeName).FirstOrDefault());
    }

    /// <summary>12 of sg12; null for what is no node of sg.</summary>
    private static int? NumberOf(string name) =>
        name.StartsWith("sg", StringComparison.Ordinal) && int.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : null;

    /// <summary>The device behind a node; null when it is none of the sg driver, or neither a drive nor a changer.</summary>
    /// <param name="path"><c>/dev/sgN</c> or a link to one.</param>
    /// <param name="sysfsRoot">Where sysfs is mounted; another directory in tests.</param>
    public static SgDevice? Find(string path, string sysfsRoot = "/sys")
    {
        string node = NodeOf(path, sysfsRoot);
        return node.StartsWith(Nodes, StringComparison.Ordinal) && node[Nodes.Length..] is var name && NumberOf(name) is not null ? Read(name, sysfsRoot) : null;
    }

    /// <summary>
    /// The node itself, where a path may be a link to one. The links that udev makes for a tape drive by its identity
    /// (<c>/dev/tape/by-id</c>, 60-persistent-storage-tape.rules) lead to nodes of st: the drive's sg node is meant.
    /// </summary>
    /// <param name="sysfsRoot">Where sysfs is mounted; another directory in tests.</param>
    public static string NodeOf(string path, string sysfsRoot = "/sys")
    {
        string node = Resolve(path);
        return path.StartsWith(ByIdentity, StringComparison.Ordinal) && TapeNameOf(node) is { } tape
            && List(sysfsRoot).FirstOrDefault(device => device.KernelTapeName == tape) is { } found ? found.Path : node;
    }

    /// <summary>The link that stays when numbers change: udev's in <c>/dev/tape/by-id</c>; null without one.</summary>
    /// <param name="directory">Where udev makes the links; another one in tests.</param>
    public static string? StablePathOf(SgDevice device, string directory = ByIdentity)
    {
        ArgumentNullException.ThrowIfNull(device);
        // A drive has two, for st and nst; the shorter name is that of the drive.
        return Entries(directory).Select(name => System.IO.Path.Combine(directory, name))
            .Where(link => Resolve(link) is var node && (node == device.Path || device.KernelTapeName is { } tape && TapeNameOf(node) == tape))
            .OrderBy(link => link.Length).ThenBy(link => link, StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>st0 of /dev/nst0; null for what is no node of st.</summary>
    private static string? TapeNameOf(string node)
    {
        string name = System.IO.Path.GetFileName(node).TrimStart('n');
        return IsPlainTapeName(name) ? name : null;
    }

    private static string Resolve(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? System.IO.Path.GetFullPath(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }

    /// <summary>The sg node of a character device of another driver (st, nst); null when there is none.</summary>
    internal static string? MatchingNode(uint major, uint minor, string sysfsRoot = "/sys")
    {
        string directory = System.IO.Path.Combine(sysfsRoot, string.Create(CultureInfo.InvariantCulture, $"dev/char/{major}:{minor}"), "device/scsi_generic");
        return Entries(directory).FirstOrDefault() is { } name ? "/dev/" + name : null;
    }

    // One drive has st0, st0l, nst0, nst0a and so on.
    private static bool IsPlainTapeName(string name) =>
        name.StartsWith("st", StringComparison.Ordinal) && name.Length > 2 && char.IsAsciiDigit(name[^1]);

    // Devices come and go while we look: what cannot be read is not there.
    internal static string[] Entries(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(directory).Select(entry => System.IO.Path.GetFileName(entry)).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // sysfs gives every attribute the size of a page and ends it earlier, which File.ReadAllBytes takes for a damaged file.
    internal static byte[] ReadBytes(string directory, string attribute)
    {
        try
        {
            // Nobody is locked out of an attribute.
            using SafeFileHandle file = File.OpenHandle(System.IO.Path.Combine(directory, attribute), share: FileShare.ReadWrite | FileShare.Delete);
            Span<byte> bytes = stackalloc byte[LargestAttribute];
            int length = 0;
            while (length < bytes.Length && RandomAccess.Read(file, bytes[length..], length) is > 0 and int count)
                length += count;
            return bytes[..length].ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    internal static string ReadText(string directory, string attribute) =>
        Encoding.ASCII.GetString(ReadBytes(directory, attribute)).Trim();

    private static string? ReadSerialNumber(string device)
    {
        byte[] page = ReadBytes(device, "vpd_pg80");
        if (page.Length <= UnitSerialNumberHeaderLength)
            return null;
        int length = Math.Min((page[2] << 8) | page[3], page.Length - UnitSerialNumberHeaderLength);
        string serial = Encoding.ASCII.GetString(page, UnitSerialNumberHeaderLength, length).Trim('\0', ' ');
        return serial.Length == 0 ? null : serial;
    }
}
