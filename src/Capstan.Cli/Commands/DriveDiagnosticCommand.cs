using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Diagnostics;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive dump|self-test|timestamp`.</summary>
internal static class DriveDiagnosticCommand
{
    private const string DefaultBuffer = "01";

    public static IEnumerable<Verb> Create(CliEnvironment environment) => [Dump(environment), SelfTest(environment), Timestamp(environment)];

    private static Verb Dump(CliEnvironment environment)
    {
        var target = new Option<string>("--to") { Description = "File to write the dump to; must not exist.", HelpName = "FILE", Required = true };
        var buffer = new Option<string>("--buffer")
        {
            Description = "Which buffer of the drive, in hexadecimal.",
            HelpName = "HEX",
            DefaultValueFactory = _ => DefaultBuffer,
        };
        return new Verb("dump", "Read what the drive keeps for its maker, for a support case. Moves no tape.",
            "capstan drive dump --to drive.dump\ncapstan drive dump --to drive.dump --device /dev/sg3")
        {
            target, buffer,
        }.Does(environment, (run, parse) =>
        {
            string file = parse.GetRequiredValue(target);
            string id = parse.GetValue(buffer)!;
            if (!byte.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte bufferId))
                throw new OperationException(ExitStatus.Usage, $"--buffer {id}: give two hexadecimal digits.");
            if (file == RawFiles.Standard)
                throw new OperationException(ExitStatus.Usage, "--to -: a dump goes into a file. Nothing was read.");
            if (File.Exists(file))
                throw new OperationException(ExitStatus.Usage, $"--to {file}: there is such a file already. Nothing was read.");
            DumpReport report = run.Watch(() => run.Operations.DriveDump(run.Context, new DumpRequest(run.Device, file, bufferId),
                () => new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read), run.Cancellation));
            run.Report(report, ExitStatus.Success, CliJson.Default.DumpReport, static (report, text) =>
                text.WriteLine($"{report.To}: {report.Bytes} bytes of buffer {report.Buffer:X2}h, {HumanText.Duration(report.Seconds)}"));
        });
    }

    private static Verb SelfTest(CliEnvironment environment)
    {
        var buffer = new Option<bool>("--buffer") { Description = "Also write patterns to the drive's buffer and read them back: tests cable and host adapter." };
        var pages = new Option<bool>("--pages") { Description = "Also print the drive's diagnostic pages." };
        return new Verb("self-test", "Have the drive test itself. Takes up to some minutes, moves no data.",
            """
            capstan drive self-test
            capstan drive self-test --buffer --pages --device /dev/sg3
            """)
        {
            buffer, pages,
        }.Does(environment, (run, parse) =>
        {
            SelfTestReport report = run.Watch(() => run.Operations.DriveSelfTest(
                run.Context, new SelfTestRequest(run.Device, parse.GetValue(buffer), parse.GetValue(pages))));
            run.Report(report, ExitStatus.Success, CliJson.Default.SelfTestReport, WriteSelfTest);
        });
    }

    private static void WriteSelfTest(SelfTestReport report, TextWriter text)
    {
        text.WriteLine($"self-test {report.Result}, {HumanText.Duration(report.Seconds)}");
        if (report.Buffer is { } buffer)
        {
            text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"buffer: {buffer.Patterns} patterns of {buffer.PatternBytes} bytes came back from the {buffer.Through} ({buffer.BufferBytes} bytes) as they were"));
        }

        foreach (DiagnosticPageReport page in report.Pages ?? [])
            text.WriteLine($"page {page.Page:X2}h{(page.Name is { } name ? $" ({name})" : "")}: {page.Hex}");
    }

    private static Verb Timestamp(CliEnvironment environment)
    {
        var set = new Option<string?>("--set")
        {
            Description = "Set the drive's clock first: 'now', or a time such as 2026-11-23T08:00:00Z.",
            HelpName = "TIME",
        };
        return new Verb("timestamp", "Tell the drive's clock, which stands in its logs; or set it.",
            "capstan drive timestamp\ncapstan drive timestamp --set now")
        {
            set,
        }.Does(environment, (run, parse) =>
        {
            DateTimeOffset? time = parse.GetValue(set) is { } text ? TimeOf(run, text) : null;
            TimestampReport report = run.Watch(() => run.Operations.DriveTimestamp(run.Context, run.Device, time));
            run.Report(report, ExitStatus.Success, CliJson.Default.TimestampReport, WriteTimestamp);
        });
    }

    private static DateTimeOffset TimeOf(VerbRun run, string text)
    {
        if (text == "now")
            return run.Context.Time.GetUtcNow();
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) && time >= DateTimeOffset.UnixEpoch
            ? time
            : throw new OperationException(ExitStatus.Usage, $"--set {text}: give 'now' or a time from 1970 on, such as 2026-11-23T08:00:00Z.");
    }

    private static void WriteTimestamp(TimestampReport report, TextWriter text)
    {
        if (report is { Time: { } time, SecondsAhead: { } ahead })
        {
            text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC, {Math.Abs(ahead):F1} s {(ahead < 0 ? "behind" : "ahead of")} this computer's clock"));
            return;
        }

        text.WriteLine($"never set: the drive is on for {HumanText.Duration(report.SecondsSincePowerOn ?? 0)}");
    }
}
