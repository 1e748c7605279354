using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Pages;

namespace Capstan.Cli.Commands;

internal static class DriveCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var barcode = new Argument<string?>("BARCODE")
        {
            Description = "Cartridge to put into a virtual drive first. Without it: what sits in the drive.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var drive = new Verb("drive", "Look at a drive and move its tape.",
            """
            capstan drive status
            capstan drive rewind --device /dev/sg3
            """)
        {
            new Verb("status", "Tell what a drive is and what is in it. Moves no tape.",
                """
                capstan drive status
                capstan drive status --device virtual:main --output-format json
                """).Does(environment, (run, _) => run.Report(
                    run.Operations.DriveStatus(run.Context, run.Device), ExitStatus.Success, CliJson.Default.DriveStatusReport, WriteStatus)),
            Movement(environment, "position", "Tell where the tape stands.", (run, _) => run.Operations.DrivePosition(run.Context, run.Device)),
            Movement(environment, "eject", "Unload the tape.", (run, _) => run.Operations.DriveEject(run.Context, run.Device)),
            Load(environment, barcode),
            DriveRawCommand.Write(environment),
            DriveRawCommand.Read(environment),
            DriveProbeCommand.Create(environment),
            DriveEncryptionCommand.Create(environment),
            DriveEraseCommand.Erase(environment),
            DriveEraseCommand.Format(environment),
            DriveCapacityCommand.Create(environment),
            DriveAlertsCommand.Create(environment),
            DriveStatisticsCommand.Create(environment),
            DriveLogCommand.Create(environment),
            DriveInquiryCommand.Create(environment),
            DriveCdbCommand.Create(environment),
            DriveMemoryCommand.Create(environment),
            DriveModesCommand.Modes(environment),
            DriveModesCommand.Density(environment),
            DriveOptionsCommand.Create(environment),
        };
        foreach (Verb verb in DriveMoveCommand.Create(environment))
            drive.Add(verb);
        foreach (Verb verb in DriveReserveCommand.Create(environment))
            drive.Add(verb);
        foreach (Verb verb in DrivePlacesCommand.Create(environment))
            drive.Add(verb);
        foreach (Verb verb in DriveDiagnosticCommand.Create(environment))
            drive.Add(verb);
        return drive;
    }

    private static Verb Movement(CliEnvironment environment, string name, string description, Func<VerbRun, ParseResult, DriveActionReport> act) =>
        new Verb(name, description, $"capstan drive {name}").Does(environment, (run, parse) =>
        {
            DriveActionReport report = run.Watch(() => act(run, parse));
            run.Report(report, ExitStatus.Success, CliJson.Default.DriveActionReport, WriteAction);
        });

    private static Verb Load(CliEnvironment environment, Argument<string?> barcode)
    {
        Verb load = new Verb("load", "Load the tape, and wait until the drive is ready.",
            """
            capstan drive load
            capstan drive load CAP002L9
            """).Does(environment, (run, parse) =>
        {
            DriveActionReport report = run.Watch(() =>
                run.Operations.DriveLoad(run.Context, run.Device, parse.GetValue(barcode), run.Cancellation));
            run.Report(report, ExitStatus.Success, CliJson.Default.DriveActionReport, WriteAction);
        });
        load.Add(barcode);
        return load;
    }

    private static void WriteAction(DriveActionReport report, TextWriter text)
    {
        string where = report.Position is { } position ? Describe(position)
            : report.ReportsPosition ? "no tape in the drive" : "this drive does not tell where its tape stands";
        text.WriteLine(report.Action == "position" ? where : $"{report.Action}: {where}");
    }

    private static void WriteStatus(DriveStatusReport report, TextWriter text)
    {
        Line(text, "drive", report.Device);
        Line(text, "model", $"{report.Model}: {report.Vendor} {report.Product}, serial {report.Serial}, firmware {report.Firmware}");
        Line(text, "state", (report.Detail.Length > 0 ? $"{report.State} ({report.Detail})" : report.State) + (report.Locked == true ? ", cartridge locked" : ""));
        if (report.Activity is { } activity)
            Line(text, "activity", activity + (report.Progress is { } progress ? string.Create(CultureInfo.InvariantCulture, $", {progress * 100:F0} % done") : ""));
        Line(text, "tape", Tape(report));
        if (report.MediumWarning is { } warning)
            Line(text, "warning", warning);
        if (report.Position is { } position)
            Line(text, "position", Describe(position));
        else if (report is { DensityCode: not null, State: "ready" })
            Line(text, "position", "this drive does not tell");
        if (report.RemainingBytes is { } remaining)
        {
            Line(text, "remaining", report.CapacityBytes is { } capacity
                ? $"{HumanText.Size(remaining)} of {HumanText.Size(capacity)}" : HumanText.Size(remaining));
        }

        if (report.Partitions.Count > 1)
        {
            foreach (PartitionStatistics one in report.Partitions.Where(static one => one is { RemainingBytes: not null, CapacityBytes: not null }))
                Line(text, "", string.Create(CultureInfo.InvariantCulture, $"partition {one.Partition}: {HumanText.Size(one.RemainingBytes!.Value)} of {HumanText.Size(one.CapacityBytes!.Value)}"));
        }

        if (report.Usage is { } usage && Usage(usage) is { Length: > 0 } used)
            Line(text, "usage", used);
        string blocks = report is { MinimumBlockLength: { } minimum, MaximumBlockLength: { } maximum }
            ? $"{HumanText.BlockLength(minimum)} to {HumanText.BlockLength(maximum)}, " : "";
        Line(text, "blocks", $"{blocks}at most {HumanText.BlockLength(report.MaximumTransferBytes)} a transfer");
        if (Options(report) is { Length: > 0 } options)
            Line(text, "options", options);
        if (report.Encryption is { } encryption)
            Line(text, "encryption", encryption);
        if (report.Cleaning is { } cleaning and not "no")
            Line(text, "cleaning", cleaning);
        foreach (Operations.Status.StatusAlert alert in report.Alerts ?? [])
            Line(text, "alert", string.Create(CultureInfo.InvariantCulture, $"{alert.Flag} {alert.Name} ({alert.Severity})"));
        foreach (string missing in report.Missing)
            Line(text, "missing", missing);
    }

    private static string Options(DriveStatusReport report)
    {
        var words = new List<string>();
        if (report.Compression is { } compression)
            words.Add(compression ? "compression on" : "compression off");
        if (report.BlockLength is { } length)
            words.Add(length == 0 ? "variable blocks" : $"blocks of {HumanText.BlockLength(length)}");
        if (report.Buffering is { } buffering)
            words.Add(buffering ? "buffering on" : "buffering off");
        return string.Join(", ", words);
    }

    private static string Usage(Operations.Status.TapeUsage usage)
    {
        var words = new List<string>();
        Add(usage.Loads, static count => $"{count} {(count == 1 ? "load" : "loads")}");
        Add(usage.BeginningPasses, static count => $"{count} {(count == 1 ? "pass" : "passes")} over the beginning");
        Add(usage.MiddlePasses, static count => $"{count} over the middle");
        if (usage.Wear is { } wear)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"wear {wear * 100:0.#} %"));
        // Drives count megabytes.
        Add(usage.WrittenBytes, static bytes => $"{(bytes == 0 ? "0 MB" : HumanText.Size(bytes))} written");
        Add(usage.ReadBytes, static bytes => $"{(bytes == 0 ? "0 MB" : HumanText.Size(bytes))} read");
        if (usage.UnrecoveredWriteErrors is > 0 and { } writes)
            Add(writes, static count => $"{count} unrecovered write errors");
        if (usage.UnrecoveredReadErrors is > 0 and { } reads)
            Add(reads, static count => $"{count} unrecovered read errors");
        return string.Join(", ", words);

        void Add(long? value, Func<long, FormattableString> describe)
        {
            if (value is { } known)
                words.Add(describe(known).ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string Tape(DriveStatusReport report)
    {
        var words = new List<string>();
        if (report.Barcode is { } barcode)
            words.Add(barcode);
        if (report.Density is { } density)
            words.Add(density + (report.DensityCode is { } code ? string.Create(CultureInfo.InvariantCulture, $" (density 0x{code:x2})") : ""));
        if (report.WriteProtected is { } isProtected)
            words.Add(isProtected ? "write-protected" : "writable");
        if (report.Worm == true)
            words.Add("WORM");
        if (report.TapeSerial is { } serial)
            words.Add("serial " + serial);
        return words.Count == 0 ? "-" : string.Join(", ", words);
    }

    internal static string Describe(PositionReport position)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"object {position.ObjectId}");
        if (position.FileNumber is { } file)
            text += string.Create(CultureInfo.InvariantCulture, $", file {file}");
        text += string.Create(CultureInfo.InvariantCulture, $", partition {position.Partition}");
        if (position.BeginningOfPartition)
            text += ", beginning of partition";
        if (position.EndOfPartition)
            text += ", end of partition";
        return text;
    }

    private static void Line(TextWriter text, string name, string value) => text.WriteLine($"{name,-10} {value}");
}
