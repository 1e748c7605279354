using Capstan.Operations;

namespace Capstan.Cli.Tests.Progress;

public class ProgressTests
{
    private const long MB = 1_000_000;

    [Fact]
    public void The_rate_is_that_of_the_last_seconds()
    {
        var clock = new ManualClock();
        var meter = new RateMeter(clock);
        meter.Add(0);
        meter.BytesPerSecond.ShouldBeNull();
        for (int second = 1; second <= 30; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            meter.Add(Math.Min(second, 10) * 100 * MB);
        }

        // It stood still for the last twenty.
        meter.BytesPerSecond.ShouldBe(0);
        meter.Remaining(1000 * MB, 2000 * MB).ShouldBeNull();
    }

    [Fact]
    public void The_time_left_follows_from_it()
    {
        var clock = new ManualClock();
        var meter = new RateMeter(clock);
        meter.Add(0);
        clock.Advance(TimeSpan.FromSeconds(2));
        meter.Add(200 * MB);
        meter.BytesPerSecond.ShouldBe(100 * MB);
        meter.Remaining(200 * MB, 1200 * MB).ShouldBe(TimeSpan.FromSeconds(10));
        meter.Remaining(200 * MB, null).ShouldBeNull();
        meter.Remaining(1300 * MB, 1200 * MB).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_line_has_phase_amount_rate_and_time_left()
    {
        var clock = new ManualClock();
        var counters = new ProgressCounters { WantsTotals = true };
        var state = new ProgressState(counters, clock) { Phase = "writing the archive" };
        state.Sample();
        clock.Advance(TimeSpan.FromSeconds(2));
        counters.SetBytes(200 * MB);
        counters.AddFile();
        state.Sample();
        state.Line().ShouldBe("writing the archive: 200.0 MB, 1 entry, 100.0 MB/s");
        counters.SetTotals(1000 * MB, 50);
        state.Line().ShouldBe("writing the archive: 200.0 MB of 1.0 GB (20%), 1 entry, 100.0 MB/s, 0:08 left");
        clock.Advance(TimeSpan.FromSeconds(2));
        state.FinalLine().ShouldBe("ended: 200.0 MB, 1 entry in 4.00 s, 50.0 MB/s");
    }

    [Fact]
    public void What_moves_no_data_counts_none()
    {
        var clock = new ManualClock();
        var counters = new ProgressCounters();
        var state = new ProgressState(counters, clock) { Phase = "measuring the tape, 13%" };
        state.Sample();
        clock.Advance(TimeSpan.FromSeconds(5));
        state.Sample();
        state.Line().ShouldBe("measuring the tape, 13%");
        // A raw tape file: bytes, and nothing that has a name.
        counters.SetBytes(200 * MB);
        clock.Advance(TimeSpan.FromSeconds(5));
        state.FinalLine().ShouldBe("ended: 200.0 MB in 10.0 s, 20.0 MB/s");
    }

    [Fact]
    public void Piped_there_are_plain_lines_and_a_last_one()
    {
        var cli = new TestCli { ProgressInterval = TimeSpan.FromMilliseconds(1) };
        cli.Operations.OnBackup = (context, _) => Work(cli, context, "writing the archive: 5.0 MB");
        cli.Run("backup", "docs").ShouldBe(ExitStatus.Success);
        string[] lines = cli.Error.TrimEnd('\n').Split('\n');
        lines.ShouldContain(line => line.StartsWith("writing the archive: 5.0 MB, 1 entry"));
        lines[^1].ShouldStartWith("ended: 5.0 MB, 1 entry in ");
        cli.Error.ShouldNotContain("\u001b");
        cli.Operations.Request.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("--quiet")]
    [InlineData("--output-format=json")]
    public void There_are_none_for_programs_and_for_the_quiet(string option)
    {
        var cli = new TestCli { ProgressInterval = TimeSpan.FromMilliseconds(1) };
        cli.Operations.OnBackup = (context, _) => Work(cli, context, null);
        cli.Run("backup", "docs", option).ShouldBe(ExitStatus.Success);
        cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public void A_terminal_has_a_bar_that_goes_away_and_notes_that_stay()
    {
        var cli = new TestCli { ErrorIsTerminal = true };
        bool wantsTotals = false;
        cli.Operations.OnBackup = (context, _) =>
        {
            wantsTotals = context.Progress.WantsTotals;
            context.Progress.SetTotals(10 * MB, 2);
            BackupReport report = Work(cli, context, "5.0 MB of 10.0 MB");
            context.Listener.Problem("docs/[red]secret", "permission denied");
            return report;
        };
        cli.Run("backup", "docs").ShouldBe(ExitStatus.Success, cli.Error);
        wantsTotals.ShouldBeTrue();
        cli.Error.ShouldContain("writing the archive");
        cli.Error.ShouldContain("50%");
        cli.Error.ShouldContain("capstan: docs/[red]secret: permission denied");
        // The cursor is shown again at the end: ECMA-48 private mode 25.
        cli.Error.LastIndexOf("\u001b[?25h", StringComparison.Ordinal).ShouldBeGreaterThan(cli.Error.LastIndexOf("\u001b[?25l", StringComparison.Ordinal));
        cli.Output.ShouldStartWith("backup 1a2b3c4d complete");
    }

    [Fact]
    public void Nobody_counts_for_a_pipe()
    {
        var cli = new TestCli();
        bool wantsTotals = true;
        cli.Operations.OnBackup = (context, _) =>
        {
            wantsTotals = context.Progress.WantsTotals;
            return Canned.Backup();
        };
        cli.Run("backup", "docs");
        wantsTotals.ShouldBeFalse();
    }

    /// <summary>Five megabytes, and no end before they were shown.</summary>
    private static BackupReport Work(TestCli cli, OperationContext context, string? shown)
    {
        context.Listener.Phase("writing the archive");
        context.Progress.SetBytes(5 * MB);
        context.Progress.AddFile();
        if (shown is not null)
            SpinWait.SpinUntil(() => cli.Error.Contains(shown, StringComparison.Ordinal), TimeSpan.FromSeconds(20)).ShouldBeTrue(cli.Error);
        return Canned.Backup();
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
