using System.Text.Json;
using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

public class DriveMemoryCommandTests
{
    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", "hex", name + ".hex");

    [Fact]
    public void Text_of_the_whole()
    {
        var cli = new TestCli();
        cli.Run("drive", "memory", "--device", "virtual:b", "--partition", "1", "--quiet").ShouldBe(ExitStatus.Success);
        cli.Operations.Device.ShouldBe("virtual:b");
        cli.Operations.Request.ShouldBe((byte)1);
        cli.Output.ShouldBe(
            """
            ID    NAME                             VALUE
            0000  Remaining Capacity In Partition  493 MB
            0803  User Medium Text Label           Offsite 7
            0806  Barcode                           (cut off)
            coherency: LTFS volume 4e1f42a6-07ce-4e97-bcd1-9c381b4f1c52 made it consistent, and something was written since
            volume lock: locked

            """);
    }

    [Fact]
    public void Text_of_single_attributes()
    {
        var cli = new TestCli();
        cli.Run("drive", "memory", "show", "label", "0000", "--quiet").ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe("label 0000");
        cli.Output.ShouldStartWith(
            """
            id         0000
            name       Remaining Capacity In Partition
            key        remaining-capacity
            value      493 MB
            belongs to device, read-only
            format     binary
            bytes      00000000000001ed

            id         0803
            """);
    }

    [Fact]
    public void Text_of_set_and_delete()
    {
        var cli = new TestCli();
        cli.Run("drive", "memory", "set", "label=Offsite 7", "pool=").ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe("label=Offsite 7 pool=");
        cli.Output.ShouldContain("user-medium-text-label: Offsite 7\n");
        cli = new TestCli();
        cli.Run("drive", "memory", "delete", "label", "pool").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe("deleted: label, pool\n");
    }

    [Fact]
    public void Json()
    {
        var cli = new TestCli();
        cli.Run("drive", "memory", "--output-format", "json").ShouldBe(ExitStatus.Success);
        using JsonDocument document = JsonDocument.Parse(cli.Json);
        JsonElement root = document.RootElement;
        root.GetProperty("label").GetString().ShouldBe("Offsite 7");
        root.GetProperty("volume_lock").GetString().ShouldBe("locked");
        root.GetProperty("coherency").GetProperty("ltfs_uuid").GetString().ShouldBe("4e1f42a6-07ce-4e97-bcd1-9c381b4f1c52");
        root.GetProperty("coherency").GetProperty("is_current").GetBoolean().ShouldBeFalse();
        JsonElement capacity = root.GetProperty("attributes")[0];
        capacity.GetProperty("id").GetString().ShouldBe("0000");
        capacity.GetProperty("number").GetInt64().ShouldBe(493);
        capacity.GetProperty("read_only").GetBoolean().ShouldBeTrue();
        root.GetProperty("exit_status").GetInt32().ShouldBe(0);
    }

    /// <summary>Captured: IBM ULT3580-TD5, emulated by mhvtl. No drive is asked.</summary>
    [Fact]
    public void A_saved_answer_is_decoded_without_a_drive()
    {
        var cli = new TestCli();
        cli.Run("drive", "memory", "--in", Fixture("lto5-read-attribute-values")).ShouldBe(ExitStatus.Success);
        cli.Operations.Device.ShouldBeNull();
        cli.Output.ShouldContain("0401  Medium Serial Number                       F01005L5_1795380849\n");
        cli.Output.ShouldContain("0220  Total MBytes Written in Medium Life        0 MB\n");
        cli.Output.Split('\n').Length.ShouldBe(41);
        cli = new TestCli();
        cli.Run("drive", "memory", "show", "barcode", "--in", Fixture("lto5-read-attribute-values")).ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("value      F01005L5\n");
        cli = new TestCli();
        cli.Run("drive", "memory", "--in", Fixture("lto5-read-attribute-list")).ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("0803  User Medium Text Label                     -\n");
    }

    [Theory]
    [InlineData("drive memory show")]
    [InlineData("drive memory set")]
    [InlineData("drive memory --partition 1000")]
    [InlineData("drive memory wipe")]
    public void Mistakes_touch_nothing(string line)
    {
        var cli = new TestCli();
        cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Usage);
        cli.Operations.Request.ShouldBeNull();
    }
}
