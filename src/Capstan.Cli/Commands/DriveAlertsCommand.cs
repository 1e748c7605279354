using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Pages;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive alerts`.</summary>
internal static class DriveAlertsCommand
{
    public static Verb Create(CliEnvironment environment)
    {
        var all = new Option<bool>("--all") { Description = "All 64 flags, set or not." };
        var clear = new Option<bool>("--clear") { Description = "Forget the flags that were seen before. What is set in the drive stays, and is seen again." };
        Option<string?> input = DriveLogCommand.InputOption();
        return new Verb("alerts", "Tell what the drive complains about (TapeAlert), and what to do. What was seen once is kept until --clear.",
            """
            capstan drive alerts
            capstan drive alerts --all --device /dev/sg3
            capstan drive alerts --in page.hex
            """)
        {
            all, clear, input,
        }.Does(environment, (run, parse) =>
        {
            AlertsReport report;
            if (parse.GetValue(input) is { } file)
            {
                if (parse.GetValue(clear))
                    throw PageText.Usage("--clear is about a drive, and --in about a file.");
                report = AlertsOperation.Decode(file, SavedResponse.Read(file).Data, parse.GetValue(all));
            }
            else
            {
                var request = new AlertsRequest(run.Device, parse.GetValue(all), parse.GetValue(clear));
                report = run.Watch(() => run.Operations.DriveAlerts(run.Context, request));
            }

            run.Report(report, ExitStatus.Success, CliJson.Default.AlertsReport, (shown, text) => Write(run, shown, text));
        });
    }

    private static void Write(VerbRun run, AlertsReport report, TextWriter text)
    {
        if (report.Cleared > 0)
            text.WriteLine($"forgot {HumanText.Count(report.Cleared, "flag")}");
        if (report.Alerts.Count == 0)
            text.WriteLine("no alerts");
        foreach (AlertReport alert in report.Alerts)
        {
            string state = alert.Active ? "set" : alert.FirstSeen is null ? "not set" : "was set";
            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{alert.Flag,2}  {alert.Severity,-11}  {state,-7}  {alert.Name}"));
            if (!alert.Active && alert.FirstSeen is null)
                continue;
            text.WriteLine($"    {alert.Meaning}");
            text.WriteLine($"    {alert.Advice}");
            if (alert is { FirstSeen: { } first, LastSeen: { } last })
            {
                string tape = alert.Tape is { } barcode ? $", with {barcode}" : "";
                text.WriteLine(first == last
                    ? $"    seen {HumanText.Moment(last, run.Time)}{tape}"
                    : $"    first seen {HumanText.Moment(first, run.Time)}, last {HumanText.Moment(last, run.Time)}{tape}");
            }
        }
    }
}
