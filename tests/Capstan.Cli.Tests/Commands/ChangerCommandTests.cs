using System.Text.Json;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Operations;
using Capstan.Operations.Changer;
using Capstan.Tests;

namespace Capstan.Cli.Tests.Commands;

public sealed partial class ChangerCommandTests : IDisposable
{
    private readonly TestDirectory _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void A_library_is_a_picture_on_a_terminal()
    {
        var cli = new TestCli { OutputIsTerminal = true, TerminalWidth = 80 };
        cli.Run("changer", "status", "--changer", "/dev/sg4").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("┌─ drive 0 ─");
        cli.Output.ShouldContain("│ E01003L8 ");
        cli.Output.ShouldContain("│ from slot 3 ");
        cli.Output.ShouldContain("│ serial XYZZY_A2 ");
        cli.Output.ShouldContain(" slots: 3 of 40 full ");
        cli.Output.ShouldContain("  1 E01001L8 ");
        cli.Output.ShouldContain("  2 !(no label) ");
        cli.Output.ShouldContain("  5 x ");
        cli.Output.ShouldContain(" to 40: empty");
        cli.Output.ShouldContain("slot 2: 83/00");
        string[] lines = cli.Output.Split('\n');
        lines.ShouldAllBe(line => line.Length <= 80);
        // Every line of a frame is as long as the frame.
        int top = Array.FindIndex(lines, line => line.Contains(" slots:"));
        int bottom = Array.FindIndex(lines, top, line => line.StartsWith(" └", StringComparison.Ordinal));
        lines[top..(bottom + 1)].Select(line => line.TrimEnd('\r').Length).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public void A_library_is_a_table_for_programs()
    {
        var cli = new TestCli();
        cli.Run("changer", "status").ShouldBe(ExitStatus.Success);
        string[] lines = cli.Output.Split('\n');
        lines[0].ShouldBe("PLACE      NUMBER  BARCODE   FROM  STATE      SERIAL    DEVICE");
        lines[1].ShouldBe("drive           0  E01003L8  3     full       XYZZY_A1  /dev/sg2");
        lines[2].ShouldBe("drive           1  -         -     empty      XYZZY_A2  -");
        lines[4].ShouldBe("slot            2  ?         -     exception  -         -");
        lines[7].ShouldBe("slot            5  -         -     disabled   -         -");
        lines[43].ShouldBe("mail-slot      41  -         -     empty      -         -");
    }

    [Fact]
    public void A_library_is_a_document()
    {
        var cli = new TestCli();
        cli.Run("changer", "status", "--output-format", "json").ShouldBe(ExitStatus.Success);
        using JsonDocument document = JsonDocument.Parse(cli.Json);
        JsonElement drive = document.RootElement.GetProperty("drives")[0];
        drive.GetProperty("barcode").GetString().ShouldBe("E01003L8");
        drive.GetProperty("serial").GetString().ShouldBe("XYZZY_A1");
        drive.GetProperty("address").GetInt32().ShouldBe(500);
        document.RootElement.GetProperty("slots").GetArrayLength().ShouldBe(40);
        document.RootElement.GetProperty("mail_slots")[0].GetProperty("mail_slot").GetInt32().ShouldBe(1);
        document.RootElement.GetProperty("exit_status").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("changer load CAP001L9", "Load CAP001L9 > drive 0")]
    [InlineData("changer load 7 1", "Load 7 > drive 1")]
    [InlineData("changer load 7 drive1", "Load 7 > drive 1")]
    [InlineData("changer unload", "Unload  > drive 0")]
    [InlineData("changer unload 12", "Unload  >12 drive 0")]
    [InlineData("changer unload 12 1", "Unload  >12 drive 1")]
    [InlineData("changer unload drive1", "Unload  > drive 1")]
    [InlineData("changer unload - 1", "Unload  > drive 1")]
    [InlineData("changer transfer 3 17", "Transfer 3,17 > drive 0")]
    [InlineData("changer exchange 3 drive0", "Exchange 3,drive0 > drive 0")]
    [InlineData("changer exchange 3 drive0 5", "Exchange 3,drive0,5 > drive 0")]
    [InlineData("changer import", "Import  > drive 0")]
    [InlineData("changer import mail1 --to 5", "Import mail1 >5 drive 0")]
    [InlineData("changer export A B", "Export A,B > drive 0")]
    [InlineData("changer clean 1 --with CLN001", "Clean CLN001 > drive 1")]
    public void Command_lines(string line, string expected)
    {
        var cli = new TestCli();
        cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Success, cli.Error);
        var request = (ChangerMoveRequest)cli.Operations.Request!;
        $"{request.Verb} {string.Join(',', request.What)} >{request.To} drive {request.Drive}".ShouldBe(expected);
    }

