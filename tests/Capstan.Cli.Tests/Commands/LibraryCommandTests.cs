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

    [Fact]
    public void Serve_says_where_the_drive_is_before_it_waits_and_that_it_is_gone_after()
    {
        var cli = new TestCli();
        cli.Run("library", "serve", "test").ShouldBe(ExitStatus.Success);
        cli.Libraries.Asked.ShouldBe("serve test -");
        cli.Output.ShouldBe("""
            virtual:test is /dev/sg1 and /dev/st0, with cartridge CAP001L9; Ctrl-C or SIGTERM takes it back
            virtual:test is no device of this machine any more

            """);
    }

    [Theory]
    [InlineData("library serve", "serve main -")]
    [InlineData("library serve --cartridge null", "serve main null")]
    [InlineData("library serve test --drive 2", "serve test - drive 2")]
    [InlineData("library serve test --iscsi", "serve test - at 127.0.0.1:3260 for 0")]
    [InlineData("library serve test --iscsi=0.0.0.0:3261 --initiator iqn.2026-01.test:a", "serve test - at 0.0.0.0:3261 for 1")]
    [InlineData("library serve test --stacker --cartridge CAP002L9", "serve test CAP002L9 stacker")]
    public void Serve_hands_over_what_was_asked(string line, string asked)
    {
        var cli = new TestCli();
        cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Success);
        cli.Libraries.Asked.ShouldBe(asked);
    }

    [Fact]
    public void Serve_of_a_library_ties_devices_elements_and_serial_numbers_together()
    {
        var cli = new TestCli();
        cli.Run("library", "serve", "robot").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe("""
            virtual:robot          /dev/sg1  /dev/st0   IBM ULT3580-TD9  serial CAP0000001  element 256  with CAP001L9
            virtual:robot/2        /dev/sg2  /dev/st1   IBM ULT3580-TD9  serial CAP0000002  element 257  empty
            virtual:robot/changer  /dev/sg3  /dev/sch0  IBM 3573-TL      serial CAP0000003
            virtual:robot is served; Ctrl-C or SIGTERM takes it back
            virtual:robot: its 3 devices are taken back

            """);
    }

    [Fact]
    public void Serve_over_iscsi_tells_the_targets()
    {
        var cli = new TestCli();
        cli.Run("library", "serve", "test", "--iscsi", "[::1]").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("iscsi://[::1]:3260/iqn.test/0  IBM ULT3580-TD9");
        cli.Output.ShouldContain("virtual:test is served over iSCSI at [::1]:3260;");
    }

    [Fact]
    public void Serve_over_iscsi_tells_that_secrets_are_asked_for()
    {
        var cli = new TestCli();
        cli.Run("library", "serve", "test", "--iscsi").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("virtual:test is served over iSCSI at 127.0.0.1:3260, with CHAP both ways;");
    }

    [Theory]
    [InlineData("library serve --drive 0", "--drive 0: drives are counted from 1.")]
    [InlineData("library serve --iscsi nas.example", "--iscsi nas.example: an address")]
    [InlineData("library serve --initiator iqn.2026-01.test:a", "--initiator belongs to --iscsi.")]
    [InlineData("library serve --iscsi --initiator ../a", "--initiator ../a: names of initiators")]
    public void What_cannot_be_served_is_told(string line, string told)
    {
        var cli = new TestCli();
        cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldContain(told);
    }

    [Fact]
    public void Serve_in_json_is_one_document_whose_first_line_tells_all()
    {
        var cli = new TestCli();
        cli.Run("library", "serve", "--output-format", "json").ShouldBe(ExitStatus.Success);
        cli.Json.Split('\n')[0].ShouldBe("{\"library\":\"main\",\"portal\":null,\"authentication\":null,\"units\":[{\"name\":\"virtual:main\",\"kind\":\"drive\",\"drive_number\":0,\"element_address\":null,"
            + "\"vendor\":\"IBM\",\"product\":\"ULT3580-TD9\",\"serial_number\":\"CAP0000001\",\"device\":\"/dev/sg1\",\"tape\":\"/dev/st0\",\"changer\":null,"
            + "\"scsi_address\":\"2:0:1:0\",\"iscsi_target\":null,\"cartridge\":\"CAP001L9\"}]");
        System.Text.Json.JsonDocument.Parse(cli.Json).RootElement.GetProperty("exit_status").GetInt32().ShouldBe(0);
    }

    [Fact]
    public void Serve_refuses_a_name_that_leads_out_of_the_directory() =>
        new TestCli().Run("library", "serve", "../x").ShouldBe(ExitStatus.Usage);
}
