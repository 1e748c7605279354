using System.Text.Json.Nodes;
using Capstan.Operations;
using Capstan.Tests;

namespace Capstan.Cli.Tests.Commands;

public class ScanCommandTests
{
    [Fact]
    public void Without_a_portal_this_machine_is_looked_at()
    {
        var cli = new TestCli();
        cli.Run("scan").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe(
            """
            KIND  VENDOR  PRODUCT         SERIAL  DEVICE
            tape  HPE     Ultrium 9-SCSI  CZ1234  /dev/sg1

            """);
    }

    [Fact]
    public void What_is_known_of_a_drive_is_shown_and_who_has_it()
    {
        using var directory = new TestDirectory();
        File.WriteAllText(directory.File("capstan.toml"),
            """
            [changer.robot]
            device = "/dev/sg2"
            [drive.left]
            device = "/dev/sg7"
            serial = "CZ1234"
            changer = "robot"
            changer-drive = 0
            [scan]
            portals = ["nas"]
            """);
        var cli = new TestCli { ConfigurationPath = directory.File("capstan.toml") };
        cli.Scanner.Machine =
        [
            new("/dev/sg1", "tape", "HPE", "Ultrium 9-SCSI", "R3G3", "CZ1234", null, null)
            {
                Generation = "LTO-9", TapeNode = "/dev/st0", StablePath = "/dev/tape/by-id/scsi-3500110a0",
                InUseBy = "process 4711 (capstan backup docs) since 2026-11-23 11:20:31", Users = [new("/dev/nst0", 12, "mt -f /dev/nst0 status")],
            },
        ];
        cli.Run("scan").ShouldBe(ExitStatus.Partial);
        cli.Scanner.Asked.ShouldBe("nas");
        cli.Output.Split('\n')[0].ShouldBe("KIND     NAME  VENDOR  PRODUCT          LTO  SERIAL  DEVICE                              ST NODE   SITS IN         STABLE PATH");
        cli.Output.Split('\n')[1].ShouldBe("tape     left  HPE     Ultrium 9-SCSI   9    CZ1234  /dev/sg1                            /dev/st0  robot, drive 0  /dev/tape/by-id/scsi-3500110a0");
        cli.Error.ShouldContain("/dev/sg1 is in use by process 4711 (capstan backup docs) since 2026-11-23 11:20:31");
        cli.Error.ShouldContain("/dev/nst0 is held open by process 12 (mt -f /dev/nst0 status)");
    }

    /// <summary>The changer's answer names the drives in it by serial number, and by their nodes where these were found.</summary>
    [Fact]
    public void A_changer_is_asked_which_drives_are_in_it()
    {
        var cli = new TestCli();
        cli.Scanner.Machine =
        [
            new("/dev/sg2", "tape", "IBM", "ULT3580-TD8", "1", "XYZZY_A1", null, null),
            new("/dev/sg3", "tape", "IBM", "ULT3580-TD5", "1", "XYZZY_A2", null, null),
            new("/dev/sg5", "tape", "IBM", "ULT3580-TD5", "1", "XYZZY_A3", null, null),
            new("/dev/sg4", "changer", "STK", "L700", "0108", "XYZZY_A", null, null),
        ];
        cli.Run("scan", "--output-format", "json").ShouldBe(ExitStatus.Success);
        JsonArray devices = JsonNode.Parse(cli.Json)!["devices"]!.AsArray();
        devices.Select(device => ((string?)device!["changer"], (int?)device["changer_drive"])).ShouldBe([("/dev/sg4", 0), ("/dev/sg4", 1), (null, null), (null, null)]);
    }

    [Fact]
    public void A_changer_that_does_not_answer_hides_nothing()
    {
        var cli = new TestCli();
        cli.Scanner.Machine = [new("/dev/sg2", "tape", "IBM", "ULT3580-TD8", "1", "XYZZY_A1", null, null), new("/dev/sg4", "changer", "STK", "L700", "0108", "XYZZY_A", null, null)];
        cli.Operations.OnChangerStatus = () => throw new OperationException(ExitStatus.Device, "/dev/sg4: no permission.");
        cli.Run("scan").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("/dev/sg2");
        cli.Error.ShouldContain("/dev/sg4 does not tell which drives are in it: /dev/sg4: no permission.");
    }

    [Fact]
    public void A_configuration_with_mistakes_hides_no_drive()
    {
        using var directory = new TestDirectory();
        File.WriteAllText(directory.File("capstan.toml"), "junk");
        var cli = new TestCli { ConfigurationPath = directory.File("capstan.toml") };
        // Libraries and portals are named there.
        cli.Run("scan").ShouldBe(ExitStatus.Partial);
        cli.Output.ShouldContain("/dev/sg1");
        cli.Error.ShouldContain("capstan.toml:1:5: junk: this is neither");
    }

    [Fact]
    public void A_portal_shows_what_to_give_to_device_and_what_it_hides()
    {
        var cli = new TestCli();
        cli.Run("scan", "--portal", "nas:3261").ShouldBe(ExitStatus.Partial);
        cli.Scanner.Asked.ShouldBe("nas:3261");
        cli.Output.ShouldContain("iscsi://nas/iqn.2026-11.test:vtl/1");
        cli.Output.ShouldContain("changer");
        cli.Error.ShouldContain("target iqn.2026-11.test:closed: it wants a secret");
    }

    [Fact]
    public void Json_has_every_device()
    {
        var cli = new TestCli();
        cli.Run("scan", "--portal", "nas", "--output-format", "json").ShouldBe(ExitStatus.Partial);
        JsonNode document = JsonNode.Parse(cli.Json)!;
        JsonArray devices = document["devices"]!.AsArray();
        devices.Count.ShouldBe(3);
        devices[0]!["device"]!.GetValue<string>().ShouldBe("iscsi://nas/iqn.2026-11.test:vtl/1");
        devices[0]!["serial_number"]!.GetValue<string>().ShouldBe("beaf11");
        devices[2]!["problem"]!.GetValue<string>().ShouldBe("it wants a secret");
        document["exit_status"]!.GetValue<int>().ShouldBe(3);
    }
}