    [Theory]
    [InlineData("changer load CAP001L9 first")]
    [InlineData("changer unload 1 2 3")]
    [InlineData("changer inventory --slots 9-3")]
    [InlineData("changer eject-before-unload sometimes")]
    [InlineData("changer export")]
    public void Wrong_command_lines(string line) => new TestCli().Run(line.Split(' ')).ShouldBe(ExitStatus.Usage);

    [Fact]
    public void Only_changers_are_listed()
    {
        var cli = new TestCli();
        cli.Run("changer", "scan", "--portal", "nas").ShouldBe(ExitStatus.Partial);
        cli.Output.ShouldContain("iscsi://nas/iqn.2026-11.test:vtl/2");
        cli.Output.ShouldNotContain("iscsi://nas/iqn.2026-11.test:vtl/1");
    }

    [Theory]
    [InlineData("test", "virtual:test/changer")]
    [InlineData("virtual:test", "virtual:test/changer")]
    [InlineData("virtual:test/changer", "virtual:test/changer")]
    [InlineData("/dev/sg4", "/dev/sg4")]
    public void Names_of_changers(string name, string device) => ChangerName.Pick(name, _ => null).Device.ShouldBe(device);

    [Fact]
    public void A_changer_is_picked_from_the_environment()
    {
        ChangerName.Pick(null, name => name == "CHANGER" ? "/dev/sg5" : null).ShouldBe(new ChangerName("/dev/sg5", "CHANGER", null));
        ChangerName.Pick(null, name => name == "CAPSTAN_CHANGER" ? "test" : "/dev/sg5").PickedBy.ShouldBe("CAPSTAN_CHANGER");
        ChangerName.Pick(null, _ => null).Device.ShouldBe("virtual:main/changer");
        Should.Throw<OperationException>(() => ChangerName.Pick("", _ => null));
        Should.Throw<OperationException>(() => ChangerName.Pick("virtual:a/b", _ => null));
    }

    [Fact]
    public void A_cartridge_is_loaded_by_its_label_and_what_is_in_the_way_goes_back()
    {
        Create();
        Run("load", "cap001l9").ShouldBe("CAP001L9: slot 1 -> drive 0\n");
        Run("load", "CAP001L9").ShouldBe("CAP001L9 is in drive 0 already\n");
        Run("load", "2").ShouldBe("CAP001L9: drive 0 -> slot 1\nCAP002L9: slot 2 -> drive 0\n");
        // From the one drive into the other.
        Run("load", "CAP002L9", "1").ShouldBe("CAP002L9: drive 0 -> drive 1\n");
        Run("unload", "drive1").ShouldBe("CAP002L9: drive 1 -> slot 2\n");
        Run("load", "CAP001", "1").ShouldBe("CAP001L9: slot 1 -> drive 1\n");
        Run("transfer", "3", "1").ShouldBe("CAP003L9: slot 3 -> slot 1\n");
        // Its slot is taken now.
        Run("unload", "drive1").ShouldBe("CAP001L9: drive 1 -> slot 3\nslot 1, where it came from, is taken: it went to slot 3\n");
        Run("unload", "4", "0", status: ExitStatus.Tape).ShouldContain("drive 0 is empty");
    }

    [Fact]
    public void A_full_library_exchanges()
    {
        Create(slots: 3, mailSlots: 0);
        Run("load", "CAP001L9").ShouldBe("CAP001L9: slot 1 -> drive 0\n");
        Run("load", "CAP002L9", "1").ShouldBe("CAP002L9: slot 2 -> drive 1\n");
        Run("transfer", "3", "2").ShouldBe("CAP003L9: slot 3 -> slot 2\n");
        Run("unload", "3", "0").ShouldBe("CAP001L9: drive 0 -> slot 3\n");
        Run("transfer", "2", "1").ShouldBe("CAP003L9: slot 2 -> slot 1\n");
        Run("load", "CAP001L9").ShouldBe("CAP001L9: slot 3 -> drive 0\n");
        Run("exchange", "CAP003L9", "drive0").ShouldBe("CAP003L9: slot 1 -> drive 0\nCAP001L9: drive 0 -> slot 1\n");
    }

    [Fact]
    public void Mail_slots()
    {
        Create();
        Run("import").ShouldBe("there is nothing in the mail slots\n");
        Run("load", "CAP001L9").ShouldBe("CAP001L9: slot 1 -> drive 0\n");
        Run("export", "CAP001L9", "2").ShouldBe("CAP001L9: drive 0 -> mail slot 5\nCAP002L9: slot 2 -> mail slot 6\n");
        Run("export", "CAP003L9", status: ExitStatus.Device).ShouldContain("no mail slot is free");
        Run("import", "mail2", "--to", "4").ShouldBe("CAP002L9: mail slot 6 -> slot 4\n");
        Run("load", "CAP001L9").ShouldBe("CAP001L9: mail slot 5 -> drive 0\n");
        Run("unload").ShouldContain("it came from mail slot 5, and went to slot 1");
        Run("import", "CAP001L9", status: ExitStatus.Failed).ShouldContain("not in a mail slot");
    }

