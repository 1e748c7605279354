using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Configuration;

namespace Capstan.Cli;

/// <summary>Which drive is meant, and who said so.</summary>
/// <param name="Device">As it was named.</param>
/// <param name="PickedBy">"--device", "CAPSTAN_DRIVE", "TAPE", "default".</param>
/// <param name="Library">Name of the virtual library; null for a device node and for iSCSI.</param>
internal sealed record DriveName(string Device, string PickedBy, string? Library)
{
    /// <summary>Number of the drive in its virtual library, from 0.</summary>
    public int Number { get; init; }

    /// <summary>Whether this names the virtual library's changer, <c>virtual:NAME/changer</c>.</summary>
    public bool IsChanger { get; init; }

    /// <summary>The drive of that name in the configuration; null where it was named by its device.</summary>
    public ConfiguredDrive? Configured { get; init; }

    public const string VirtualPrefix = "virtual:";
    public const string DefaultLibrary = "main";
    public const string ChangerPart = "changer";
    private const string IscsiPrefix = "iscsi://";
    private const int MostDrives = 9999;

    /// <summary>Decides by <c>--device</c>, CAPSTAN_DRIVE, TAPE and the embedded library, in this order.</summary>
    /// <exception cref="OperationException">No drive can have that name.</exception>
    /// <param name="configured">Finds a drive of the configuration by its name.</param>
    public static DriveName Pick(string? device, Func<string, string?> variable, Func<string, ConfiguredDrive?>? configured = null)
    {
        // An empty one is a script's variable that is not set: it must not become another drive than was meant.
        if (device is not null)
            return Parse(device, "--device", configured);
        foreach (string name in (ReadOnlySpan<string>)["CAPSTAN_DRIVE", "TAPE"])
        {
            if (variable(name) is { Length: > 0 } value)
                return Parse(value, name, configured);
        }

        return new DriveName(VirtualPrefix + DefaultLibrary, "default", DefaultLibrary);
    }

    /// <summary>Whether this names a drive behind an iSCSI target.</summary>
    public static bool IsIscsi(string device) => device.StartsWith(IscsiPrefix, StringComparison.Ordinal);

    /// <summary>How a line for people says it.</summary>
    /// <param name="configuredName">What the configuration calls it; null where it was named by its device.</param>
    public static string Explain(string device, string pickedBy, string? configuredName = null)
    {
        string drive = configuredName is null ? device : $"{configuredName}, {device}";
        return pickedBy switch
        {
            "default" => $"drive {drive} (the default: neither --device nor CAPSTAN_DRIVE nor TAPE is set)",
            "--device" => $"drive {drive} (from --device)",
            _ => $"drive {drive} (from the environment variable {pickedBy})",
        };
    }

    /// <summary>Library names become directory names.</summary>
    public static bool IsLibraryName(string name) => ConfiguredName.IsWord(name);

    /// <summary>Takes <c>virtual:NAME</c>, <c>virtual:NAME/2</c> or <c>virtual:NAME/changer</c> apart; null for anything else.</summary>
    public static DriveName? ParseVirtual(string device, string pickedBy)
    {
        if (!device.StartsWith(VirtualPrefix, StringComparison.Ordinal))
            return null;
        string[] parts = device[VirtualPrefix.Length..].Split('/');
        if (!IsLibraryName(parts[0]) || parts.Length > 2)
            return null;
        var name = new DriveName(device, pickedBy, parts[0]);
        if (parts.Length == 1 || parts[1] == ChangerPart)
            return name with { IsChanger = parts.Length == 2 };
        return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= MostDrives
            ? name with { Number = number - 1 }
            : null;
    }

    private static DriveName Parse(string device, string pickedBy, Func<string, ConfiguredDrive?>? configured)
    {
        if (device.StartsWith(VirtualPrefix, StringComparison.Ordinal))
        {
            return ParseVirtual(device, pickedBy)
                ?? throw new OperationException(ExitStatus.Device, $"{From(pickedBy)}'{device}' names no drive of a virtual library: that is virtual:NAME, or virtual:NAME/2 for its second drive; a name is letters, digits, '.', '_' and '-', and begins with a letter or digit.");
        }

        // Addresses of iSCSI are taken apart where they are opened.
        if (device.StartsWith('/') || IsIscsi(device))
            return new DriveName(device, pickedBy, null);
        // A name alone. That of a device node is a path somebody cut short.
        if (ConfiguredName.IsValid(device))
        {
            return configured?.Invoke(device) is { } drive
                ? Parse(drive.Device, pickedBy, null) with { Configured = drive }
                : Parse(VirtualPrefix + device, pickedBy, null);
        }

        throw new OperationException(ExitStatus.Device, $"{From(pickedBy)}'{device}' is no drive. Name one as /dev/sgN (`lsscsi -g` lists them), as iscsi://HOST/TARGET/LUN (`capstan scan --portal HOST` lists them), as virtual:NAME (`capstan library list` lists them), or by its name in the configuration (`capstan config drive list`).");
    }

    private static string From(string pickedBy) => pickedBy == "--device" ? "" : $"environment variable {pickedBy}: ";
}
