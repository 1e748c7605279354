using System.CommandLine;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

internal static class BackupCommand
{
    /// <summary>Longer than any barcode, and short enough for a line.</summary>
    private const int MaxLabelLength = 100;

    public static Command Create(CliEnvironment environment)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Files and directories to save; directories with everything below them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var exclude = new Option<string[]>("--exclude")
        {
            Description = "Leave out what matches this pattern: a name ('*.o') or a path. May be given several times.",
            HelpName = "GLOB",
        };
        var oneFileSystem = new Option<bool>("--one-file-system") { Description = "Do not descend into other file systems." };
        var label = new Option<string?>("--label")
        {
            Description = "Label for a blank tape. Without it the tape is named after its barcode.",
            HelpName = "TEXT",
        };
        Option<bool> protect = CommonArguments.Protect();
        Option<bool> encrypted = CommonArguments.Encrypted();
        return new Verb("backup", "Write files and directories to tape.",
            """
            capstan backup /home
            capstan backup src docs --exclude '*.o' --exclude .git
            capstan backup /etc --device /dev/sg3 --label ETC001
            """)
        {
            paths, exclude, oneFileSystem, label, protect, encrypted,
        }.Does(environment, (run, parse) =>
        {
            if (parse.GetValue(label) is { } text && (string.IsNullOrWhiteSpace(text) || text.Length > MaxLabelLength || text.Any(char.IsControl)))
                throw new OperationException(ExitStatus.Usage, $"--label: give 1 to {MaxLabelLength} characters, none of them a control character.");
            var request = new BackupRequest(run.Device, parse.GetRequiredValue(paths), parse.GetValue(exclude) ?? [],
                parse.GetValue(oneFileSystem), parse.GetValue(label), parse.GetValue(protect), parse.GetValue(encrypted));
            run.Stopping = "stopping; closing the tape file";
            BackupReport report = run.Watch(() => run.Operations.Backup(run.Context, request, run.Cancellation));
            run.Report(report, report.Status, CliJson.Default.BackupReport, (report, text) =>
            {
                run.Problems(report.Problems, report.Backup.Problems);
                WriteText(report, text);
            });
        });
    }

    private static void WriteText(BackupReport report, TextWriter text)
    {
        BackupSummary backup = report.Backup;
        text.WriteLine($"backup {backup.Id} {backup.State}: {HumanText.Entries(backup.Files, backup.Directories, backup.Others)}, "
            + $"{HumanText.Size(backup.ContentBytes)} in {HumanText.Duration(report.Seconds)} ({HumanText.Rate(report.BytesPerSecond)})");
        if (report.Reason is { } reason)
            text.WriteLine($"reason: {reason}");
        if (backup.Problems > 0)
            text.WriteLine($"{HumanText.Count(backup.Problems, "problem")}: `capstan show {backup.Id}` lists what was not saved as it should be");
        string left = report.RemainingTapeBytes >= 0 ? $", {HumanText.Size(report.RemainingTapeBytes)} left" : "";
        string protection = report.Protection is { } name ? $", every block with a {name} that the drive compared" : "";
        string encryption = !backup.Encrypted ? "" : backup.Key is { } key ? $", encrypted with the key '{key}'" : ", encrypted";
        text.WriteLine($"on tape {report.Tape}{left}{protection}{encryption}");
    }
}
