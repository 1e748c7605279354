using Capstan.Operations;
using Capstan.Transport;

namespace Capstan.Cli.Tests;

public class ErrorTests
{
    [Theory]
    [InlineData(ExitStatus.Failed)]
    [InlineData(ExitStatus.Tape)]
    [InlineData(ExitStatus.TapeFull)]
    [InlineData(ExitStatus.Device)]
    [InlineData(ExitStatus.Damaged)]
    [InlineData(ExitStatus.Catalog)]
    public void An_understood_failure_keeps_its_status_and_words(ExitStatus status)
    {
        var cli = new TestCli();
        cli.Operations.OnVerify = _ => throw new OperationException(status, "virtual:main: there is no tape in the drive. Insert one.");
        cli.Run("verify", "latest", "--quiet").ShouldBe(status);
        cli.Error.ShouldBe("capstan: virtual:main: there is no tape in the drive. Insert one.\n");
        cli.Output.ShouldBeEmpty();
    }

    [Fact]
    public void Cancellation_is_an_interruption()
    {
        var cli = new TestCli();
        cli.Operations.OnVerify = _ => throw new OperationCanceledException();
        cli.Run("verify", "latest", "--quiet").ShouldBe(ExitStatus.Interrupted);
        cli.Error.ShouldBe("capstan: interrupted\n");
    }

    [Fact]
    public void A_lost_device_is_a_device_failure()
    {
        var cli = new TestCli();
        cli.Operations.OnVerify = _ => throw new ScsiTransportException(TransportFault.Lost, "/dev/sg3 is gone");
        cli.Run("verify", "latest", "--quiet").ShouldBe(ExitStatus.Device);
        cli.Error.ShouldBe("capstan: /dev/sg3 is gone\n");
    }

    [Fact]
    public void A_surprise_is_one_line_and_details_on_request()
    {
        var cli = new TestCli();
        cli.Operations.OnVerify = _ => throw new InvalidOperationException("Sequence contains no elements.\nsecond line");
        cli.Run("verify", "latest", "--quiet").ShouldBe(ExitStatus.Failed);
        cli.Error.ShouldBe("capstan: internal error: Sequence contains no elements (InvalidOperationException). CAPSTAN_DEBUG=1 shows where.\n");

        var debug = new TestCli { Variables = { ["CAPSTAN_DEBUG"] = "1" } };
        debug.Operations.OnVerify = cli.Operations.OnVerify;
        debug.Run("verify", "latest", "--quiet").ShouldBe(ExitStatus.Failed);
        debug.Error.ShouldContain(nameof(A_surprise_is_one_line_and_details_on_request));
    }

    [Fact]
    public void An_error_in_json_keeps_the_notes()
    {
        var cli = new TestCli();
        cli.Operations.OnVerify = _ => throw new OperationException(ExitStatus.Tape, "no tape");
        cli.Run("verify", "latest", "--output-format", "json", "--device", "virtual:a").ShouldBe(ExitStatus.Tape);
        cli.Json.ShouldBe("""{"error":"no tape","notes":["drive virtual:a (from --device)"],"exit_status":4}""" + "\n");
        cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public void A_reader_that_goes_away_is_no_error()
    {
        using var pipe = new BrokenWriter(new BrokenPipeException());
        var cli = new TestCli { OutputWriter = pipe };
        cli.Run("list").ShouldBe(ExitStatus.Success);
        cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public void A_reader_that_goes_away_does_not_hide_what_happened()
    {
        using var pipe = new BrokenWriter(new BrokenPipeException());
        var cli = new TestCli { OutputWriter = pipe };
        cli.Operations.OnBackup = (_, _) => Canned.Backup() with { Status = ExitStatus.Partial };
        cli.Run("backup", "docs", "--quiet").ShouldBe(ExitStatus.Partial);
        cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public void A_reader_that_goes_away_ends_a_listing()
    {
        using var pipe = new BrokenWriter(new BrokenPipeException());
        var cli = new TestCli { OutputWriter = pipe };
        int entries = 0;
        cli.Operations.OnShow = (entry, _) =>
        {
            for (; entries < 10; entries++)
            {
                if (entries == 3)
                    pipe.Flush();
                entry(Canned.Entry("a"));
            }

            return Canned.Summary();
        };
        cli.Run("show", "latest").ShouldBe(ExitStatus.Success);
        entries.ShouldBe(3);
        cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public void The_end_of_a_pipe_is_not_taken_for_a_failure_of_the_operation() =>
        typeof(BrokenPipeException).IsSubclassOf(typeof(IOException)).ShouldBeFalse();

    [Fact]
    public void Output_that_cannot_be_written_is_an_error()
    {
        using var full = new BrokenWriter(new IOException("Cannot write the output: No space left on device."));
        var cli = new TestCli { OutputWriter = full };
        cli.Run("list").ShouldBe(ExitStatus.Failed);
        cli.Error.ShouldContain("No space left on device");
    }

    /// <summary>A torn document is not gone on with: a full disk is one line on standard error, and no defect.</summary>
    [Theory]
    [InlineData("list")]
    [InlineData("backup", "docs")]
    [InlineData("show", "latest")]
    public void A_document_that_cannot_be_written_is_an_error(params string[] verb)
    {
        using var full = new FullStream();
        var cli = new TestCli { JsonStream = full };
        cli.Operations.OnShow = (entry, _) =>
        {
            for (int i = 0; i < 1000; i++)
                entry(Canned.Entry("some/path/of/a/file"));
            return Canned.Summary();
        };
        cli.Run([.. verb, "--output-format", "json"]).ShouldBe(ExitStatus.Failed);
        cli.Error.ShouldBe("capstan: Cannot write the output: No space left on device.\n");
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new OutputException("Cannot write the output: No space left on device.");

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }

    /// <summary>Throws when it is flushed, as a buffered writer on a broken descriptor does.</summary>
    private sealed class BrokenWriter(Exception exception) : StringWriter
    {
        public override void Flush() => throw exception;
    }
}
