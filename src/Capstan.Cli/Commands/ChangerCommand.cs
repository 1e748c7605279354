using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Configuration;
using Capstan.Operations.Changer;

namespace Capstan.Cli.Commands;

/// <summary>`capstan changer ...`.</summary>
internal static class ChangerCommand
{
    /// <summary>The changer of every verb below.</summary>
    public static Option<string?> Changer { get; } = new(ChangerName.Option)
    {
        Description = "The changer: its name in the configuration, /dev/sgN, iscsi://HOST[:PORT]/TARGET/LUN, or virtual:NAME/changer (or NAME alone) for that of a virtual library. Without it the environment variables "
            + "CAPSTAN_CHANGER and CHANGER are asked, in this order; without them it is virtual:main/changer.",
        HelpName = "CHANGER",
        Recursive = true,
        CompletionSources = { static context => CommandLine.NamesOf(context.ParseResult, ConfiguredKind.Changer) },
    };

    public static Command Create(CliEnvironment environment)
    {
        var changer = new Verb("changer", "Look at a tape library and move its cartridges.",
            """
            capstan changer status
            capstan changer load CAP001L9 --changer /dev/sg4
            """)
        {
            Changer,
            Scan(environment),
            Status(environment),
            Inventory(environment),
            Inquiry(environment),
            EjectBeforeUnload(environment),
        };
        foreach (Verb verb in ChangerMoveCommand.Create(environment))
            changer.Add(verb);
        return changer;
    }

    private static Verb Scan(CliEnvironment environment)
    {
        var portal = new Option<string?>("--portal")
        {
            Description = "Ask this iSCSI portal for its targets instead; port 3260 unless another is given. An IPv6 address stands in brackets.",
            HelpName = "HOST[:PORT]",
        };
        return new Verb("scan", "List changers: those of this machine and of virtual libraries, or those behind an iSCSI portal.",
            """
            capstan changer scan
            capstan changer scan --portal nas.example.com
            """)
        {
            portal,
        }.Does(environment, (run, parse) => ScanCommand.Run(run, parse.GetValue(portal), "changer"));
    }

    private static Verb Status(CliEnvironment environment) =>
        new Verb("status", "Show what is where in a library. Moves nothing.",
            """
            capstan changer status
            capstan changer status --changer virtual:test/changer --output-format json
            """).Does(environment, (run, parse) => Show(run, run.Watch(() => run.Operations.ChangerStatus(run.Context, parse.GetValue(Changer), run.Cancellation))));

    private static Verb Inventory(CliEnvironment environment)
    {
        var slots = new Option<string?>("--slots")
        {
            Description = "Only these, by number: 5, or 5-20. A changer that takes no range looks into all, and says so.",
            HelpName = "N[-M]",
        };
        var fast = new Option<bool>("--fast") { Description = "Only whether there are cartridges, without reading labels, where the changer can do that." };
        return new Verb("inventory", "Have a library look into its elements and read the labels. In a large one this takes half an hour.",
            """
            capstan changer inventory
            capstan changer inventory --slots 5-20
            """)
        {
            slots, fast,
        }.Does(environment, (run, parse) =>
        {
            (int? first, int? last) = RangeOf(parse.GetValue(slots));
            Show(run, run.Watch(() => run.Operations.ChangerInventory(run.Context, parse.GetValue(Changer), first, last, parse.GetValue(fast), run.Cancellation)));
        });
    }

    private static Verb Inquiry(CliEnvironment environment) =>
        new Verb("inquiry", "Tell what a changer is and what it can do. Moves nothing.", "capstan changer inquiry --changer /dev/sg4")
            .Does(environment, (run, parse) => run.Report(
                run.Operations.ChangerInquiry(run.Context, parse.GetValue(Changer), run.Cancellation), ExitStatus.Success,
                CliJson.Default.ChangerInquiryReport, WriteInquiry));

