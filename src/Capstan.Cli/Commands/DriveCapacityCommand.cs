using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Erasing;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive capacity`.</summary>
internal static class DriveCapacityCommand
{
    public static Verb Create(CliEnvironment environment)
    {
        var proportion = new Option<string?>("--proportion")
        {
            Description = "Use only so much of the tape, 1% to 100% (all of it again). Everything on it is lost.",
            HelpName = "PERCENT",
        };
        var consent = new ConsentOptions();
        return consent.AddTo(new Verb("capacity", "Tell how much the tape holds; or shorten it, for faster searching.",
            """
            capstan drive capacity
            capstan drive capacity --proportion 25% --expect-barcode CAP001L9
            capstan drive capacity --proportion 100% --yes
            """)
        {
            proportion,
        }).Does(environment, (run, parse) =>
        {
            if (parse.GetValue(proportion) is { } text)
            {
                var request = new SetCapacityRequest(run.Device, PercentOf(text), consent.Of(run, parse));
                DriveEraseCommand.Report(run, run.Watch(() => run.Operations.DriveSetCapacity(run.Context, request, run.Cancellation)));
                return;
            }

            CapacityReport report = run.Watch(() => run.Operations.DriveCapacity(run.Context, run.Device));
            run.Report(report, ExitStatus.Success, CliJson.Default.CapacityReport, static (report, text) =>
                text.WriteLine($"{HumanText.Size(report.CapacityBytes)}, {HumanText.Size(report.RemainingBytes)} left"));
        });
    }

    /// <exception cref="OperationException">No such part.</exception>
    private static double PercentOf(string text) =>
        double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent is >= 1 and <= 100
            ? percent
            : throw new OperationException(ExitStatus.Usage, $"--proportion {text}: give a part of the tape from 1% to 100%.");
}
