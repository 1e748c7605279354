using System.CommandLine;
using Capstan.Operations;
using Capstan.Operations.Erasing;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive erase` and `capstan drive format`.</summary>
internal static class DriveEraseCommand
{
    private const string Leaving = "leaving; what the drive has begun it goes on with by itself";

    public static Verb Erase(CliEnvironment environment)
    {
        var isLong = new Option<bool>("--long") { Description = "Overwrite the whole tape, which takes hours. The drive does it by itself; Ctrl-C ends the watching only." };
        var noWait = new Option<bool>("--no-wait") { Description = "With --long: return when it has begun." };
        var consent = new ConsentOptions();
        return consent.AddTo(new Verb("erase", "Erase the tape, all partitions of it. Without --long an end of data is recorded at the beginning, which takes seconds.",
            """
            capstan drive erase
            capstan drive erase --long
            capstan drive erase --yes --expect-barcode CAP001L9
            """)
        {
            isLong, noWait,
        }).Does(environment, (run, parse) =>
        {
            run.Stopping = Leaving;
            var request = new EraseRequest(run.Device, parse.GetValue(isLong), !parse.GetValue(noWait), consent.Of(run, parse));
            Report(run, run.Watch(() => run.Operations.DriveErase(run.Context, request, run.Cancellation)));
        });
    }

    public static Verb Format(CliEnvironment environment)
    {
        var partitions = new Option<int?>("--partitions") { Description = "How many, 1 to 4 (LTO-5 and LTO-6: 2). Without it: one.", HelpName = "N" };
        var sizes = new Option<string?>("--sizes")
        {
            Description = "One size a partition, one of them 'rest': rest,500G. Without it the drive makes partitions of one size.",
            HelpName = "SIZE[,SIZE]",
        };
        var fast = new Option<bool>("--fast") { Description = "The quickest way, which is what happens anyway; on LTO-9 never one that has the drive measure the tape anew." };
        var full = new Option<bool>("--full") { Description = "As from the factory. An LTO-9 drive measures the tape anew then, for up to 2 hours." };
        var noWait = new Option<bool>("--no-wait") { Description = "Return when it has begun." };
        var consent = new ConsentOptions();
        return consent.AddTo(new Verb("format", "Format the tape: one partition, or several.",
            """
            capstan drive format
            capstan drive format --partitions 2 --sizes rest,500G
            capstan drive format --full --expect-label monday
            """)
        {
            partitions, sizes, fast, full, noWait,
        }).Does(environment, (run, parse) =>
        {
            if (parse.GetValue(fast) && parse.GetValue(full))
                throw new OperationException(ExitStatus.Usage, "--fast and --full exclude each other.");
            int? count = parse.GetValue(partitions);
            if (count is < 1 or > 4)
                throw new OperationException(ExitStatus.Usage, $"--partitions {count}: a tape has 1 to 4 partitions.");
            run.Stopping = Leaving;
            var request = new FormatRequest(run.Device, count, Sizes(parse.GetValue(sizes)), parse.GetValue(full), !parse.GetValue(noWait), consent.Of(run, parse));
            Report(run, run.Watch(() => run.Operations.DriveFormat(run.Context, request, run.Cancellation)));
        });
    }

    /// <exception cref="OperationException">Not sizes.</exception>
    internal static IReadOnlyList<long?> Sizes(string? text)
    {
        if (text is null)
            return [];
        string[] words = text.Split(',', StringSplitOptions.TrimEntries);
        if (words.Length > 4)
            throw new OperationException(ExitStatus.Usage, $"--sizes {text}: a tape has 1 to 4 partitions.");
        long?[] sizes = new long?[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i].Equals("rest", StringComparison.OrdinalIgnoreCase))
                continue;
            if (!HumanText.TryParseSize(words[i], out long bytes) || bytes == 0)
                throw new OperationException(ExitStatus.Usage, $"--sizes {text}: give sizes such as 500G or 1.5TB, and 'rest' for what is left.");
            sizes[i] = bytes;
        }

        return sizes.Count(static size => size is null) <= 1 ? sizes
            : throw new OperationException(ExitStatus.Usage, $"--sizes {text}: only one partition can have the rest.");
    }

    internal static void Report(VerbRun run, ErasureReport report) =>
        run.Report(report, report.Status, CliJson.Default.ErasureReport, static (report, text) =>
        {
            text.WriteLine(report.State == "running"
                ? $"{report.Action}: begun on {report.Tape}; the drive goes on by itself, `capstan drive status` shows how far it is"
                : $"{report.Action}: {report.Tape}: {report.How}, {HumanText.Duration(report.Seconds)}");
            if (report.Partitions.Count > 1)
            {
                foreach (PartitionReport partition in report.Partitions)
                    text.WriteLine($"  partition {partition.Number}: {(partition.CapacityBytes is { } size ? HumanText.Size(size) : "size unknown")}");
            }

            if (report.Forgotten.Count > 0)
                text.WriteLine($"  not listed any more: {string.Join(", ", report.Forgotten)}");
        });
}
