using System.CommandLine;
using System.Text.Json;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

internal static class ScanCommand
{
    private static readonly TextColumn[] Columns = [new("KIND"), new("VENDOR"), new("PRODUCT"), new("SERIAL"), new("DEVICE")];

    public static Command Create(CliEnvironment environment)
    {
        var portal = new Option<string?>("--portal")
        {
            Description = "Ask this iSCSI portal for its targets instead; port 3260 unless another is given. An IPv6 address stands in brackets.",
            HelpName = "HOST[:PORT]",
        };
        return new Verb("scan", "List tape drives and changers: those of this machine, or those behind an iSCSI portal.",
            """
            capstan scan
            capstan scan --portal nas.example.com
            """)
        {
            portal,
        }.Does(environment, (run, parse) =>
        {
            string? place = parse.GetValue(portal);
            IReadOnlyList<FoundDevice> devices = place is null ? run.Scanner.ScanMachine() : run.Scanner.ScanPortal(place);
            Write(run, devices, place);
            // A target that refuses to be asked may have the drive that is looked for.
            run.Finish(devices.Any(device => device.Problem is not null) ? ExitStatus.Partial : ExitStatus.Success);
        });
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
            TextTable.Write(run.Output, Columns, usable.Select(device => new[]
            {
                device.Kind ?? "-", Or(device.Vendor), Or(device.Product), Or(device.SerialNumber), device.Device ?? "-",
            }));
        }
        else
        {
            run.Listener.Note(place is null
                ? "this machine has no tape drive or changer that its kernel knows; `capstan scan --portal HOST` looks behind an iSCSI portal"
                : $"no tape drive or changer that {place} lets us see");
        }

        foreach (FoundDevice device in devices)
        {
            if (device.Problem is { } problem)
                run.Listener.Problem("", $"target {device.Target}: {problem}");
        }
    }

    private static string Or(string? text) => string.IsNullOrEmpty(text) ? "-" : text;
}
