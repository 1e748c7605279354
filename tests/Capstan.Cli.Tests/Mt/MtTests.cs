using Capstan.Cli.Commands;
using Capstan.Cli.Mt;
using Capstan.Operations;
using Capstan.Operations.Erasing;
using Capstan.Operations.Modes;
using Capstan.Operations.Movement;

namespace Capstan.Cli.Tests.Mt;

/// <summary>mt's command line, output and exit statuses; what mt-st 1.7 does was looked at with that program.</summary>
public class MtTests
{
    [Theory]
    [InlineData("fsf", TapeMove.Fsf, 1)]
    [InlineData("fsf 0", TapeMove.Fsf, 0)]
    [InlineData("bsf 3", TapeMove.Bsf, 3)]
    [InlineData("fsfm 2", TapeMove.Fsfm, 2)]
    [InlineData("bsfm", TapeMove.Bsfm, 1)]
    [InlineData("fsr 0x10", TapeMove.Fsr, 16)]
    [InlineData("bsr 010", TapeMove.Bsr, 8)]
    [InlineData("fsr 2k", TapeMove.Fsr, 2048)]
    [InlineData("seek", TapeMove.Seek, 1)]
    [InlineData("seek 3M", TapeMove.Seek, 3 << 20)]
    [InlineData("asf", TapeMove.Asf, 0)]
    [InlineData("asf 4", TapeMove.Asf, 4)]
    [InlineData("eod", TapeMove.Eod, 1)]
    [InlineData("seod", TapeMove.Eod, 1)]
    [InlineData("rewi", TapeMove.Rewind, 1)]
    [InlineData("rete", TapeMove.Retension, 1)]
    public void A_movement_says_nothing_when_it_is_done(string line, TapeMove move, long count)
    {
        var cli = new TestCli();
        cli.Run(["mt", "-f", "virtual:b", .. line.Split(' ')]).ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe(new MoveRequest("virtual:b", move, count));
        cli.Output.ShouldBeEmpty();
        cli.Error.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("weof", 1)]
    [InlineData("eof 3", 3)]
    [InlineData("weof 0", 0)]
    public void Filemarks(string line, int count)
    {
        var cli = new TestCli();
        cli.Run(["mt", .. line.Split(' ')]).ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe(new WeofRequest(null, count, false));
    }

    [Theory]
    [InlineData("-t virtual:b")]
    [InlineData("-f virtual:a -f virtual:b")]
    public void The_device_of_an_option(string options)
    {
        var cli = new TestCli();
        cli.Run(["mt", .. options.Split(' '), "rewind"]).ShouldBe(ExitStatus.Success);
        cli.Operations.Device.ShouldBe("virtual:b");
    }

    [Fact]
    public void The_device_of_the_environment()
    {
        var cli = new TestCli { Variables = { ["TAPE"] = "virtual:c" } };
        cli.Run("mt", "tell").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe("At block 17.\n");
    }

