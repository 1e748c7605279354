using System.CommandLine;
using Capstan.Operations;
using Capstan.Operations.Probe;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive probe`.</summary>
internal static class DriveProbeCommand
{
    private static readonly TextColumn[] Columns =
        [new("BLOCK", RightAligned: true), new("DIRECT I/O"), new("WRITE", RightAligned: true), new("READ", RightAligned: true), new("RESULT")];

    public static Verb Create(CliEnvironment environment)
    {
        var write = new Option<bool>("--write") { Description = "Also write, from the beginning of the tape: what is on it is lost. Needs --yes. A tape that Capstan labelled is refused." };
        var yes = new Option<bool>("--yes") { Description = "Yes, the tape in the drive may be overwritten." };
        var size = new Option<string>("--size")
        {
            Description = "How much to write and read for each block length.",
            HelpName = "SIZE",
            DefaultValueFactory = _ => "64M",
        };
        return new Verb("probe", "Measure the way to a drive: transfer limits, direct I/O, residuals, speed by block length. Later commands use what was found.",
            """
            capstan drive probe
            capstan drive probe --write --yes --device /dev/sg3
            """)
        {
            write, yes, size,
        }.Does(environment, (run, parse) =>
        {
            bool writes = parse.GetValue(write);
            if (writes && !parse.GetValue(yes))
                throw new OperationException(ExitStatus.Usage, "--write overwrites the tape in the drive from its beginning. Say --yes when that may be. Nothing was written.");
            string text = parse.GetValue(size)!;
            if (!HumanText.TryParseSize(text, out long bytes))
                throw new OperationException(ExitStatus.Usage, $"--size {text}: give a number with an optional unit, such as 64M.");
            ProbeReport report = run.Watch(() => run.Operations.DriveProbe(run.Context, new ProbeRequest(run.Device, writes, bytes), run.Cancellation));
            // No block of any length came back: that is no measurement.
            ExitStatus status = report is { Steps.Count: > 0, LargestTransferBytes: null } ? ExitStatus.Device : ExitStatus.Success;
            run.Report(report, status, CliJson.Default.ProbeReport, (report, text) => Write(run, report, text));
        });
    }

    private static void Write(VerbRun run, ProbeReport report, TextWriter text)
    {
        text.WriteLine($"drive      {report.Device}: {report.Vendor} {report.Product}, serial {report.Serial}");
        text.WriteLine($"adapter    {(report.HostAdapter.Length == 0 ? "unknown" : report.HostAdapter)}");
        text.WriteLine($"blocks     {HumanText.Size(report.MinimumBlockLength)} to {HumanText.Size(report.MaximumBlockLength)}");
        text.WriteLine($"transfer   at most {HumanText.Size(report.MaximumTransferBytes)}"
            + (report.LargestTransferBytes is { } largest ? $", {HumanText.Size(largest)} seen to work" : ""));
        text.WriteLine($"direct I/O {report.DirectIo}");
        text.WriteLine($"residual   {report.Residual}");
        if (report.Steps.Count == 0)
        {
            text.WriteLine("speed      not measured: --write --yes measures it with a scratch tape");
            return;
        }

        TextTable.Write(run.Output, Columns, report.Steps.Select(static step => new[]
        {
            HumanText.Size(step.BlockLength),
            step.DirectIo ? "yes" : "no",
            step.Problem is null ? HumanText.Rate(step.WriteBytesPerSecond) : "-",
            step.Problem is null ? HumanText.Rate(step.ReadBytesPerSecond) : "-",
            step.Problem ?? "ok",
        }));
        if (report.RememberedIn is { } file)
            text.WriteLine($"remembered in {file}");
    }
}
