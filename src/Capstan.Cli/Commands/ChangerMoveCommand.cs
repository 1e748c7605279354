using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Changer;

namespace Capstan.Cli.Commands;

/// <summary>`capstan changer load|unload|transfer|exchange|import|export|clean`.</summary>
internal static class ChangerMoveCommand
{
    private const string DrivePrefix = "drive";
    private const string Places = "A slot's number, mail1 for the first mail slot, drive0 for the first drive, or the label of the cartridge in it.";

    public static IEnumerable<Verb> Create(CliEnvironment environment) =>
        [Load(environment), Unload(environment), Transfer(environment), Exchange(environment), Import(environment), Export(environment), Clean(environment)];

    private static Verb Load(CliEnvironment environment)
    {
        var what = new Argument<string>("CARTRIDGE") { Description = "Its label, or the number of its slot." };
        Argument<string?> drive = Drive("Number of the drive, from 0; 0 without it.");
        return new Verb("load", "Bring a cartridge into a drive, wherever it is; what is in the way goes back to its slot first.",
            """
            capstan changer load CAP001L9
            capstan changer load 12 1 --changer /dev/sg4
            """)
        {
            what, drive,
        }.Does(environment, (run, parse) => Run(run, parse, ChangerVerb.Load, [parse.GetValue(what)!], null, NumberOf(parse.GetValue(drive) ?? "0")));
    }

    private static Verb Unload(CliEnvironment environment)
    {
        var words = new Argument<string[]>("[SLOT] [DRIVE]")
        {
            Description = "Where the cartridge goes, and out of which drive, as mtx has them; drive0 or drive1 alone names the drive, and - is the cartridge's own slot. "
                + "Without them: drive 0, to where the cartridge came from, or to a free slot where that is taken.",
            Arity = new ArgumentArity(0, 2),
        };
        return new Verb("unload", "Take the cartridge out of a drive, back to its slot. The drive unloads it first when the changer wants that.",
            """
            capstan changer unload
            capstan changer unload drive1
            capstan changer unload 12 1
            """)
        {
            words,
        }.Does(environment, (run, parse) =>
        {
            string[] given = parse.GetValue(words) ?? [];
            bool isDriveAlone = given is [var one] && one.StartsWith(DrivePrefix, StringComparison.OrdinalIgnoreCase);
            string? slot = given.Length == 0 || isDriveAlone || given[0] == "-" ? null : given[0];
            string drive = isDriveAlone ? given[0] : given.Length > 1 ? given[1] : "0";
            Run(run, parse, ChangerVerb.Unload, [], slot, NumberOf(drive));
        });
    }

    private static Verb Transfer(CliEnvironment environment)
    {
        var from = new Argument<string>("FROM") { Description = Places };
        var to = new Argument<string>("TO") { Description = "An empty place, by its number or name." };
        return new Verb("transfer", "Move a cartridge from one place to another, and nothing else.",
            """
            capstan changer transfer 3 17
            capstan changer transfer CAP001L9 mail1
            """)
        {
            from, to,
        }.Does(environment, (run, parse) => Run(run, parse, ChangerVerb.Transfer, [parse.GetValue(from)!, parse.GetValue(to)!]));
    }

    private static Verb Exchange(CliEnvironment environment)
    {
        var first = new Argument<string>("FIRST") { Description = Places };
        var second = new Argument<string>("SECOND") { Description = "Where the first one goes; likewise." };
        var third = new Argument<string?>("THIRD") { Description = "Where the second one goes; where the first one was, without it.", Arity = ArgumentArity.ZeroOrOne };
        return new Verb("exchange", "Let two cartridges change places. A changer that cannot does it in three moves, by way of a free slot.",
            """
            capstan changer exchange 3 drive0
            capstan changer exchange CAP001L9 CAP002L9
            """)
        {
            first, second, third,
        }.Does(environment, (run, parse) => Run(run, parse, ChangerVerb.Exchange,
            [parse.GetValue(first)!, parse.GetValue(second)!, .. parse.GetValue(third) is { } last ? (string[])[last] : []]));
    }

