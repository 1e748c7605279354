using System.Text.Json;
using Capstan.Cli.Commands;

namespace Capstan.Cli.Tests.Mtx;

/// <summary>Where ours departs from mtx on purpose (docs/from-mtx.md), and what is around it.</summary>
public sealed class MtxTests : IDisposable
{
    /// <summary>Two drives, slots 1 to 5 of which 1, 2 and 4 are full, mail slots 6 and 7.</summary>
    private const string State = """
        {"transport":[1,1],"storage":[4096,5],"mail":[16,2],"drives":[256,2],"tags":true,"elements":[
        {"address":4096,"full":true,"tag":"41313131"},{"address":4097,"full":true,"tag":"42323232"},{"address":4099,"full":true,"tag":"44343434"}]}
        """;

    private readonly ChangerOnTheWire _changer = new(JsonDocument.Parse(State).RootElement, null);

    public void Dispose() => _changer.Dispose();

    [Fact]
    public void A_command_sees_what_the_one_before_it_did()
    {
        (int status, string output, _) = Run("load", "4", "1", "transfer", "1", "7", "nobarcode", "status");
        status.ShouldBe(0);
        output.ShouldBe("""
            Loading media from Storage Element 4 into drive 1...done
              Storage Changer /dev/fake:2 Drives, 7 Slots ( 2 Import/Export )
            Data Transfer Element 0:Empty
            Data Transfer Element 1:Full (Storage Element 4 Loaded)
                  Storage Element 1:Empty
                  Storage Element 2:Full 
                  Storage Element 3:Empty
                  Storage Element 4:Empty
                  Storage Element 5:Empty
                  Storage Element 6 IMPORT/EXPORT:Empty
                  Storage Element 7 IMPORT/EXPORT:Full 

            """);
    }

    [Theory]
    [InlineData("first 9", "illegal <drive-number> argument '9' to 'first' command")]
    [InlineData("next 2", "illegal <drive-number> argument '2' to 'next' command")]
    [InlineData("unload 0 1", "illegal <storage-element-number> argument '0' to 'unload' command")]
    [InlineData("exchange 1 2 99", "Invalid destination")]
    [InlineData("exchange 1 2 0", "Invalid destination")]
    [InlineData("position 99", "position needs the number of a slot")]
    [InlineData("position", "position needs the number of a slot")]
    [InlineData("invert load 1", "an LTO cartridge has one side")]
    [InlineData("invert2 exchange 1 2", "an LTO cartridge has one side")]
    [InlineData("eepos 1 transfer 1 6", "eepos is not sent")]
    [InlineData("erase", "capstan drive erase")]
    public void What_would_go_where_nobody_sent_it_is_refused(string line, string said)
    {
        (int status, string output, string error) = Run(line.Split(' '));
        status.ShouldBe(1);
        output.ShouldBeEmpty();
        error.ShouldContain(said);
        _changer.Moves.ShouldBeEmpty();
    }

    [Fact]
    public void Without_bits_eepos_is_taken()
    {
        Run("eepos", "0", "transfer", "1", "6").Status.ShouldBe(0);
        _changer.Moves.ShouldBe(["10000010"]);
    }

    [Fact]
    public void A_device_that_is_not_there()
    {
        var output = new StringWriter();
        var error = new StringWriter();
        MtxOnTheWire.Run(_changer, output, error, ["mtx", "-f", "/dev/nothing", "status"]).ShouldBe(1);
        output.ToString().ShouldBeEmpty();
        error.ToString().ShouldBe("cannot open SCSI device '/dev/nothing' - /dev/nothing: there is no such device.\n");
    }

    [Fact]
    public void Without_an_option_the_changer_that_was_picked_is_named()
    {
        var output = new StringWriter();
        MtxOnTheWire.Run(_changer, output, new StringWriter(), ["mtx", "status"], "/dev/sg7").ShouldBe(0);
        output.ToString().ShouldStartWith("  Storage Changer /dev/sg7:2 Drives, 7 Slots ( 2 Import/Export )\n");
    }

    [Fact]
    public void A_changer_ejects_nothing_and_the_line_goes_on()
    {
        (int status, string output, string error) = Run("eject", "unload");
        status.ShouldBe(1);
        output.ShouldBeEmpty();
        error.ShouldContain("mtx:eject failed");
        error.ShouldContain("/dev/fake is no drive");
        error.ShouldEndWith("Data Transfer Element 0 is Empty\n");
        Run("eject").Status.ShouldBe(0);
    }

    [Fact]
    public void Eject_is_for_a_drive()
    {
        var cli = new TestCli();
        cli.Run("mtx", "-f", "/dev/sg1", "eject").ShouldBe(Capstan.Operations.ExitStatus.Success);
        cli.Operations.Device.ShouldBe("/dev/sg1");
        cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public void Version_and_usage_are_said_as_mtx_says_them()
    {
        (int status, string output, string error) = Run("--version");
        status.ShouldBe(1);
        output.ShouldBeEmpty();
        error.ShouldStartWith("mtx version 1.3.12 (capstan ");
        error.ShouldContain("Usage:\n\tmtx --version\n");
    }

    [Fact]
    public void Our_own_options_stand_before_the_verb()
    {
        MtxCommand.Translate(["--trace", "file", "mtx", "-f", "/dev/sg4", "status"]).ShouldBe(["--trace", "file", "--quiet", "mtx", "--", "-f", "/dev/sg4", "status"]);
        MtxCommand.Translate(["drive", "status"]).ShouldBe(["drive", "status"]);
        var cli = new TestCli();
        cli.Run("mtx", "--help").ShouldBe(Capstan.Operations.ExitStatus.Success);
        cli.Output.ShouldContain("capstan mtx -f /dev/sg4 status");
    }

    private (int Status, string Output, string Error) Run(params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int status = MtxOnTheWire.Run(_changer, output, error, ["mtx", "-f", "/dev/fake", .. args]);
        return (status, output.ToString(), error.ToString());
    }
}
