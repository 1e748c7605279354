using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Capstan.Operations;
using Capstan.Operations.Changer;
using Capstan.Operations.Configuration;
using Capstan.Transport;

namespace Capstan.Cli.Commands;

internal static class ScanCommand
{
    /// <summary>What a column shows; one that has nothing to show in any row is left out unless it always stands there.</summary>
    private static readonly (string Title, bool IsAlways, Func<FoundDevice, string?> Of)[] Columns =
    [
        ("KIND", true, device => device.Kind),
        ("NAME", false, device => device.Name),
        ("VENDOR", true, device => device.Vendor),
        ("PRODUCT", true, device => device.Product),
        ("LTO", false, device => device.Generation?.Replace("LTO-", "", StringComparison.Ordinal)),
        ("SERIAL", true, device => device.SerialNumber),
        ("DEVICE", true, device => device.Device),
        ("ST NODE", false, device => device.TapeNode),
        ("SITS IN", false, device => device.Changer is null ? null
            : device.ChangerDrive is { } number ? string.Create(CultureInfo.InvariantCulture, $"{device.Changer}, drive {number}") : device.Changer),
        ("STABLE PATH", false, device => device.StablePath == device.Device ? null : device.StablePath),
    ];

    public static Command Create(CliEnvironment environment)
    {
        var portal = new Option<string?>("--portal")
        {
            Description = "Ask this iSCSI portal for its targets instead; port 3260 unless another is given. An IPv6 address stands in brackets.",
            HelpName = "HOST[:PORT]",
        };
        return new Verb("scan", "List tape drives and changers: those of this machine, of portals in the configuration and of virtual libraries; or those behind an iSCSI portal.",
            """
            capstan scan
            capstan scan --portal nas.example.com
            """)
        {
            portal,
        }.Does(environment, (run, parse) => Run(run, parse.GetValue(portal), kind: null));
    }

    /// <param name="place">The portal that is asked; null for everything.</param>
    /// <param name="kind">"tape" or "changer"; null for both.</param>
    internal static void Run(VerbRun run, string? place, string? kind)
    {
        ConfigReport? configuration = Configuration(run);
        IReadOnlyList<FoundDevice> found = place is null ? Everywhere(run, configuration) : run.Scanner.ScanPortal(place);
        if (kind is not null)
            found = [.. found.Where(device => device.Kind == kind || device.Problem is not null)];
        FoundDevice[] devices = [.. Seated(run, found).Select(device => Named(device, configuration))];
        Write(run, devices, place);
        // A target that refuses to be asked may have the drive that is looked for; so may what a wrong configuration keeps from being asked.
        run.Finish(configuration is null || devices.Any(device => device.Problem is not null) ? ExitStatus.Partial : ExitStatus.Success);
    }

    /// <summary>Drives are there also when the configuration is wrong; that is told.</summary>
    private static ConfigReport? Configuration(VerbRun run)
    {
        try
        {
            return run.Configuration.Show();
        }
        catch (OperationException e)
        {
            run.Listener.Problem("", e.Message);
            return null;
        }
    }

    private static List<FoundDevice> Everywhere(VerbRun run, ConfigReport? configuration)
    {
        IDeviceScanner scanner = run.Scanner;
        List<FoundDevice> found = [.. scanner.ScanMachine()];
        foreach (string portal in configuration?.Portals ?? [])
        {
            try
            {
                found.AddRange(scanner.ScanPortal(portal));
            }
            catch (OperationException e)
            {
                found.Add(new FoundDevice(null, null, "", "", "", null, portal, e.Message));
            }
        }

        // Which virtual libraries there are stands in the configuration, too.
        if (configuration is not null)
            found.AddRange(scanner.ScanLibraries());
        return found;
    }

    /// <summary>
    /// Which drive sits in which changer: each changer that is no virtual one is asked for its drives, and they are matched by serial number
    /// (READ ELEMENT STATUS with DVCID, SMC-3 6.11).
    /// </summary>
    private static List<FoundDevice> Seated(VerbRun run, IReadOnlyList<FoundDevice> found)
    {
        List<FoundDevice> seated = [.. found];
        foreach (FoundDevice changer in found)
        {
            if (changer is not { Kind: "changer", Device: { } device } || device.StartsWith(DriveName.VirtualPrefix, StringComparison.Ordinal)
                || !found.Any(drive => drive is { Kind: "tape", Device: not null }))
                continue;
            try
            {
                foreach (LibraryDriveView place in run.Operations.ChangerStatus(run.Context with { Listener = SilentListener.Instance }, device, run.Cancellation).Drives)
                {
                    int at = seated.FindIndex(drive => drive is { Kind: "tape", Changer: null, Device: not null }
                        && (place.Device is not null ? drive.Device == place.Device : place.Serial is not null && drive.SerialNumber == place.Serial));
                    if (at >= 0)
                        seated[at] = seated[at] with { Changer = device, ChangerDrive = place.Number };
                }
            }
            catch (OperationException e)
            {
                run.Listener.Note($"{device} does not tell which drives are in it: {e.Message}");
            }
        }

        return seated;
    }

    /// <summary>By serial number, and by the device where there is none.</summary>
    private static FoundDevice Named(FoundDevice device, ConfigReport? configuration)
    {
        if (configuration is null || device.Device is null)
            return device;
        IEnumerable<IConfiguredDevice> known = device.Kind == "changer" ? configuration.Changers : configuration.Drives;
        IConfiguredDevice? entry = known.FirstOrDefault(entry => entry.Serial is not null ? entry.Serial == device.SerialNumber
            && (entry.Vendor is null || entry.Vendor == device.Vendor) : entry.Device == device.Device || entry.Device == device.StablePath);
        return entry switch
        {
            null => device,
            ConfiguredDrive { Changer: { } changer } drive => device with { Name = drive.Name, Changer = changer, ChangerDrive = drive.ChangerDrive ?? device.ChangerDrive },
            _ => device with { Name = entry.Name },
        };
    }

    internal static void Write(VerbRun run, IReadOnlyList<FoundDevice> devices, string? place)
    {
        if (run.Json is { } json)
        {
            json.Array("devices");
            foreach (FoundDevice device in devices)
                JsonSerializer.Serialize(json.Element("devices"), device, CliJson.Default.FoundDevice);
            return;
        }

        FoundDevice[] usable = [.. devices.Where(device => device.Device is not null)];
        if (usable.Length > 0)
        {
            var shown = Columns.Where(column => column.IsAlways || usable.Any(device => column.Of(device) is { Length: > 0 })).ToList();
            TextTable.Write(run.Output, [.. shown.Select(column => new TextColumn(column.Title))],
                usable.Select(device => shown.Select(column => Or(column.Of(device))).ToArray()));
        }
        else
        {
            run.Listener.Note(place is null
                ? "this machine has no tape drive or changer that its kernel knows; `capstan scan --portal HOST` looks behind an iSCSI portal"
                : $"no tape drive or changer that {place} lets us see");
        }

        foreach (FoundDevice device in devices)
        {
            if (device.InUseBy is { } holder)
                run.Listener.Note($"{device.Device} is in use by {holder}");
            foreach (DeviceUser user in device.Users)
                run.Listener.Note(user.ToString());
            if (device.Problem is { } problem)
                run.Listener.Problem("", $"target {device.Target}: {problem}");
        }

        if (usable.Any(device => device is { Name: null, StablePath: null }))
            run.Listener.Note("numbers of nodes change at a restart; `capstan config drive create NAME --device DEVICE` gives a drive a name that stays with its serial number");
    }

    private static string Or(string? text) => string.IsNullOrEmpty(text) ? "-" : text;
}
