using System.CommandLine;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

internal static class CatalogCommand
{
    public static Command Create(CliEnvironment environment) =>
        new Verb("catalog", "Work on the catalog, which knows what is on which tape.", "capstan catalog rebuild")
        {
            Rebuild(environment),
        };

    private static Verb Rebuild(CliEnvironment environment) =>
        new Verb("rebuild", "Make the catalog's knowledge of the tape in the drive anew, from the tape alone.",
            """
            capstan catalog rebuild
            capstan catalog rebuild --device /dev/sg3
            """).Does(environment, (run, _) =>
        {
            RebuildReport report = run.Watch(() => run.Operations.Rebuild(run.Context, run.Device, run.Cancellation));
            run.Report(report, report.Status, CliJson.Default.RebuildReport, static (report, text) => WriteText(report, text));
        });

    private static void WriteText(RebuildReport report, TextWriter text)
    {
        text.WriteLine($"tape {report.Tape}: {HumanText.Count(report.Backups.Count, "backup")} found");
        foreach (BackupSummary backup in report.Backups)
        {
            text.WriteLine($"  {backup.Id} {backup.State}: {HumanText.Entries(backup.Files, backup.Directories, backup.Others)}, "
                + $"{HumanText.Size(backup.ContentBytes)}");
        }

        foreach (string note in report.Notes)
            text.WriteLine(note);
    }
}