    private static Verb EjectBeforeUnload(CliEnvironment environment)
    {
        var mode = new Argument<string?>("MODE")
        {
            Description = "auto: when the robot does not get the tape; always: each time; never: not at all. Without it: tells what is set.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        mode.AcceptOnlyFromAmong("auto", "always", "never");
        return new Verb("eject-before-unload", "Tell or set whether a drive unloads its tape before the robot of this changer takes it.",
            """
            capstan changer eject-before-unload
            capstan changer eject-before-unload always --changer /dev/sg4
            """)
        {
            mode,
        }.Does(environment, (run, parse) => run.Report(
            run.Operations.ChangerEjectBeforeUnload(run.Context, parse.GetValue(Changer), ModeOf(parse.GetValue(mode)), run.Cancellation),
            ExitStatus.Success, CliJson.Default.EjectBeforeUnloadReport, static (report, text) => text.WriteLine($"{report.Mode}: {report.Meaning}")));
    }

    private static EjectMode? ModeOf(string? word) => word switch
    {
        "auto" => EjectMode.Auto,
        "always" => EjectMode.Always,
        "never" => EjectMode.Never,
        _ => null,
    };

    private static (int? First, int? Last) RangeOf(string? text)
    {
        if (text is null)
            return (null, null);
        string[] parts = text.Split('-');
        return parts.Length <= 2 && Number(parts[0]) is { } first && Number(parts[^1]) is { } last && last >= first
            ? (first, last)
            : throw new OperationException(ExitStatus.Usage, $"--slots {text}: give a slot's number, or two with '-' between them: 5-20.");
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static void Show(VerbRun run, ChangerStatusReport report)
    {
        // The table and the document say what is wrong in their own places.
        run.Report(report, ExitStatus.Success, CliJson.Default.ChangerStatusReport, (_, text) =>
        {
            if (run.Output.IsTerminal)
                LibraryPicture.Draw(report, text, run.Output.WidthColumns);
            else
                LibraryPicture.Tabulate(report, run.Output);
        });
        if (run.Json is null)
        {
            foreach (string note in report.Notes)
                run.Listener.Note(note);
        }
    }

    private static void WriteInquiry(ChangerInquiryReport report, TextWriter text)
    {
        Line(text, "changer", report.Device);
        Line(text, "model", $"{report.Vendor} {report.Product}, serial {(report.Serial.Length > 0 ? report.Serial : "-")}, firmware {report.Firmware}");
        foreach (ElementRangeView range in report.Elements)
        {
            Line(text, range.Kind + "s", string.Create(CultureInfo.InvariantCulture,
                $"{range.Count}{(range.Count > 0 ? $", element addresses {range.FirstAddress} to {range.FirstAddress + range.Count - 1} (0x{range.FirstAddress:x4})" : "")}"));
        }

        if (report.Elements.Count == 0)
            Line(text, "elements", "the changer does not tell their addresses");
        if (report.Moves is { } moves)
            Lines(text, "moves", moves.Count == 0 ? ["-"] : moves);
        if (report.HasExchange is { } exchange)
            Line(text, "exchange", exchange ? "yes" : "no");
        if (report.HasLabelReader is { } reader)
            Line(text, "labels", reader ? "are read" : "are not read");
        if (report.Commands.Count > 0)
            Lines(text, "commands", report.Commands);
    }

    /// <summary>A list that would be longer than a terminal is wide goes on below itself.</summary>
    private static void Lines(TextWriter text, string name, IReadOnlyList<string> words)
    {
        const int Width = 80 - 11;
        string line = "";
        foreach (string word in words)
        {
            if (line.Length > 0 && line.Length + word.Length + 3 > Width)
            {
                Line(text, name, line + ",");
                (name, line) = ("", "");
            }

            line += (line.Length > 0 ? ", " : "") + word;
        }

        Line(text, name, line);
    }

    private static void Line(TextWriter text, string name, string value) => text.WriteLine($"{name,-10} {value}");
}
