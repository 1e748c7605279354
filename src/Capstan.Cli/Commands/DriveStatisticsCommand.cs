using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Pages;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive statistics`.</summary>
internal static class DriveStatisticsCommand
{
    private static readonly TextColumn[] Columns =
    [
        new("PARTITION", RightAligned: true), new("CAPACITY", RightAligned: true), new("USED", RightAligned: true), new("LEFT", RightAligned: true),
        new("FIRST ENCRYPTED OBJECT"),
    ];

    public static Verb Create(CliEnvironment environment)
    {
        Option<string?> input = DriveLogCommand.InputOption();
        return new Verb("statistics", "Tell what the tape has been through: loads, data, errors, wear, capacity of each partition (log page 17h).",
            """
            capstan drive statistics
            capstan drive statistics --in page.hex --output-format json
            """)
        {
            input,
        }.Does(environment, (run, parse) =>
        {
            StatisticsReport report = parse.GetValue(input) is { } file
                ? StatisticsOperation.Decode(file, SavedResponse.Read(file).Data)
                : run.Watch(() => run.Operations.DriveStatistics(run.Context, run.Device));
            run.Report(report, report.Valid || report.File is not null ? ExitStatus.Success : ExitStatus.Tape, CliJson.Default.StatisticsReport,
                (shown, text) => Write(run, shown, text));
        });
    }

    private static void Write(VerbRun run, StatisticsReport report, TextWriter text)
    {
        if (!report.Valid)
        {
            text.WriteLine("there is no tape in the drive whose statistics could be told");
            return;
        }

        foreach (PageParameter parameter in report.Parameters)
        {
            // Those of partitions are a table below.
            if (parameter.Fields.Count == 0 || parameter.Fields[0].Partition is null)
                PageText.WriteParameter(parameter, text);
        }

        if (report.Partitions.Count == 0)
            return;
        text.WriteLine();
        TextTable.Write(run.Output, Columns, report.Partitions.Select(static partition => new[]
        {
            partition.Partition.ToString(CultureInfo.InvariantCulture),
            Size(partition.CapacityBytes),
            Size(partition.UsedBytes),
            Size(partition.RemainingBytes),
            partition.FirstEncryptedObject?.ToString(CultureInfo.InvariantCulture) ?? "-",
        }));
    }

    private static string Size(long? bytes) => bytes is { } known ? HumanText.Size(known) : "not known";
}
