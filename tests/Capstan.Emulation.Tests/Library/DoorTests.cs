using System.Globalization;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Emulation.Smc;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Emulation.Tests.Library.Soak;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Library;

/// <summary>
/// PREVENT ALLOW MEDIUM REMOVAL of the changer locks mail slots and magazines for people, until every initiator that prevented allows it or is gone
/// (Oracle StorageTek SL150 Interface Reference Manual, Quantum SuperLoader 3 Software Interface Guide). The robot goes on.
/// </summary>
public sealed class DoorTests : IDisposable
{
    private const int Slot1 = 0x1000, Slot4 = 0x1003, Mail = 0x10;

    private readonly TestDirectory _directory = new();
    private readonly byte[] _sense = new byte[252];
    private readonly string _path;
    private readonly VirtualLibrary _hands;
    private readonly VirtualLibrary _library;
    private readonly MediaChangerUnit _unit;
    private readonly LoopbackTransport _changer;

    public DoorTests()
    {
        _path = _directory.File("library");
        VirtualLibrary.Create(_path, new LibraryOptions
        {
            CartridgeCount = 3, Changer = VirtualChangerModel.Find("generic"), StorageElements = 4, ImportExportElements = 1, CapacityBytes = 50_000_000, IsSynchronous = false,
        });
        _hands = VirtualLibrary.Open(_path, drive: null);
        _library = VirtualLibrary.Open(_path, drive: null);
        _unit = new MediaChangerUnit(_library);
        _changer = new LoopbackTransport(_unit, "changer");
        Send(_changer, new TestUnitReady()).ShouldBe("6/29/00", "power on");
    }

    public void Dispose()
    {
        _changer.Dispose();
        _library.Dispose();
        _hands.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void While_an_initiator_prevents_it_nothing_is_put_in_or_taken_out_by_hand()
    {
        _hands.RemoveFromSlot("CAP003L9");
        Send(_changer, new TestUnitReady());
        Prevent(_changer, true).ShouldBe("");
        string before = Contents();
        ShouldBeLocked(() => _hands.InsertIntoSlot("CAP003L9", isMail: true));
        ShouldBeLocked(() => _hands.InsertIntoSlot("CAP003L9", 5));
        ShouldBeLocked(() => _hands.InsertIntoSlot("CAP003L9"));
        ShouldBeLocked(() => _hands.RemoveFromSlot("CAP001L9"));
        Contents().ShouldBe(before);
        // The robot may, and what it brings to the mail slot stays there.
        Send(_changer, new MoveMedium(0, Slot1, Mail)).ShouldBe("");
        ShouldBeLocked(() => _hands.RemoveFromSlot(null, 5));
        Send(_changer, new TestUnitReady()).ShouldBe("", "nobody used the mail slot");
        Prevent(_changer, false).ShouldBe("");
        _hands.RemoveFromSlot(null, 5).Barcode.ShouldBe("CAP001L9");
        _hands.InsertIntoSlot("CAP003L9", 5).Address.ShouldBe(Mail);
        Send(_changer, new TestUnitReady()).ShouldBe("6/28/01");
    }

    [Fact]
    public void Every_initiator_that_prevented_has_to_allow()
    {
        using var other = new LoopbackTransport(_unit, "another initiator", nexus: 1);
        using IScsiTransport third = _hands.OpenChanger();
        Prevent(_changer, true).ShouldBe("");
        Prevent(other, true).ShouldBe("");
        Prevent(third, true).ShouldBe("");
        Prevent(_changer, false).ShouldBe("");
        // One that did not prevent cannot allow for those that did (SPC-4 6.13).
        Prevent(_changer, false).ShouldBe("");
        ShouldBeLocked(() => _hands.RemoveFromSlot("CAP001L9"));
        Prevent(other, false).ShouldBe("");
        ShouldBeLocked(() => _hands.RemoveFromSlot("CAP001L9"));
        // Mail slots stay closed for the command that opens them, too, whoever prevented it.
        Send(_changer, new OpenCloseImportExportElement(Mail, ImportExportAction.Open)).ShouldBe("5/53/02");
        third.Dispose();
        _hands.RemoveFromSlot("CAP001L9").Barcode.ShouldBe("CAP001L9");
    }

    [Fact]
    public void A_reset_and_the_end_of_the_path_allow_it()
    {
        Prevent(_changer, true).ShouldBe("");
        _unit.Reset();
        _hands.RemoveFromSlot("CAP001L9").Barcode.ShouldBe("CAP001L9");
        Send(_changer, new TestUnitReady()).ShouldBe("6/29/03");
        Prevent(_changer, true).ShouldBe("");
        _changer.Dispose();
        _hands.InsertIntoSlot("CAP001L9", 4).Address.ShouldBe(Slot4);
    }

    [Fact]
    public void A_process_that_is_killed_locks_nothing_any_more()
    {
        var child = new ChildHost(_path);
        child.Execute(ILibraryHost.Changer, RobotProcesses.Bytes(new PreventAllowMediumRemoval(true)), [], 0).Text.ShouldBe("");
        string message = Should.Throw<LibraryException>(() => _hands.RemoveFromSlot("CAP001L9")).Message;
        message.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"process {child.ProcessId} (dotnet Capstan.Emulation.Tests.dll) prevents medium removal"));
        child.Kill();
        _hands.RemoveFromSlot("CAP001L9").Barcode.ShouldBe("CAP001L9");
    }

    /// <summary>What the host's disk does is the changer's failure for initiators of a served library, and none of theirs.</summary>
    [Fact]
    public void A_disk_that_takes_nothing_more_is_a_failure_that_ends()
    {
        string before = Contents();
        Directory.CreateDirectory(Path.Combine(_path, "inventory.json.new"));
        Send(_changer, new MoveMedium(0, Slot1, Slot4)).ShouldBe("4/44/00");
        Contents().ShouldBe(before);
        Send(_changer, new TestUnitReady()).ShouldBe("");
        Directory.Delete(Path.Combine(_path, "inventory.json.new"));
        Send(_changer, new MoveMedium(0, Slot1, Slot4)).ShouldBe("");
    }

    private void ShouldBeLocked(Action action) => Should.Throw<LibraryException>(action).Message.ShouldContain(
        string.Create(CultureInfo.InvariantCulture, $"The mail slots and magazines of {_path} are locked: process {Environment.ProcessId} ("));

    private string Contents()
    {
        using Inventory.Access inventory = _hands.EnterInventory();
        return string.Join(' ', inventory.Elements.Select(e => $"{e.Key:X}:{e.Value.Barcode}"));
    }

    private string Prevent(IScsiTransport changer, bool prevent) => Send(changer, new PreventAllowMediumRemoval(prevent));

    private string Send<T>(IScsiTransport changer, T command) where T : struct, IScsiCommand<T>
    {
        ScsiCompletion completion = changer.Execute(Cdb.Of(command), DataTransfer.None, _sense, TimeSpan.Zero);
        if (completion.Status == ScsiStatus.Good)
            return "";
        SenseData.TryDecode(_sense.AsSpan(0, completion.SenseLength), out SenseData sense).ShouldBeTrue();
        return $"{(int)sense.Key:X}/{sense.Code.Asc:X2}/{sense.Code.Ascq:X2}";
    }
}
