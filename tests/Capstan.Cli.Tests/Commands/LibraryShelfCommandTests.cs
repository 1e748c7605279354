using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

/// <summary>Libraries with a changer, and what hands do to them.</summary>
public class LibraryShelfCommandTests
{
    [Fact]
    public void Create_passes_on_a_changer_and_what_belongs_to_it()
    {
        var cli = new TestCli();
        cli.Run("library", "create", "big", "--changer", "ibm-ts3200", "--drives", "4xLTO-9,1xhp-lto8", "--slots", "40", "--mail-slots", "4", "--cartridges", "20xLTO-9,1xCLEANING",
            "--changer-quirk", "drive-unloaded-first").ShouldBe(ExitStatus.Success);
        cli.Libraries.Asked.ShouldBe("create big ibm-ts3200 4xLTO-9+1xhp-lto8 40 4 20xLTO-9+1xCLEANING drive-unloaded-first 0");
        cli.Output.ShouldBe("created library big: ibm-ts3200 changer, 1 drive ULT3580-TD9, 2 slots, 1 mail slot, 3 cartridges, in /libraries/big; use it with --changer virtual:big/changer and --device virtual:big/1\n");
    }

    [Theory]
    [InlineData("library create x --slots 4", "--changer")]
    [InlineData("library create x --changer generic --slots many", "--slots many")]
    [InlineData("library create x --drives 2xLTO-9 --drive ibm-lto9", "not both")]
    [InlineData("library create x --changer generic --cartridges 3xLTO-9 --worm", "--worm")]
    [InlineData("library remove", "one of them")]
    [InlineData("library remove CAP001L9 --slot 3", "one of them")]
    [InlineData("library insert CAP001L9 --slot 0", "--slot 0")]
    [InlineData("library insert CAP001L9 --device /dev/sg3", "/dev/sg3")]
    [InlineData("library destroy big", "--yes")]
    [InlineData("library remove CAP001L9 --delete", "--yes")]
    [InlineData("library show ../x", "'../x'")]
    public void Nonsense_is_refused_before_anything_is_done(string line, string message)
    {
        var cli = new TestCli();
        cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldContain(message);
        cli.Libraries.Asked.ShouldBeNull();
    }

    [Theory]
    [InlineData("library insert CAP001L9 --device virtual:big", "insert big InsertRequest { Barcode = CAP001L9, Slot = , IsMail = False, New =  }", "CAP001L9 is in slot 2 of virtual:big\n")]
    [InlineData("library insert CAP001L9 --slot mail --kind LTO-8-WORM", "insert main InsertRequest { Barcode = CAP001L9, Slot = , IsMail = True, New = LTO-8-WORM }", "CAP001L9 is in slot 2 of virtual:main\n")]
    [InlineData("library remove --slot 7 --device big", "remove big RemoveRequest { Barcode = , Slot = 7, IsDeleted = False }", "CAP001L9 is on the shelf of virtual:big\n")]
    [InlineData("library remove CAP002L9 --delete --yes", "remove main RemoveRequest { Barcode = CAP002L9, Slot = , IsDeleted = True }", "CAP002L9 is gone\n")]
    [InlineData("library import /x/y.cartridge --slot 5", "import main /x/y.cartridge 5 False", "CAP009L9 is in mail slot 3 of virtual:main\n")]
    [InlineData("library fail big stuck --drive 0", "fail big stuck  0 1 ", "virtual:big: stuck drive 0, door\n")]
    [InlineData("library fail big exception --slot 3 --sense 83/02 --count 2", "fail big exception 3  2 83/02", "virtual:big: stuck drive 0, door\n")]
    [InlineData("library repair big door", "repair big door", "virtual:big: nothing is wrong\n")]
    [InlineData("library destroy big --yes", "destroy big", "destroyed library main with 2 cartridges\n")]
    public void Hands_do_what_was_asked(string line, string asked, string output)
    {
        var cli = new TestCli();
        cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Success);
        cli.Libraries.Asked.ShouldBe(asked);
        cli.Output.ShouldBe(output);
    }

    [Fact]
    public void Show_draws_drives_and_full_slots()
    {
        var cli = new TestCli();
        cli.Run("library", "show", "big").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe(
            """
            virtual:big: ibm-ts3200 changer virtual:big/changer, serial number CAPR000001, in /libraries/big

            DRIVE  DEVICE         VENDOR  PRODUCT      SERIAL      ADDRESS  CARTRIDGE  USED BY
                0  virtual:big/1  IBM     ULT3580-TD9  CAP0000001     100h  CAP002L9   process 77

            SLOT  KIND  ADDRESS  CARTRIDGE
               1  slot    1000h  CAP001L9
            1 of 2 slots and 1 of 1 mail slot are empty
            on the shelf: CLN001CU

            """);
    }

    [Fact]
    public void List_says_where_and_what_each_cartridge_is()
    {
        var cli = new TestCli { Libraries = { Views = [CannedLibraries.Robotic] } };
        cli.Run("library", "list").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe(
            """
            LIBRARY  BARCODE   WHERE    CAPACITY  USED  STATE
            big      CAP001L9  slot 1    18.0 TB   0 B  writable
            big      CAP002L9  drive 0   18.0 TB   0 B  writable, write-once, drive in use by process 77
            big      CLN001CU  shelf      1.0 MB   0 B  cleaning

            """);
    }
}
