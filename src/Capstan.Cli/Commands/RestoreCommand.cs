using System.CommandLine;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

internal static class RestoreCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var id = CommonArguments.BackupId();
        var target = new Option<string>("--to")
        {
            Description = "Directory to restore into; made when it is missing.",
            HelpName = "DIR",
            Required = true,
        };
        var paths = new Argument<string[]>("PATH")
        {
            Description = "What to restore, as `capstan show` prints it; directories with everything below them. Without it: everything.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace files that exist." };
        Option<bool> protect = CommonArguments.Protect();
        return new Verb("restore", "Bring files back from tape.",
            """
            capstan restore latest --to /tmp/back
            capstan restore 1a2b3c4d --to / home/anna/thesis --overwrite
            """)
        {
            id, paths, target, overwrite, protect,
        }.Does(environment, (run, parse) =>
        {
            var request = new RestoreRequest(run.Device, parse.GetRequiredValue(id), parse.GetRequiredValue(target),
                parse.GetValue(paths) ?? [], parse.GetValue(overwrite), parse.GetValue(protect));
            RestoreReport report = run.Watch(() => run.Operations.Restore(run.Context, request, run.Cancellation));
            run.Report(report, report.Status, CliJson.Default.RestoreReport, (report, text) =>
            {
                run.Problems(report.Problems, report.ProblemCount);
                WriteText(report, text);
            });
        });
    }

    private static void WriteText(RestoreReport report, TextWriter text)
    {
        text.WriteLine($"restored {report.Id} to {report.Target}: {HumanText.Entries(report.Files, report.Directories, report.Others)}, "
            + $"{HumanText.Size(report.Bytes)} in {HumanText.Duration(report.Seconds)} ({HumanText.Rate(report.BytesPerSecond)})");
        if (report.ProblemCount > 0)
            text.WriteLine($"{HumanText.Count(report.ProblemCount, "problem")}: what is named above was not restored as it should be");
        if (report.Status == ExitStatus.Interrupted)
            text.WriteLine("interrupted: what was restored so far is complete, the rest is missing");
    }
}
