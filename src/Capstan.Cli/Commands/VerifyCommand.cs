using System.CommandLine;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

internal static class VerifyCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var id = CommonArguments.BackupId();
        Option<bool> protect = CommonArguments.Protect();
        return new Verb("verify", "Read a backup from tape and compare it with the recorded hashes.",
            """
            capstan verify latest
            capstan verify 1a2b3c4d --output-format json
            """)
        {
            id, protect,
        }.Does(environment, (run, parse) =>
        {
            var request = new VerifyRequest(run.Device, parse.GetRequiredValue(id), parse.GetValue(protect));
            VerifyReport report = run.Watch(() => run.Operations.Verify(run.Context, request, run.Cancellation));
            run.Report(report, report.Status, CliJson.Default.VerifyReport, (report, text) =>
            {
                run.Problems(report.DamagedFiles, report.DamagedFileCount);
                WriteText(report, text);
            });
        });
    }

    private static void WriteText(VerifyReport report, TextWriter text)
    {
        bool damaged = report.DamagedFileCount > 0 || report.DamagedBlocks.Count > 0;
        string verdict = report.Status == ExitStatus.Success && !damaged ? "intact"
            : damaged ? "DAMAGED"
            : report.Status == ExitStatus.Interrupted ? "not read to the end"
            : "incomplete";
        text.WriteLine($"backup {report.Id} on tape {report.Tape} is {verdict}: {HumanText.Count(report.Files, "file")}, "
            + $"{HumanText.Size(report.Bytes)} read in {HumanText.Duration(report.Seconds)} ({HumanText.Rate(report.BytesPerSecond)})");
        if (report.DamagedFileCount > 0)
            text.WriteLine($"{HumanText.Count(report.DamagedFileCount, "file")} damaged");
        if (report.DamagedBlocks.Count > 0)
            text.WriteLine($"unreadable blocks (logical object identifiers): {string.Join(", ", report.DamagedBlocks)}");
    }
}
