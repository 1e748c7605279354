using System.Text.Json;
using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

public class LibraryCommandTests
{
    [Fact]
    public void Create_passes_on_what_was_asked()
    {
        var cli = new TestCli();
        cli.Run("library", "create", "test", "--cartridges", "3", "--capacity", "500M").ShouldBe(ExitStatus.Success);
        cli.Libraries.Asked.ShouldBe("create test 3 524288000");
        cli.Output.ShouldBe("created library test: ULT3580-TD9 drive, 2 cartridges, CAP001L9 loaded, in /libraries/test; use it with --device virtual:test\n");
    }

    [Fact]
    public void Create_without_sync_says_what_that_costs()
    {
        var cli = new TestCli();
        cli.Run("library", "create", "test", "--no-sync").ShouldBe(ExitStatus.Success);
        cli.Libraries.Asked.ShouldBe("create test 8  no sync");
        cli.Output.ShouldContain("not safe from a power cut");
    }

    [Fact]
    public void Create_has_eight_real_cartridges_by_default()
    {
        var cli = new TestCli();
        cli.Run("library", "create", "test");
        cli.Libraries.Asked.ShouldBe("create test 8 ");
    }

    [Theory]
    [InlineData("../x", "8", "1G", "'../x' is no name for a library")]
    [InlineData("x", "0", "1G", "--cartridges 0")]
    [InlineData("x", "1000", "1G", "--cartridges 1000")]
    [InlineData("x", "8", "lots", "--capacity lots")]
    [InlineData("x", "8", "-1", "--capacity")]
    public void Create_refuses_nonsense(string name, string cartridges, string capacity, string message)
    {
        var cli = new TestCli();
        cli.Run("library", "create", name, "--cartridges", cartridges, "--capacity", capacity).ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldContain(message);
        cli.Libraries.Asked.ShouldBeNull();
    }

    [Fact]
    public void List_shows_every_cartridge_and_what_could_not_be_opened()
    {
        var cli = new TestCli();
        cli.Libraries.Views = [.. cli.Libraries.Views, new LibraryView("busy", "virtual:busy", "/l/busy", null, null, [], true, "in use by another process")];
        cli.Run("library", "list").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe(
            """
            LIBRARY  BARCODE   WHERE  CAPACITY    USED  STATE
            main     CAP001L9  drive   18.0 TB  1.6 GB  writable
            main     CAP002L9  slot    18.0 TB     0 B  write-protected
            busy     -         -             -       -  in use by another process

            """);
    }

    [Fact]
    public void List_in_json()
    {
        var cli = new TestCli();
        cli.Run("library", "list", "--output-format", "json");
        using JsonDocument document = JsonDocument.Parse(cli.Json);
        JsonElement cartridge = document.RootElement.GetProperty("libraries")[0].GetProperty("cartridges")[1];
        cartridge.GetProperty("barcode").GetString().ShouldBe("CAP002L9");
        cartridge.GetProperty("write_protected").GetBoolean().ShouldBeTrue();
        cartridge.GetProperty("capacity_bytes").GetInt64().ShouldBe(18_000_000_000_000);
    }

    [Theory]
    [InlineData("protect", "protect main CAP002L9 True")]
    [InlineData("unprotect", "protect main CAP002L9 False")]
    public void Protection_is_of_the_default_library(string verb, string asked)
    {
        var cli = new TestCli();
        cli.Run("library", verb, "CAP002L9").ShouldBe(ExitStatus.Success);
        cli.Libraries.Asked.ShouldBe(asked);
    }

    [Fact]
    public void Protection_is_of_the_library_that_was_named()
    {
        var cli = new TestCli();
        cli.Variables["CAPSTAN_DRIVE"] = "virtual:spare";
        cli.Run("library", "protect", "CAP002L9");
        cli.Libraries.Asked.ShouldBe("protect spare CAP002L9 True");
    }

    [Fact]
    public void A_real_drive_has_no_cartridges_to_protect()
    {
        var cli = new TestCli();
        cli.Run("library", "protect", "CAP002L9", "--device", "/dev/sg3").ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldContain("/dev/sg3 is no virtual library");
    }
}
