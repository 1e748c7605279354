using System.Text.Json.Nodes;
using Capstan.Operations;
using Capstan.Tests;

namespace Capstan.Cli.Tests.Commands;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private string File => _directory.File("capstan.toml");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_drive_gets_a_name_and_shows_what_it_is()
    {
        TestCli cli = Cli();
        cli.Run("config", "drive", "create", "lto9", "--device", "/dev/sg1").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe(
            """
            DRIVE  VENDOR  PRODUCT      SERIAL      DEVICE    CHANGER
            lto9   IBM     ULT3580-TD9  1013000123  /dev/sg1  -

            """);
        cli.Error.ShouldContain($"created in {File}");
    }

    [Fact]
    public void A_changer_with_its_drive_is_shown_in_json()
    {
        Cli().Run("config", "changer", "create", "robot", "--device", "/dev/sg2", "--export-slots", "41,43-44", "--eject-before-unload", "true").ShouldBe(ExitStatus.Success);
        Cli().Run("config", "drive", "create", "lto9", "--device", "/dev/sg1", "--changer", "robot", "--changer-drive", "0").ShouldBe(ExitStatus.Success);
        TestCli cli = Cli();
        cli.Run("config", "show", "--output-format", "json").ShouldBe(ExitStatus.Success);
        JsonNode document = JsonNode.Parse(cli.Json)!;
        document["file"]!.GetValue<string>().ShouldBe(File);
        document["drives"]![0]!["changer_drive"]!.GetValue<int>().ShouldBe(0);
        JsonNode changer = document["changers"]![0]!;
        changer["serial"]!.GetValue<string>().ShouldBe("00X2U78A1234");
        changer["export_slots"]!.AsArray().Select(slot => slot!.GetValue<int>()).ShouldBe([41, 43, 44]);
        changer["eject_before_unload"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Mistakes_are_told_all_at_once_with_status_2()
    {
        System.IO.File.WriteAllText(File, "[drive.a]\ndevice = /dev/sg1\nseral = \"1\"\n");
        TestCli cli = Cli();
        cli.Run("config", "show").ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldBe(
            $"""
            capstan: {File}: 2 mistakes in the configuration:
            {File}:2:10: device: a text stands in quotes: device = "/dev/sg1"
            {File}:3:1: drive.a.seral: there is no such key; 'serial' is meant, perhaps

            """);
    }

    [Fact]
    public void A_library_elsewhere_and_a_name_that_is_gone()
    {
        Cli().Run("config", "library", "create", "big", "--path", "/srv/big").ShouldBe(ExitStatus.Success);
        TestCli cli = Cli();
        cli.Run("config", "library", "remove", "bog").ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldContain("'big' is meant, perhaps");
        Cli().Run("config", "library", "remove", "big").ShouldBe(ExitStatus.Success);
        System.IO.File.ReadAllText(File).ShouldBe("");
    }

    [Theory]
    [InlineData("capstan drive status --device lt")]
    [InlineData("capstan config drive show l")]
    [InlineData("capstan config drive remove lto")]
    public void Names_are_completed(string line)
    {
        Cli().Run("config", "drive", "create", "lto9", "--device", "/dev/sg1");
        TestCli cli = Cli();
        cli.Run($"[suggest:{line.Length}]", line).ShouldBe(ExitStatus.Success);
        cli.Output.Split('\n').ShouldContain("lto9");
    }

    [Fact]
    public void A_changer_is_completed()
    {
        Cli().Run("config", "changer", "create", "robot", "--device", "/dev/sg2");
        const string Line = "capstan changer status --changer r";
        TestCli cli = Cli();
        cli.Run($"[suggest:{Line.Length}]", Line).ShouldBe(ExitStatus.Success);
        cli.Output.Split('\n').ShouldContain("robot");
    }

    [Theory]
    [InlineData("--export-slots", "0")]
    [InlineData("--export-slots", "5-3")]
    [InlineData("--export-slots", "x")]
    public void Nonsense_is_refused(string option, string value) =>
        Cli().Run("config", "changer", "create", "robot", "--device", "/dev/sg2", option, value).ShouldBe(ExitStatus.Usage);

    private TestCli Cli() => new() { ConfigurationPath = File };
}
