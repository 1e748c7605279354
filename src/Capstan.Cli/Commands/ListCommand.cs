using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

internal static class ListCommand
{
    private static readonly TextColumn[] Columns =
    [
        new("ID"), new("STARTED"), new("STATE"), new("FILES", RightAligned: true), new("SIZE", RightAligned: true),
        new("PROBLEMS", RightAligned: true), new("TAPES"), new("SOURCES"),
    ];

    public static Command Create(CliEnvironment environment) =>
        new Verb("list", "List the backups, oldest first.",
            """
            capstan list
            capstan list --output-format json
            """).Does(environment, (run, _) =>
        {
            IReadOnlyList<BackupSummary> backups = run.Operations.List(run.Context);
            if (run.Json is { } json)
            {
                json.Array("backups");
                foreach (BackupSummary backup in backups)
                    JsonSerializer.Serialize(json.Element("backups"), backup, CliJson.Default.BackupSummary);
                return;
            }

            if (backups.Count == 0)
                run.Listener.Note("there is no backup yet; make one with `capstan backup PATH`");
            else
                TextTable.Write(run.Output, Columns, backups.Select(backup => Row(backup, run.Time)));
        });

    private static string[] Row(BackupSummary backup, TimeProvider time) =>
    [
        backup.Id,
        HumanText.Moment(backup.Started, time),
        backup.State,
        backup.Files.ToString("N0", CultureInfo.InvariantCulture),
        HumanText.Size(backup.ContentBytes),
        backup.Problems.ToString("N0", CultureInfo.InvariantCulture),
        backup.Tapes.Count == 0 ? "-" : string.Join(",", backup.Tapes),
        string.Join(" ", backup.Sources),
    ];
}