    [Fact]
    public void What_is_not_there_is_named()
    {
        Create();
        Run("load", "CAP009L9", status: ExitStatus.Tape).ShouldContain("there is no cartridge CAP009L9 in the library");
        Run("load", "4", status: ExitStatus.Tape).ShouldContain("slot 4 is empty");
        Run("load", "9", status: ExitStatus.Usage).ShouldContain("it has slots 1 to 6, those from 5 on are mail slots");
        Run("load", "1", "2", status: ExitStatus.Usage).ShouldContain("it has drives 0 to 1");
        Run("transfer", "1", "CAP002L9", status: ExitStatus.Usage).ShouldContain("no place in a library");
        Run("transfer", "1", "2", status: ExitStatus.Failed).ShouldContain("slot 2 holds CAP002L9 already");
    }

    /// <summary>A drive that is in use keeps its tape, and the message says where everything is.</summary>
    [Fact]
    public void A_tape_in_use_stays()
    {
        Create();
        Run("load", "CAP001L9").ShouldBe("CAP001L9: slot 1 -> drive 0\n");
        using VirtualLibrary library = VirtualLibrary.Open(LibraryPath, drive: null);
        using (library.OpenDrive())
        {
            string said = Run("load", "CAP002L9", status: ExitStatus.Device);
            said.ShouldContain("removal of the cartridge is prevented");
            said.ShouldContain("The drive itself did not unload it either");
            said.ShouldContain("CAP001L9 is in drive 0.");
            said.ShouldContain("CAP002L9 is in slot 2.");
        }
    }

    [Fact]
    public void A_drive_unloads_first_when_that_was_said()
    {
        Create();
        Run("eject-before-unload").ShouldStartWith("auto: ");
        Run("eject-before-unload", "always").ShouldStartWith("always: ");
        Run("load", "CAP001L9", "1").ShouldBe("CAP001L9: slot 1 -> drive 1\n");
        var cli = new TestCli { RealHome = _home.Path };
        cli.Run("changer", "unload", "drive1", "--changer", "test").ShouldBe(ExitStatus.Success, cli.Error);
        cli.Output.ShouldBe("CAP001L9: drive 1 -> slot 1\n");
        cli.Error.ShouldContain("drive 1 (virtual:test/2) unloaded its tape");
        Run("eject-before-unload").ShouldStartWith("always: ");
    }

    [Fact]
    public void Status_inventory_and_inquiry_of_a_virtual_library()
    {
        Create();
        string status = Run("status");
        status.ShouldContain("CAP003L9");
        status.ShouldContain("virtual:test/2");
        Run("inventory").ShouldBe(status);
        Run("inventory", "--slots", "1-2").ShouldBe(status);
        string inquiry = Run("inquiry");
        inquiry.ShouldContain("CAPSTAN VIRTUAL-CHANGER");
        inquiry.ShouldContain("exchange   yes");
        inquiry.Split('\n').ShouldAllBe(static line => line.Length <= 80);
        inquiry.ReplaceLineEndings(" ").ShouldContain("READ ELEMENT STATUS");
        Run("inquiry").ShouldContain("slot-drive");
    }

    /// <summary>Each command that a message names is typed as it stands there.</summary>
    [Fact]
    public void A_backup_that_needs_another_tape_names_it_its_slot_and_the_command_that_loads_it()
    {
        Create();
        string source = Directory.CreateDirectory(_home.File("source")).FullName;
        File.WriteAllText(Path.Combine(source, "file"), "content");
        string said = Refused("backup", source, "--device", "virtual:test/2");
        said.ShouldContain("CAP001L9, which the catalog does not know yet, is in slot 1 of virtual:test/changer");
        Type("capstan changer load CAP001L9 1 --changer virtual:test/changer", said);
        Succeed("backup", source, "--device", "virtual:test/2");

        Run("load", "CAP002L9").ShouldBe("CAP002L9: slot 2 -> drive 0\n");
        string restored = _home.File("restored");
        said = Refused("restore", "latest", "--to", restored, "--device", "virtual:test");
        said.ShouldContain("Tape CAP001L9 is in drive 1 of virtual:test/changer");
        Run("unload", "3", "drive1", status: ExitStatus.Failed);
        Run("unload", "4", "drive1").ShouldBe("CAP001L9: drive 1 -> slot 4\n");
        said = Refused("restore", "latest", "--to", restored, "--device", "virtual:test");
        said.ShouldContain("the tape in the drive is blank");
        said.ShouldContain("Tape CAP001L9 is in slot 4 of virtual:test/changer");
        Type("capstan changer load CAP001L9 0 --changer virtual:test/changer", said);
        Succeed("restore", "latest", "--to", restored, "--device", "virtual:test");

        Succeed("drive", "eject", "--device", "virtual:test");
        Type("capstan drive load --device virtual:test", Refused("verify", "latest", "--device", "virtual:test"));
        Succeed("verify", "latest", "--device", "virtual:test");
        Run("unload");
        Refused("backup", source, "--device", "virtual:test").ShouldContain("Tape CAP001L9, which has room for more, is in slot");
    }

