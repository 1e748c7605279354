using System.CommandLine;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

internal static class DoctorCommand
{
    public static Command Create(CliEnvironment environment) =>
        new Verb("doctor", "Look at nodes, groups, capabilities, kernel and catalog, and say what to mend. Sends nothing to a drive.",
            """
            capstan doctor
            capstan doctor --output-format json
            """).Does(environment, (run, _) =>
        {
            DoctorReport report = run.Operations.Doctor(run.Context);
            run.Report(report, report.Status, CliJson.Default.DoctorReport, Write);
        });

    private static void Write(DoctorReport report, TextWriter text)
    {
        foreach (Finding finding in report.Findings)
        {
            text.WriteLine($"{finding.Level.ToUpperInvariant(),-5} {finding.Topic,-10}  {ConsoleListener.Describe("", finding.Text)}");
            if (finding.Fix is not null)
                text.WriteLine($"{"",-5} {"",-10}  fix: {finding.Fix}");
        }

        text.WriteLine($"{HumanText.Count(report.Findings.Count, "finding")}: {HumanText.Count(report.Bad, "is bad", "are bad")}, {HumanText.Count(report.Warnings, "warning")}");
    }
}
