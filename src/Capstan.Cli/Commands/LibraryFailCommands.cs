using System.CommandLine;
using System.Globalization;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

/// <summary><c>capstan library fail</c> and <c>repair</c>: what goes wrong with real libraries, on purpose.</summary>
internal static class LibraryFailCommands
{
    private static readonly string[] Kinds =
        ["inventory", "door", "mail-open", "robot", "robot-in-move", "stuck", "exception", "magazine", "no-label", "prevented", "dirty"];

    public static Verb Fail(CliEnvironment environment)
    {
        Argument<string> name = CommonArguments.Library();
        var kind = new Argument<string>("FAILURE")
        {
            CompletionSources = { Kinds },
            Description = "inventory, door, mail-open, robot, robot-in-move; of a place: stuck, exception, magazine, no-label, prevented; of a drive: dirty.",
        };
        var slot = new Option<string?>("--slot") { Description = "The slot that it is about, as `capstan library show` counts them.", HelpName = "N" };
        var drive = new Option<string?>("--drive") { Description = "The drive that it is about, from 0.", HelpName = "N" };
        var count = new Option<string?>("--count") { Description = "So many seconds (inventory), slots (magazine) or moves (robot-in-move); 1 without it.", HelpName = "N" };
        var sense = new Option<string?>("--sense") { Description = "What an exception is told with, in hex: 3B/11.", HelpName = "ASC/ASCQ" };
        return new Verb("fail", "Make something go wrong in a virtual library, as in real ones; for tests of software.",
            """
            capstan library fail big inventory --count 60
            capstan library fail big stuck --drive 0
            capstan library fail big magazine --slot 1 --count 10
            capstan library fail big exception --slot 3 --sense 83/02
            capstan library fail big robot-in-move
            """)
        {
            name, kind, slot, drive, count, sense,
        }.Does(environment, (run, parse) => Report(run, run.Libraries.Fail(Checked(parse.GetRequiredValue(name)), new FailRequest(
            parse.GetRequiredValue(kind), Number("--slot", parse.GetValue(slot)), Number("--drive", parse.GetValue(drive)), Number("--count", parse.GetValue(count)) ?? 1,
            parse.GetValue(sense)))));
    }

    public static Verb Repair(CliEnvironment environment)
    {
        Argument<string> name = CommonArguments.Library();
        var kind = new Argument<string?>("FAILURE") { CompletionSources = { Kinds }, Description = "What to repair; everything without it, and a cartridge in the robot's hand goes back.", Arity = ArgumentArity.ZeroOrOne };
        return new Verb("repair", "Put right what `capstan library fail` made go wrong.",
            """
            capstan library repair big
            capstan library repair big door
            """)
        {
            name, kind,
        }.Does(environment, (run, parse) => Report(run, run.Libraries.Repair(Checked(parse.GetRequiredValue(name)), parse.GetValue(kind))));
    }

    private static void Report(VerbRun run, LibraryFailuresView view) => run.Report(view, ExitStatus.Success, CliJson.Default.LibraryFailuresView, static (view, text) =>
        text.WriteLine(view.Failures.Count == 0 ? $"virtual:{view.Library}: nothing is wrong" : $"virtual:{view.Library}: {string.Join(", ", view.Failures)}"));

    private static int? Number(string option, string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw Usage($"{option} {text}: give a number.");

    private static string Checked(string name) => DriveName.IsLibraryName(name) ? name
        : throw Usage($"'{name}' is no name of a library: `capstan library list` shows those that exist.");

    private static OperationException Usage(string message) => new(ExitStatus.Usage, message);
}
