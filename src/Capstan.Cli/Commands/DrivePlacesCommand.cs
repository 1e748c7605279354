using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Places;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive access-order|wraps|verify|append-only`.</summary>
internal static class DrivePlacesCommand
{
    private static readonly TextColumn[] WrapColumns = [new("WRAP", RightAligned: true), new("PARTITION", RightAligned: true), new("LAST OBJECT", RightAligned: true)];

    public static IEnumerable<Verb> Create(CliEnvironment environment) => [AccessOrder(environment), Wraps(environment), Verify(environment), AppendOnly(environment)];

    private static Verb AccessOrder(CliEnvironment environment)
    {
        var objects = new Argument<string[]>("OBJECT")
        {
            Description = "Logical objects of the partition in which the tape stands: 5000, or from one to another: 5000-5999.",
            Arity = ArgumentArity.OneOrMore,
        };
        return new Verb("access-order", "Ask the drive in which order parts of the tape are read fastest from where it stands. Moves no tape.",
            """
            capstan drive access-order 90000 1200 55000-55999
            capstan drive access-order 90000 1200 --output-format json
            """)
        {
            objects,
        }.Does(environment, (run, parse) =>
        {
            ObjectRange[] ranges = [.. parse.GetRequiredValue(objects).Select(RangeOf)];
            if (ranges.Distinct().Count() != ranges.Length)
                throw new OperationException(ExitStatus.Usage, "One of the objects is named twice.");
            AccessOrderReport report = run.Watch(() => run.Operations.DriveAccessOrder(run.Context, new AccessOrderRequest(run.Device, ranges)));
            run.Report(report, ExitStatus.Success, CliJson.Default.AccessOrderReport, static (report, text) =>
            {
                foreach (ObjectRange one in report.Order)
                    text.WriteLine(one.First == one.Last ? $"{one.First}" : $"{one.First}-{one.Last}");
            });
        });
    }

    /// <exception cref="OperationException">No objects.</exception>
    private static ObjectRange RangeOf(string text)
    {
        string[] ends = text.Split('-');
        bool isRange = ends.Length is 1 or 2
            && long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            && long.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out long last) && first <= last;
        return isRange
            ? new ObjectRange(long.Parse(ends[0], CultureInfo.InvariantCulture), long.Parse(ends[^1], CultureInfo.InvariantCulture))
            : throw new OperationException(ExitStatus.Usage, $"{text}: give an object's number, or the first and the last one: 5000-5999.");
    }

    private static Verb Wraps(CliEnvironment environment) =>
        new Verb("wraps", "Tell where the tape turns: the last object of each passage over it that holds data. Moves no tape.",
            """
            capstan drive wraps
            capstan drive wraps --output-format json
            """).Does(environment, (run, _) =>
            {
                WrapsReport report = run.Watch(() => run.Operations.DriveWraps(run.Context, run.Device));
                run.Report(report, ExitStatus.Success, CliJson.Default.WrapsReport, (report, text) =>
                {
                    if (report.Wraps.Count == 0)
                        text.WriteLine("the tape is blank: no wrap holds data");
                    else
                        TextTable.Write(run.Output, WrapColumns, report.Wraps.Select(static wrap => new[] { Text(wrap.Wrap), Text(wrap.Partition), Text(wrap.LastObject) }));
                });
            });

    private static Verb Verify(CliEnvironment environment)
    {
        var files = new Option<int>("--files") { Description = "How many, from where the tape stands; each ends with a filemark.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var all = new Option<bool>("--all") { Description = "To the end of data." };
        return new Verb("verify", "Have the drive read files for itself: nothing is transferred, and what cannot be read is told. `capstan verify` also compares hashes.",
            """
            capstan drive verify --all
            capstan drive verify --files 3 --device /dev/sg3
            """)
        {
            files, all,
        }.Does(environment, (run, parse) =>
        {
            int count = parse.GetValue(files);
            if (count < 1)
                throw new OperationException(ExitStatus.Usage, $"--files {count}: give 1 or more.");
            if (parse.GetValue(all) && parse.GetResult(files) is { Implicit: false })
                throw new OperationException(ExitStatus.Usage, "--files and --all exclude each other.");
            DriveVerifyReport report = run.Watch(() => run.Operations.DriveVerify(
                run.Context, new DriveVerifyRequest(run.Device, parse.GetValue(all) ? null : count), run.Cancellation));
            run.Report(report, report.Status, CliJson.Default.DriveVerifyReport, static (report, text) =>
                text.WriteLine($"verified: {report.Files} {(report.Files == 1 ? "file" : "files")}{(report.EndedBy == "filemark" ? "" : ", to the end of data")}, {HumanText.Duration(report.Seconds)}"
                    + (report.To is { } to ? $"; now at {DriveCommand.Describe(to)}" : "")));
            if (report.Reason is { } reason)
                run.Listener.Problem("", reason);
        });
    }

    private static Verb AppendOnly(CliEnvironment environment)
    {
        var format = new Option<bool>("--format") { Description = "The next format, not the next write where the tape stands." };
        Verb Leaf(string name, string description, Func<VerbRun, ParseResult, AppendOnlyReport> act) =>
            new Verb(name, description, $"capstan drive append-only {name}").Does(environment, (run, parse) => run.Report(
                run.Watch(() => act(run, parse)), ExitStatus.Success, CliJson.Default.AppendOnlyReport, WriteAppendOnly));
        Verb allow = Leaf("allow", "Permit one overwriting: the next write where the tape stands.", (run, parse) =>
            run.Operations.DriveAllowOverwrite(run.Context, run.Device, parse.GetValue(format)));
        allow.Add(format);
        return new Verb("append-only", "A drive that overwrites nothing unless that was permitted, until it is told otherwise.",
            """
            capstan drive append-only on
            capstan drive append-only status
            """)
        {
            Leaf("status", "Tell whether the drive appends only.", (run, _) => run.Operations.DriveAppendOnly(run.Context, run.Device, null)),
            Leaf("on", "Let the drive append only. Rewinds a loaded tape.", (run, _) => run.Operations.DriveAppendOnly(run.Context, run.Device, true)),
            Leaf("off", "Let the drive overwrite again. With no tape loaded.", (run, _) => run.Operations.DriveAppendOnly(run.Context, run.Device, false)),
            allow,
        };
    }

    private static void WriteAppendOnly(AppendOnlyReport report, TextWriter text)
    {
        text.WriteLine(report.AppendOnly ? "append-only: on, nothing on a tape is overwritten" : "append-only: off");
        if (report.Allowed == "format")
            text.WriteLine("allowed, once: to format the tape");
        else if (report.Allowed is not null)
            text.WriteLine(report.Position is { } here ? $"allowed, once: to write at {DriveCommand.Describe(here)}" : "allowed, once: to write where the tape stands");
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