    [Fact]
    public void A_tape_with_a_label_of_its_own_is_found_by_its_barcode()
    {
        Create();
        string source = Directory.CreateDirectory(_home.File("source")).FullName;
        Run("load", "CAP003L9");
        Succeed("backup", source, "--label", "monday", "--device", "test");
        Run("unload");
        Refused("verify", "latest", "--device", "test").ShouldContain("Tape monday is in slot 3 of virtual:test/changer: `capstan changer load CAP003L9 0 ");
    }

    [Fact]
    public void A_tape_that_the_library_has_not_is_told_as_that()
    {
        Create();
        string source = Directory.CreateDirectory(_home.File("source")).FullName;
        Run("load", "CAP001L9");
        Succeed("backup", source, "--device", "test");
        Run("unload");
        using (VirtualLibrary library = VirtualLibrary.Open(LibraryPath, drive: null))
            library.RemoveFromSlot("CAP001L9");
        Refused("verify", "latest", "--device", "test").ShouldContain("Tape CAP001L9 is not among the labels in virtual:test/changer");
    }

    private string Refused(params string[] words)
    {
        var cli = new TestCli { RealHome = _home.Path };
        cli.Run(words).ShouldBe(ExitStatus.Tape, cli.Error);
        return cli.Error;
    }

    private void Succeed(params string[] words)
    {
        var cli = new TestCli { RealHome = _home.Path };
        cli.Run(words).ShouldBe(ExitStatus.Success, cli.Error);
    }

    private void Type(string command, string message)
    {
        message.ShouldContain($"`{command}`");
        Succeed(command.Split(' ')[1..]);
    }

    [Fact]
    public void A_library_without_a_changer_is_told_as_that()
    {
        VirtualLibrary.Create(LibraryPath, new LibraryOptions { CartridgeCount = 1 });
        Run("status", status: ExitStatus.Device).ShouldContain("has no changer");
        var cli = new TestCli { RealHome = _home.Path };
        cli.Run("changer", "status").ShouldBe(ExitStatus.Device);
        cli.Error.ShouldContain("No changer was named");
        cli.Error.ShouldContain("virtual:main/changer");
        Create("other");
        cli = new TestCli { RealHome = _home.Path };
        cli.Run("changer", "status").ShouldBe(ExitStatus.Device);
        cli.Error.ShouldContain("Known here: virtual:other/changer.");
    }

    private string LibraryPath => Path.Combine(_home.Path, "libraries", "test");

    private void Create(string name) => Create(Path.Combine(_home.Path, "libraries", name), 4, 2);

    private void Create(int slots = 4, int mailSlots = 2) => Create(LibraryPath, slots, mailSlots);

    private static void Create(string path, int slots, int mailSlots) => VirtualLibrary.Create(path, new LibraryOptions
    {
        CartridgeCount = 3,
        Changer = VirtualChangerModel.Find("generic"),
        StorageElements = slots,
        ImportExportElements = mailSlots,
        MoreDrives = [VirtualDriveModel.Default],
        CapacityBytes = 50_000_000,
        IsSynchronous = false,
    });

    /// <summary>What the verb printed: its output, or its error.</summary>
    private string Run(string verb, params string[] args) => Run(ExitStatus.Success, [verb, .. args]);

    private string Run(string verb, string one, ExitStatus status) => Run(status, [verb, one]);

    private string Run(string verb, string one, string two, ExitStatus status) => Run(status, [verb, one, two]);

    private string Run(string verb, ExitStatus status) => Run(status, [verb]);

    private string Run(ExitStatus status, string[] words)
    {
        var cli = new TestCli { RealHome = _home.Path };
        cli.Run(["changer", .. words, "--changer", "test"]).ShouldBe(status, cli.Error);
        return status == ExitStatus.Success ? cli.Output.Replace("\r", "", StringComparison.Ordinal) : cli.Error;
    }
}
