using System.Text.Json;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Operations;
using Capstan.Operations.Changer;
using Capstan.Tests;

namespace Capstan.Cli.Tests.Commands;

/// <summary>What is refused, and what is told then.</summary>
public sealed partial class ChangerCommandTests
{
    /// <summary>--drive is a name of --device everywhere; a number behind it must not unload another drive.</summary>
    [Fact]
    public void A_number_is_no_device()
    {
        Create();
        Run("load", "CAP001L9", "1");
        Run("unload", "--drive", "1", status: ExitStatus.Usage).ShouldContain("`capstan changer unload drive1`");
        Run("unload", "drive1").ShouldContain("CAP001L9: drive 1 -> slot 1");
    }

    /// <summary>What cannot be seen is not called empty, and where a cartridge is is told with what puts it right.</summary>
    [Fact]
    public void What_is_wrong_with_a_place_is_told_where_it_is_named()
    {
        Create();
        Run("load", "CAP001L9", "1");
        Fail("magazine", "--slot", "1", "--count", "3");
        Run("load", "3", status: ExitStatus.Device).ShouldContain("slot 3 is switched off, or its magazine is missing");
        Run("load", "CAP003L9", status: ExitStatus.Tape).ShouldContain("What is in 3 slots cannot be seen");
        Run("unload", "drive1").ShouldContain("slot 1, where it came from, cannot be used: it went to slot 4");
        Repair();
        Fail("mail-open");
        Run("export", "2", status: ExitStatus.Device).ShouldContain("the mail slot is open");
        Repair();
        Fail("robot-in-move");
        Run("transfer", "2", "1", status: ExitStatus.Device).ShouldContain("CAP002L9 is in the hand. `capstan changer transfer CAP002L9 1 --changer virtual:test/changer` puts it away.");
        Run("load", "3", status: ExitStatus.Device).ShouldContain("the hand holds CAP002L9, and nothing else is moved before that is put away");
        Run("transfer", "CAP002L9", "1").ShouldContain("CAP002L9: the hand -> slot 1");

        void Fail(params string[] words) => new TestCli { RealHome = _home.Path }.Run(["library", "fail", "test", .. words]).ShouldBe(ExitStatus.Success);
        void Repair() => new TestCli { RealHome = _home.Path }.Run("library", "repair", "test").ShouldBe(ExitStatus.Success);
    }

    /// <summary>Without EXCHANGE MEDIUM it takes three moves; the one that a drive may refuse comes first.</summary>
    [Fact]
    public void An_exchange_that_the_drive_refuses_has_moved_nothing()
    {
        Create();
        Run("load", "CAP001L9");
        new TestCli { RealHome = _home.Path }.Run("library", "fail", "test", "prevented", "--drive", "0").ShouldBe(ExitStatus.Success);
        Run("exchange", "drive0", "2", status: ExitStatus.Device).ShouldContain("CAP002L9 is in slot 2");
        new TestCli { RealHome = _home.Path }.Run("library", "repair", "test").ShouldBe(ExitStatus.Success);
        Run("exchange", "drive0", "2");
        Run("status").ShouldContain("CAP002L9");
    }

    [Fact]
    public void Drives_that_are_loaded_by_hand_are_told_with_their_tapes()
    {
        var cli = new TestCli { RealHome = _home.Path };
        cli.Run("library", "create", "hands", "--drives", "2xLTO-9", "--cartridges", "3", "--no-sync").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldStartWith("created library hands: 2 drives ULT3580-TD9, 3 cartridges, CAP001L9, CAP002L9 loaded, ");
        cli = new TestCli { RealHome = _home.Path };
        cli.Run("library", "write-protect", "CAP003L9", "--device", "virtual:hands").ShouldBe(ExitStatus.Success);
        cli = new TestCli { RealHome = _home.Path };
        cli.Run("library", "list").ShouldBe(ExitStatus.Success);
        string[][] rows = [.. cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        rows.Select(static row => row[2]).ShouldBe(["drive", "drive", "slot"]);
        rows[2][^1].ShouldBe("write-protected");
    }

    /// <summary>What is refused has changed nothing: a new cartridge that has no place is not made.</summary>
    [Theory]
    [InlineData("insert NEW001L9 --new --slot 1", ExitStatus.Device, "slot 1 is taken: CAP001L9 is there")]
    [InlineData("insert NEW001L9 --new --slot 77", ExitStatus.Usage, "There is no slot 77: the library has 6 slots")]
    [InlineData("insert CAP002L9 --slot 4", ExitStatus.Device, "CAP002L9 is in slot 2 already")]
    [InlineData("insert CAP999L9", ExitStatus.Tape, "There is no cartridge CAP999L9")]
    [InlineData("insert CAP-1 --new", ExitStatus.Usage, "'CAP-1' is no label")]
    [InlineData("remove --slot 4", ExitStatus.Tape, "Slot 4 is empty")]
    [InlineData("remove --slot 77", ExitStatus.Usage, "There is no slot 77")]
    public void Hands_are_told_why_not(string line, ExitStatus status, string message)
    {
        Create();
        var cli = new TestCli { RealHome = _home.Path };
        cli.Run(["library", .. line.Split(' '), "--device", "virtual:test"]).ShouldBe(status);
        cli.Error.ShouldContain(message);
        Directory.GetFiles(Path.Combine(LibraryPath, "cartridges"), "NEW*").ShouldBeEmpty();
    }

    /// <summary>The number of a drive is the same wherever it is told.</summary>
    [Fact]
    public void A_cartridge_in_a_drive_is_not_taken_out_by_hand()
    {
        Create();
        Run("load", "CAP001L9", "1");
        var cli = new TestCli { RealHome = _home.Path };
        cli.Run("library", "remove", "CAP001L9", "--device", "virtual:test").ShouldBe(ExitStatus.Device);
        cli.Error.ShouldContain("CAP001L9 is in drive 1: unload it first (`capstan changer unload drive1`)");
    }
}