    [Theory]
    [InlineData("blah", 1, "mt: unknown command \"blah\"\n")]
    [InlineData("re", 1, "mt: ambiguous command \"re\"\n")]
    [InlineData("rewind 5", 1, "mt: too many arguments for the command 'rewind'.\n")]
    [InlineData("fsf 1 2", 1, "mt: too many arguments for the command 'fsf'.\n")]
    [InlineData("fsf -1", 1, "mt: negative repeat count\n")]
    [InlineData("fsf 1Q", 3, "mt: illegal count unit.\n")]
    [InlineData("fsf 99999999999", 3, "mt: repeat count too large.\n")]
    [InlineData("fsf 4G", 3, "mt: repeat count too large.\n")]
    [InlineData("", 1, "usage: mt ")]
    [InlineData("-x", 1, "usage: mt ")]
    [InlineData("-f", 1, "usage: mt ")]
    public void What_mt_refuses(string line, int status, string error)
    {
        var cli = new TestCli();
        ((int)cli.Run(["mt", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).ShouldBe(status);
        cli.Error.ShouldStartWith(error);
        cli.Operations.Device.ShouldBeNull();
    }

    [Theory]
    [InlineData("setblk 0", null, 0, null)]
    [InlineData("setblk 64k", null, 65536, null)]
    [InlineData("compression", true, null, null)]
    [InlineData("compression 0", false, null, null)]
    [InlineData("drvbuffer 0", null, null, false)]
    [InlineData("drvbuffer 1", null, null, true)]
    public void Settings(string line, bool? compression, int? blockLength, bool? buffering)
    {
        var cli = new TestCli();
        cli.Run(["mt", "-f", "virtual:b", .. line.Split(' ')]).ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe(new OptionsRequest("virtual:b", compression, blockLength, buffering));
        cli.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("setpartition 1", 1, 0)]
    [InlineData("setpartition", 1, 0)]
    [InlineData("partseek 1 42", 1, 42)]
    [InlineData("partseek", 0, 0)]
    public void Partitions(string line, int partition, long block)
    {
        var cli = new TestCli();
        cli.Run(["mt", .. line.Split(' ')]).ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe(new MoveRequest(null, TapeMove.Seek, block, partition));
    }

    [Theory]
    [InlineData("erase", true)]
    [InlineData("erase 0", false)]
    public void Erasing(string line, bool isLong)
    {
        var cli = new TestCli();
        cli.Run(["mt", .. line.Split(' ')]).ShouldBe(ExitStatus.Success);
        var request = (EraseRequest)cli.Operations.Request!;
        request.IsLong.ShouldBe(isLong);
        request.Consent.Yes.ShouldBeFalse();
    }

    [Theory]
    [InlineData("mkpartition 0", 1, "")]
    [InlineData("mkpartition 500", 2, "-,500000000")]
    [InlineData("mkpartition -500", 2, "500000000,-")]
    public void Making_partitions(string line, int partitions, string sizes)
    {
        var cli = new TestCli();
        cli.Run(["mt", .. line.Split(' ')]).ShouldBe(ExitStatus.Success);
        var request = (FormatRequest)cli.Operations.Request!;
        request.Partitions.ShouldBe(partitions);
        string.Join(',', request.Sizes.Select(static size => size?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-")).ShouldBe(sizes);
    }

    [Theory]
    [InlineData("setdensity 0x60", 0)]
    [InlineData("setdensity 0x5e", 2)]
    [InlineData("drvbuffer 2", 2)]
    [InlineData("setblk 16M", 2)]
    public void What_a_drive_takes_and_what_not(string line, int status)
    {
        var cli = new TestCli();
        ((int)cli.Run(["mt", .. line.Split(' ')])).ShouldBe(status);
    }

    [Theory]
    [InlineData("fss 1", "setmarks")]
    [InlineData("stsetoptions sili can-bsr", "Linux's tape driver")]
    [InlineData("sttimeout 900", "Linux's tape driver")]
    public void What_a_drive_of_ours_cannot(string line, string why)
    {
        var cli = new TestCli();
        ((int)cli.Run(["mt", .. line.Split(' ')])).ShouldBe(2);
        cli.Error.ShouldContain(why);
    }

    [Fact]
    public void A_movement_that_stops_early_is_status_2()
    {
        var cli = new TestCli();
        cli.Operations.OnMove = request => new MoveReport("virtual:main", "default", "fsf", 9, "end of data", 7, null, true, "virtual:main: fsf stopped at the end of data.", ExitStatus.Failed);
        ((int)cli.Run("mt", "fsf", "9")).ShouldBe(2);
        cli.Error.ShouldBe("mt: virtual:main: fsf stopped at the end of data.\n");
    }

    [Fact]
    public void A_drive_that_is_none_is_status_1_and_one_that_fails_2()
    {
        var cli = new TestCli();
        ((int)cli.Run("mt", "-f", "nst0", "rewind")).ShouldBe(1);
        cli = new TestCli();
        cli.Operations.OnMove = _ => throw new OperationException(ExitStatus.Tape, "virtual:main: there is no tape in the drive.");
        ((int)cli.Run("mt", "rewind")).ShouldBe(1);
        cli.Error.ShouldBe("mt: virtual:main: there is no tape in the drive.\n");
        cli = new TestCli();
        cli.Operations.OnMove = _ => throw new OperationException(ExitStatus.Device, "virtual:main: it is broken.");
        ((int)cli.Run("mt", "rewind")).ShouldBe(2);
    }

    [Fact]
    public void Status_as_mt_prints_it()
    {
        var cli = new TestCli();
        cli.Run("mt", "status").ShouldBe(ExitStatus.Success);
        // mt-st 1.7 on the same drive behind Linux's st, at the beginning of its tape.
        cli.Output.ShouldBe(
            """
            SCSI 2 tape drive:
            File number=0, block number=0, partition=0.
            Tape block size 0 bytes. Density code 0x60 (LTO-9).
            Soft error count since last status=0
            General status bits on (41010000):
             BOT ONLINE IM_REP_EN

            """);
    }

    [Fact]
    public void Status_without_a_tape_and_in_the_middle_of_one()
    {
        var cli = new TestCli();
        cli.Operations.OnMtStatus = () => new MtStatusReport(false, false, null, null, null, false, 512, 0, false, true, false);
        cli.Run("mt", "status").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("File number=-1, block number=-1, partition=0.");
        cli.Output.ShouldContain("Tape block size 512 bytes. Density code 0x0 (default).");
        cli.Output.ShouldContain("General status bits on (50000):\n DR_OPEN IM_REP_EN\n");
        cli = new TestCli();
        cli.Operations.OnMtStatus = () => new MtStatusReport(true, true, 3, null, 1, true, 0, 0x60, true, false, false);
        cli.Run("mt", "status");
        cli.Output.ShouldContain("File number=3, block number=-1, partition=1.");
        cli.Output.ShouldContain("General status bits on (25000000):\n EOT WR_PROT ONLINE\n");
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("-v")]
    public void Version(string option)
    {
        var cli = new TestCli();
        cli.Run("mt", option).ShouldBe(ExitStatus.Success);
        // Bacula's scripts look for "mt-st", which tells them what `mt status` prints.
        cli.Output.ShouldStartWith("mt-st v. 1.7 (capstan ");
    }

    [Fact]
    public void Our_own_options_stand_before_the_verb()
    {
        MtCommand.Translate(["--trace", "file", "mt", "-f", "/dev/sg1", "fsf", "2"]).ShouldBe(
            ["--trace", "file", "--quiet", "--device", "/dev/sg1", "mt", "--", "-f", "/dev/sg1", "fsf", "2"]);
        MtCommand.Translate(["drive", "status"]).ShouldBe(["drive", "status"]);
        var cli = new TestCli();
        cli.Run("mt", "--help").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("capstan mt -f /dev/sg3 status");
    }

    [Theory]
    [InlineData("mt\0fsf\0", "mt")]
    [InlineData("/usr/local/bin/mt\0", "mt")]
    [InlineData("mt", "mt")]
    [InlineData("/usr/sbin/mtx\0status\0", "mtx")]
    [InlineData("mtx", "mtx")]
    [InlineData("capstan\0mt\0", null)]
    [InlineData("capstan\0mtx\0", null)]
    [InlineData("/mt/capstan\0", null)]
    [InlineData("", null)]
    public void The_name_of_the_program(string words, string? verb) =>
        ProgramName.Foreign(System.Text.Encoding.UTF8.GetBytes(words)).ShouldBe(verb);
}
