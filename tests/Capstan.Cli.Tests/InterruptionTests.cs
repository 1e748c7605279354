using System.Diagnostics;
using Capstan.Operations;

namespace Capstan.Cli.Tests;

/// <summary>A signal reaches every verb that runs in this process, so only one may while these tests do.</summary>
[CollectionDefinition("signals", DisableParallelization = true)]
public class Signals;

[Collection("signals")]
public class InterruptionTests
{
    [Fact]
    public void The_first_signal_asks_the_operation_to_end()
    {
        var cli = new TestCli();
        cli.Operations.OnBackup = (_, cancellation) =>
        {
            // SIGINT would reach the test runner's own handler too.
            // The shell's own kill: a small machine has no other.
            Process.Start("sh", ["-c", $"kill -TERM {Environment.ProcessId}"]).WaitForExit();
            cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)).ShouldBeTrue();
            return Canned.Backup() with { Backup = Canned.Summary("incomplete"), Reason = "Stopped.", Status = ExitStatus.Interrupted };
        };
        cli.Run("backup", "docs").ShouldBe(ExitStatus.Interrupted);
        cli.Error.ShouldContain("capstan: stopping; closing the tape file\n");
        cli.Output.ShouldContain("reason: Stopped.\n");
    }

    [Fact]
    public void What_only_reads_has_no_tape_file_to_close()
    {
        var cli = new TestCli();
        cli.Operations.OnRestore = context =>
        {
            Process.Start("sh", ["-c", $"kill -TERM {Environment.ProcessId}"]).WaitForExit();
            SpinWait.SpinUntil(() => cli.Error.Contains("stopping", StringComparison.Ordinal), TimeSpan.FromSeconds(30)).ShouldBeTrue();
            return Canned.Restore();
        };
        cli.Run("restore", "latest", "--to", "/tmp/back").ShouldBe(ExitStatus.Success);
        cli.Error.ShouldContain("capstan: stopping\n");
    }
}
