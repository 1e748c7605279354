using System.CommandLine;
using System.Net;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

/// <summary><c>capstan library serve</c>: a virtual library becomes devices of this machine, or of the network.</summary>
internal static class LibraryServeCommand
{
    // Whoever wants the network to see it says so.
    private const string DefaultPortal = "127.0.0.1";
    private const int DefaultPort = 3260;

    public static Verb Create(CliEnvironment environment)
    {
        Argument<string> name = CommonArguments.Library();
        name.DefaultValueFactory = static _ => DriveName.DefaultLibrary;
        var drive = new Option<int?>("--drive")
        {
            Description = "Only this drive, from 1; otherwise every drive, and the changer.",
            HelpName = "N",
        };
        var cartridge = new Option<string?>("--cartridge")
        {
            Description = "Put this cartridge into the first drive; 'null' is one in each drive that throws away what is written, to measure the way to it.",
            HelpName = "BARCODE",
        };
        var stacker = new Option<bool>("--stacker")
        {
            Description = "When a cartridge is unloaded, put the next one in, as an autoloader does. Not with a changer.",
        };
        var iscsi = new Option<string?>("--iscsi")
        {
            Description = "Serve it over iSCSI at this address instead: 127.0.0.1 when none is given, 0.0.0.0 for every address of this machine. Secrets (CHAP): [[serve]] in iscsi.toml.",
            HelpName = "ADDRESS[:PORT]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var initiator = new Option<string[]>("--initiator")
        {
            Description = "Only this iSCSI initiator may log in; may be repeated.",
            HelpName = "IQN",
        };
        return new Verb("serve", "Hand a virtual library to the running kernel as /dev/sgN, /dev/stN and /dev/schN, or over iSCSI, until Ctrl-C. Needs root and Linux with LIO.",
            """
            capstan library serve test
            capstan library serve test --drive 2 --cartridge CAP002L9
            capstan library serve --cartridge null
            capstan library serve test --iscsi 0.0.0.0 --initiator iqn.2026-01.com.example:backup
            """)
        {
            name, drive, cartridge, stacker, iscsi, initiator,
        }.Does(environment, (run, parse) =>
        {
            string library = parse.GetRequiredValue(name);
            if (!DriveName.IsLibraryName(library))
                throw new OperationException(ExitStatus.Usage, $"'{library}' is no name of a library: `capstan library list` shows those that exist.");
            if (parse.GetValue(drive) is < 1 and { } wrong)
                throw new OperationException(ExitStatus.Usage, $"--drive {wrong}: drives are counted from 1.");
            string? portal = parse.GetResult(iscsi) is null ? null : Portal(parse.GetValue(iscsi) ?? DefaultPortal);
            string[] initiators = parse.GetValue(initiator) ?? [];
            if (initiators.Length > 0 && portal is null)
                throw new OperationException(ExitStatus.Usage, "--initiator belongs to --iscsi.");
            if (initiators.FirstOrDefault(static one => !IsInitiator(one)) is { } badInitiator)
                throw new OperationException(ExitStatus.Usage, $"--initiator {badInitiator}: names of initiators begin with iqn., eui. or naa.");
            var request = new ServeRequest(library, parse.GetValue(cartridge), parse.GetValue(stacker), parse.GetValue(drive), portal, initiators);
            ServedLibraryView served = run.Libraries.Serve(request, view => Announce(run, view), run.Listener, run.Cancellation);
            if (run.Json is null)
                run.Text.WriteLine(Farewell(served));
            run.Finish(ExitStatus.Success);
        });
    }

    // RFC 3720 3.2.6.3, RFC 3980; a path in configfs.
    private static bool IsInitiator(string name) =>
        (name.StartsWith("iqn.", StringComparison.Ordinal) || name.StartsWith("eui.", StringComparison.Ordinal) || name.StartsWith("naa.", StringComparison.Ordinal))
        && name.Length <= 223 && name.All(static character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-' or ':');

    private static string Portal(string text)
    {
        if (!IPEndPoint.TryParse(text, out IPEndPoint? endpoint))
            throw new OperationException(ExitStatus.Usage, $"--iscsi {text}: an address of this machine is wanted, 0.0.0.0 or [::1]:3261; where it stands before the name of the library, write --iscsi=ADDRESS or put it behind.");
        if (endpoint.Port == 0)
            endpoint.Port = DefaultPort;
        return endpoint.ToString();
    }

    /// <summary>Whoever waits for the devices reads this at once.</summary>
    private static void Announce(VerbRun run, ServedLibraryView view)
    {
        if (run.Json is { } json)
        {
            run.Report(view, ExitStatus.Success, CliJson.Default.ServedLibraryView, static (_, _) => { });
            json.EndLine();
            return;
        }
        if (view is { Portal: null, Units: [{ Kind: "drive" } only] })
            run.Text.WriteLine(Sentence(only));
        else
            Table(view, run.Text);
        run.Text.Flush();
    }

    private static string Farewell(ServedLibraryView view) => view switch
    {
        { Portal: { } portal } => $"virtual:{view.Library} is not served at {portal} any more",
        { Units: [{ } only] } => $"{only.Name} is no device of this machine any more",
        _ => $"virtual:{view.Library}: its {view.Units.Count} devices are taken back",
    };

    private static string Sentence(ServedUnitView view)
    {
        string nodes = (view.Device, view.Tape) switch
        {
            ({ } generic, { } tape) => $"{generic} and {tape}",
            ({ } generic, null) => $"{generic} (`modprobe st` gives it a tape node)",
            (null, { } tape) => $"{tape} (`modprobe sg` gives it a node for capstan)",
            _ => "a device without nodes (`modprobe -a sg st` gives them)",
        };
        return $"{view.Name} is {nodes}, {(view.Cartridge is { } cartridge ? "with cartridge " + cartridge : "without a cartridge")}; Ctrl-C or SIGTERM takes it back";
    }

    private static void Table(ServedLibraryView view, TextWriter text)
    {
        string[][] rows = [.. view.Units.Select(unit => Row(view, unit))];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            text.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        string secret = view.Authentication switch { "chap" => ", with CHAP", "mutual-chap" => ", with CHAP both ways", _ => "" };
        string where = view.Portal is { } portal ? $" over iSCSI at {portal}{secret}" : "";
        text.WriteLine($"virtual:{view.Library} is served{where}; Ctrl-C or SIGTERM takes it back");
    }

    private static string[] Row(ServedLibraryView view, ServedUnitView unit)
    {
        string content = unit.Kind == "changer" ? "" : unit.Cartridge is { } cartridge ? "with " + cartridge : "empty";
        string place = unit.ElementAddress is { } address ? $"element {address}" : "";
        string product = $"{unit.Vendor} {unit.Product}";
        return view.Portal is not null
            ? [unit.Name, unit.Device ?? "", product, "serial " + unit.SerialNumber, place, content]
            : [unit.Name, unit.Device ?? "(no sg)", unit.Tape ?? unit.Changer ?? (unit.Kind == "changer" ? "(no ch)" : "(no st)"), product, "serial " + unit.SerialNumber, place, content];
    }
}