    private static Verb Import(CliEnvironment environment)
    {
        var what = new Argument<string[]>("CARTRIDGE") { Description = "A mail slot (mail1, or its number), or a label; every cartridge in a mail slot without it.", Arity = ArgumentArity.ZeroOrMore };
        Option<string?> to = To("The slot for a single cartridge; free ones without it.", "SLOT");
        return new Verb("import", "Bring cartridges from the mail slots into slots.",
            """
            capstan changer import
            capstan changer import CAP009L9 --to 5
            """)
        {
            what, to,
        }.Does(environment, (run, parse) => Run(run, parse, ChangerVerb.Import, parse.GetValue(what) ?? [], parse.GetValue(to)));
    }

    private static Verb Export(CliEnvironment environment)
    {
        var what = new Argument<string[]>("CARTRIDGE") { Description = Places, Arity = ArgumentArity.OneOrMore };
        Option<string?> to = To("The mail slot for a single cartridge; free ones without it.", "MAILSLOT");
        return new Verb("export", "Bring cartridges to the mail slots, where a person can take them out.",
            """
            capstan changer export CAP001L9 CAP002L9
            capstan changer export 3 --to mail2
            """)
        {
            what, to,
        }.Does(environment, (run, parse) => Run(run, parse, ChangerVerb.Export, parse.GetValue(what) ?? [], parse.GetValue(to)));
    }

    private static Verb Clean(CliEnvironment environment)
    {
        Argument<string?> drive = Drive("Number of the drive, from 0; 0 without it.");
        var with = new Option<string?>("--with") { Description = "Label or slot of the cleaning cartridge; the first one that is found without it.", HelpName = "CARTRIDGE" };
        return new Verb("clean", "Clean a drive: put a cleaning cartridge in, wait until the drive gives it out, and bring it back.",
            """
            capstan changer clean
            capstan changer clean 1 --with CLN001L1
            """)
        {
            drive, with,
        }.Does(environment, (run, parse) => Run(run, parse, ChangerVerb.Clean,
            parse.GetValue(with) is { } cleaner ? [cleaner] : [], null, NumberOf(parse.GetValue(drive) ?? "0")));
    }

    private static Argument<string?> Drive(string description) => new("DRIVE") { Description = description, Arity = ArgumentArity.ZeroOrOne };

    private static Option<string?> To(string description, string helpName) => new("--to") { Description = description, HelpName = helpName };

    private static int NumberOf(string drive) =>
        int.TryParse(drive.StartsWith(DrivePrefix, StringComparison.OrdinalIgnoreCase) ? drive.AsSpan(DrivePrefix.Length) : drive,
            NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new OperationException(ExitStatus.Usage, $"'{drive}' is no drive of a library: drives are numbered from 0, as `capstan changer status` shows them.");

    private static void Run(VerbRun run, ParseResult parse, ChangerVerb verb, IReadOnlyList<string> what, string? to = null, int drive = 0)
    {
        // --drive is another name of --device: who means a number must not get another drive than that.
        if (run.Device is { } device && int.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            throw new OperationException(ExitStatus.Usage,
                $"--device and --drive name a device, and '{device}' is a number: a drive of the library is named behind the command, such as `capstan changer unload drive{number}` or `capstan changer load CARTRIDGE {number}`.");
        }

        run.Stopping = "stopping when the robot has done what it is doing";
        ChangerMoveReport report = run.Watch(() => run.Operations.ChangerMove(
            run.Context, new ChangerMoveRequest(parse.GetValue(ChangerCommand.Changer), verb, what, to, drive, run.Device), run.Cancellation));
        run.Report(report, ExitStatus.Success, CliJson.Default.ChangerMoveReport, Write);
    }

    private static void Write(ChangerMoveReport report, TextWriter text)
    {
        foreach (CartridgeMove move in report.Moves)
            text.WriteLine($"{move.Barcode ?? "cartridge without a label"}: {move.From.Name} -> {move.To.Name}");
        if (report.Remark is { } remark)
            text.WriteLine(remark);
    }
}
