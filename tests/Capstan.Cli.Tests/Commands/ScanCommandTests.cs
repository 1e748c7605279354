using System.Text.Json.Nodes;
using Capstan.Operations;

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
