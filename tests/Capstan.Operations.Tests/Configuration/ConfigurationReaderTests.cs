using CsCheck;
using System.Text;
using Capstan.Operations.Configuration;

namespace Capstan.Operations.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    private const string Whole =
        """
        # The cellar.
        [drive.left]
        device = "/dev/sg1"            # moves after a reboot
        serial = "1013000123"
        vendor = "IBM"
        product = "ULT3580-TD9"
        changer = "robot"
        changer-drive = 0

        [drive."far.away"]
        device = 'iscsi://nas/iqn.2026-11.test:vtl/1'

        [changer.robot]
        device = "/dev/sg2"
        export-slots = [41, 42]
        eject-before-unload = true

        [library.big]
        path = "/srv/tapes/big"

        [scan]
        portals = ["nas", "[fd00::1]:3260"]

        """;

    [Fact]
    public void Everything_that_can_stand_there_is_read()
    {
        CapstanConfiguration read = Read(Whole);
        read.Drives.ShouldBe(
        [
            new ConfiguredDrive("left", "/dev/sg1", "1013000123", "IBM", "ULT3580-TD9", "robot", 0),
            new ConfiguredDrive("far.away", "iscsi://nas/iqn.2026-11.test:vtl/1"),
        ]);
        ConfiguredChanger changer = read.Changers.ShouldHaveSingleItem();
        (changer.Name, changer.Device, changer.EjectBeforeUnload).ShouldBe(("robot", "/dev/sg2", true));
        changer.ExportSlots.ShouldBe([41, 42]);
        read.Libraries.ShouldBe([new ConfiguredLibrary("big", "/srv/tapes/big")]);
        read.Portals.ShouldBe(["nas", "[fd00::1]:3260"]);
    }

    /// <summary>TOML has more than one way to write the same (TOML 1.0, Table, Dotted Keys, Inline Table).</summary>
    [Theory]
    [InlineData("drive.left.device = \"/dev/sg1\"\n")]
    [InlineData("drive = { left = { device = \"/dev/sg1\" } }\n")]
    [InlineData("[drive]\nleft.device = \"/dev/sg1\"\n")]
    [InlineData("[drive]\nleft = { device = \"/dev/sg1\" }\n")]
    [InlineData("[ drive . left ]\r\n  device=\"/dev/sg1\"\r\n")]
    [InlineData("[drive.left]\ndevice = \"\"\"/dev/sg1\"\"\"")]
    public void Other_ways_to_write_it_mean_the_same(string text) => Read(text).Drives.ShouldBe([new ConfiguredDrive("left", "/dev/sg1")]);

    [Fact]
    public void Nothing_is_a_configuration_without_names() => Read("").Drives.ShouldBeEmpty();

    [Theory]
    [InlineData("[drive.a]\ndevice = \"/dev/sg1\"\nseral = \"1\"\n", 3, 1, "drive.a.seral", "'serial' is meant")]
    [InlineData("[drive.a]\ndevice = \"/dev/sg1\"\ncolour = \"red\"\n", 3, 1, "drive.a.colour", "known are device, serial")]
    [InlineData("[drive.a]\ndevice = \"/dev/sg1\"\n  serial = 1013000123\n", 3, 12, "drive.a.serial", "a text in quotes; for example serial = \"1013000123\"")]
    [InlineData("[drive.a]\ndevice = /dev/sg1\n", 2, 10, "device", "a text stands in quotes: device = \"/dev/sg1\"")]
    [InlineData("[drive.a]\ndevice = \"/dev/sg1\n", 2, 19, "device", "no closing quote")]
    [InlineData("[drive.a]\ndevice\n", 2, 7, "device", "neither KEY = VALUE nor a header")]
    [InlineData("[drive.a]\ndevice =\n", 2, 9, "device", "for example device = \"/dev/sg1\"")]
    [InlineData("[drive.a\ndevice = \"/dev/sg1\"\n", 1, 9, null, "[drive.NAME]")]
    [InlineData("[drive.a]\ndevice = \"sg1\"\n", 2, 10, "drive.a.device", "Is \"/dev/sg1\" meant?")]
    [InlineData("[drive.a]\ndevice = \"iscsi://nas/x\"\n", 2, 10, "drive.a.device", "three parts")]
    [InlineData("[drive.a]\ndevice = \"iscsi://user%secret@nas/iqn.x/1\"\n", 2, 10, "drive.a.device", "iscsi.toml")]
    [InlineData("[drive.a]\ndevice = \"virtual:main/changer\"\n", 2, 10, "drive.a.device", "no drive")]
    [InlineData("[changer.a]\ndevice = \"virtual:main\"\n", 2, 10, "changer.a.device", "no changer")]
    [InlineData("[drive.a]\nserial = \"1\"\n", 1, 2, "drive.a", "'device' is missing; for example device = \"/dev/sg1\"")]
    [InlineData("[drive.sg1]\ndevice = \"/dev/sg1\"\n", 1, 2, "drive.sg1", "no device node's")]
    [InlineData("[driv.a]\ndevice = \"/dev/sg1\"\n", 1, 2, "driv.a", "'drive' is meant")]
    [InlineData("[[drive.a]]\ndevice = \"/dev/sg1\"\n", 1, 3, "drive.a", "write [drive.a]")]
    [InlineData("[drive]\ndevice = \"/dev/sg1\"\n", 2, 1, "drive.device", "[drive.NAME]")]
    [InlineData("device = \"/dev/sg1\"\n", 1, 1, "device", "put [drive.NAME] above it")]
    [InlineData("[drive.a]\ndevice = \"/dev/sg1\"\n[drive.a]\n", 3, 2, "drive.a", "line 1 already")]
    [InlineData("[drive.a]\ndevice = \"/dev/sg1\"\ndevice = \"/dev/sg2\"\n", 3, 1, "drive.a.device", "line 2 already")]
    [InlineData("[drive.a]\ndevice = \"/dev/sg1\"\nchanger = \"rbot\"\n[changer.robot]\ndevice = \"/dev/sg2\"\n", 3, 1, "drive.a.changer", "'robot' is meant")]
    [InlineData("[drive.a]\ndevice = \"/dev/sg1\"\nchanger-drive = 1\n", 3, 1, "drive.a.changer-drive", "changer = \"NAME\"")]
    [InlineData("[drive.a]\ndevice = \"/dev/sg1\"\nchanger-drive = -1\n", 3, 17, "drive.a.changer-drive", "0 to 65535")]
    [InlineData("[changer.a]\ndevice = \"/dev/sg1\"\nexport-slots = [1, 1]\n", 3, 16, "changer.a.export-slots", "twice")]
    [InlineData("[changer.a]\ndevice = \"/dev/sg1\"\nexport-slots = 1\n", 3, 16, "changer.a.export-slots", "export-slots = [41, 42]")]
    [InlineData("[changer.a]\ndevice = \"/dev/sg1\"\neject-before-unload = \"yes\"\n", 3, 23, "changer.a.eject-before-unload", "true or false")]
    [InlineData("[library.a]\npath = \"tapes\"\n", 2, 8, "library.a.path", "absolute")]
    [InlineData("[scan]\nportals = [1]\n", 2, 11, "scan.portals", "list of texts")]
    public void A_bad_line_is_told_with_its_place_and_what_would_be_right(string text, int line, int column, string? key, string remedy)
    {
        IReadOnlyList<ConfigurationProblem> problems = ProblemsOf(text);
        problems.ShouldContain(problem => problem.Line == line && problem.Column == column && problem.Key == key && problem.Text.Contains(remedy), string.Join('\n', problems));
        problems.ShouldAllBe(problem => !problem.Text.Contains("secret@"));
    }

    [Fact]
    public void All_mistakes_are_told_at_once_each_for_itself()
    {
        ProblemsOf("""
            [drive.a]
            device = "/dev/sg1
            seral = "1"
            [drive.b
            device = "/dev/sg2"
            vendor = 7
            [drive.c]
            device = sg3
            changer = "nowhere"
            junk
            """).Select(problem => problem.Line).ShouldBe([2, 3, 4, 8, 9, 10]);
    }

    [Fact]
    public void A_nesting_without_end_is_a_problem_and_no_more() => ProblemsOf("a = " + new string('[', 20_000)).ShouldNotBeEmpty();

    /// <summary>What is not UTF-8 is refused with its place before it is read.</summary>
    [Fact]
    public void Bytes_that_are_no_text_are_named() =>
        Should.Throw<OperationException>(() => ConfigurationFile.Decode("f", [(byte)'a', (byte)'\n', (byte)'b', 0xFF])).Message.ShouldStartWith("f:2:2: here is a byte that is no UTF-8 (FFh)");

    [Fact]
    public void Any_text_has_an_answer() => Gen.OneOf(
        Gen.String, Gen.String[Gen.Char["[]{}=.,\"'#\\\n\r\tad-1 "]], Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Char, (at, letter) => Whole[..at] + letter + Whole[(at + 1)..]))
        .Sample(text =>
        {
            CapstanConfiguration first = ConfigurationReader.Read("f", text, out IReadOnlyList<ConfigurationProblem> problems);
            problems.ShouldAllBe(problem => problem.Line >= 1 && problem.Column >= 1 && problem.Line <= text.Split('\n').Length);
            if (problems.Count == 0)
                first.Drives.ShouldAllBe(drive => drive.Device.Length > 0);
        });

    [Fact]
    public void Any_bytes_have_an_answer() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        try
        {
            _ = ConfigurationReader.Read("f", ConfigurationFile.Decode("f", bytes), out _);
        }
        catch (OperationException e)
        {
            e.Message.ShouldStartWith("f:");
            Should.Throw<DecoderFallbackException>(() => new UTF8Encoding(false, true).GetString(bytes));
        }
    });

    /// <summary>One wrong word is told in its own line, wherever it stands.</summary>
    [Fact]
    public void The_line_is_the_one_that_is_wrong()
    {
        string[] lines = Whole.Split('\n');
        Gen.Int[0, lines.Length - 1].Sample(at =>
        {
            string[] broken = [.. lines];
            broken[at] = "junk";
            ProblemsOf(string.Join('\n', broken)).ShouldContain(problem => problem.Line == at + 1);
        });
    }

    internal static CapstanConfiguration Read(string text)
    {
        CapstanConfiguration configuration = ConfigurationReader.Read("/etc/capstan.toml", text, out IReadOnlyList<ConfigurationProblem> problems);
        problems.ShouldBeEmpty();
        return configuration;
    }

    private static IReadOnlyList<ConfigurationProblem> ProblemsOf(string text)
    {
        _ = ConfigurationReader.Read("/etc/capstan.toml", text, out IReadOnlyList<ConfigurationProblem> problems);
        problems.ShouldNotBeEmpty();
        return problems;
    }
}
