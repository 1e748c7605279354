using Capstan.Cli.Commands;
using Capstan.Operations;
using Capstan.Operations.Erasing;

namespace Capstan.Cli.Tests.Commands;

public class DriveEraseCommandTests
{
    [Fact]
    public void What_is_asked_for()
    {
        var cli = new TestCli();
        cli.Run("drive", "erase", "--long", "--no-wait", "--yes", "--expect-barcode", "CAP001L9", "--expect-label", "monday").ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe(new EraseRequest(null, true, false, new Consent(true, "CAP001L9", "monday", null)));
        cli.Run("drive", "format", "--partitions", "2", "--sizes", "rest,500GB", "--full", "--device", "/dev/sg3").ShouldBe(ExitStatus.Success);
        var format = cli.Operations.Request.ShouldBeOfType<FormatRequest>();
        format.Sizes.ShouldBe([null, 500_000_000_000]);
        (format with { Sizes = [] }).ShouldBe(new FormatRequest("/dev/sg3", 2, [], true, true, new Consent(false, null, null, null)));
    }

    /// <summary>`--expect-barcode "$TAPE"` in a script where TAPE is not set.</summary>
    [Theory]
    [InlineData("--expect-barcode")]
    [InlineData("--expect-label")]
    public void An_empty_name_expects_no_tape(string option)
    {
        var cli = new TestCli();
        cli.Run("drive", "erase", "--yes", option, "").ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldContain($"{option} is empty");
        cli.Operations.Request.ShouldBeNull();
    }

    [Fact]
    public void Golden_text()
    {
        var cli = new TestCli();
        cli.Run("drive", "erase", "--yes");
        cli.Output.ShouldBe("""
            erase: tape monday (12345678), barcode CAP001L9: end of data recorded at the beginning, 1.50 s
              partition 0: 17.5 TB
              partition 1: 500.0 GB
              not listed any more: 1a2b3c4d

            """);
    }

    [Fact]
    public void Golden_text_of_one_that_goes_on()
    {
        var cli = new TestCli();
        cli.Operations.OnErasure = () => Canned.Erasure("erase", "running");
        cli.Run("drive", "erase", "--yes", "--long").ShouldBe(ExitStatus.Interrupted);
        cli.Output.ShouldStartWith("erase: begun on tape monday (12345678), barcode CAP001L9; the drive goes on by itself, `capstan drive status` shows how far it is\n");
    }

    [Fact]
    public void Golden_json()
    {
        var cli = new TestCli();
        cli.Run("drive", "format", "--yes", "--output-format", "json").ShouldBe(ExitStatus.Success);
        cli.Json.ShouldContain("""
            "action":"erase","tape":"tape monday (12345678), barcode CAP001L9","label":"monday","barcode":"CAP001L9","how":"end of data recorded at the beginning","state":"done","seconds":1.5,"partitions":[{"number":0,"capacity_bytes":17500000000000,"used_bytes":0,"remaining_bytes":17500000000000},
            """);
        cli.Json.TrimEnd().ShouldEndWith("\"exit_status\":0}");
    }

    [Theory]
    [InlineData("--fast --full", "exclude each other")]
    [InlineData("--partitions 5", "1 to 4 partitions")]
    [InlineData("--sizes rest,rest", "only one partition")]
    [InlineData("--sizes big", "give sizes such as")]
    [InlineData("--sizes 1G,1G,1G,1G,1G", "1 to 4 partitions")]
    public void Wrong_command_lines(string options, string text)
    {
        var cli = new TestCli();
        cli.Run(["drive", "format", .. options.Split(' ')]).ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldContain(text);
        cli.Operations.Request.ShouldBeNull();
    }

    [Fact]
    public void A_person_is_asked_while_the_bar_rests()
    {
        string? asked = null;
        var cli = new TestCli { ErrorIsTerminal = true, Ask = (question, _) => (asked = question) is not null };
        cli.Operations.OnErase = request => request.Consent.Ask.ShouldNotBeNull()("Erase it?").ShouldBeTrue();
        cli.Run("drive", "erase").ShouldBe(ExitStatus.Success);
        asked.ShouldBe("Erase it?");
    }

    [Fact]
    public void Sizes_of_one_partition() => DriveEraseCommand.Sizes("500G").ShouldBe([500L << 30]);
}
