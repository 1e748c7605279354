using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Emulation.Smc;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Library;

/// <summary>What goes wrong with real libraries: each is met by another opening of the library than the one that made it fail, and leaves every cartridge in one place.</summary>
public sealed class ChangerFailureTests : IDisposable
{
    private const int Hand = 1, Slot1 = 0x1000, Slot2 = 0x1001, Slot4 = 0x1003, Mail = 0x10, Drive1 = 0x100;

    private readonly TestDirectory _directory = new();
    private readonly byte[] _sense = new byte[252];
    private readonly SetClock _clock = new();
    private readonly string _path;
    private readonly VirtualLibrary _tester;
    private readonly VirtualLibrary _library;
    private readonly LoopbackTransport _changer;

    public ChangerFailureTests()
    {
        _path = _directory.File("library");
        VirtualLibrary.Create(_path, new LibraryOptions
        {
            Cartridges = [new CartridgeBatch(3, Emulation.Cartridges.MediumType.Lto9)],
            Changer = VirtualChangerModel.Find("generic"), StorageElements = 4, ImportExportElements = 1, CapacityBytes = 50_000_000, IsSynchronous = false,
        });
        _tester = VirtualLibrary.Open(_path, _clock, drive: null);
        _library = VirtualLibrary.Open(_path, _clock, drive: null);
        _changer = new LoopbackTransport(new MediaChangerUnit(_library), "changer");
        Send(new TestUnitReady()).ShouldBe("6/29/00", "power on");
        Send(new TestUnitReady()).ShouldBe("");
    }

    public void Dispose()
    {
        _changer.Dispose();
        _library.Dispose();
        _tester.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void While_it_takes_inventory_it_becomes_ready()
    {
        _tester.Fail(new LibraryFailure(LibraryFailureKind.Inventory, Count: 60));
        Send(new TestUnitReady()).ShouldBe("2/04/01");
        Move(Slot1, Slot4).ShouldBe("2/04/01");
        _library.Failures.ShouldBe([new LibraryFailure(LibraryFailureKind.Inventory, Count: 60)]);
        _clock.Advance(61);
        Send(new TestUnitReady()).ShouldBe("6/28/00");
        Send(new TestUnitReady()).ShouldBe("");
        Move(Slot1, Slot4).ShouldBe("");
    }

    [Fact]
    public void An_open_door_waits_for_somebody_who_closes_it()
    {
        _tester.Fail(new LibraryFailure(LibraryFailureKind.Door));
        Send(new TestUnitReady()).ShouldBe("2/04/03");
        Alerts().ShouldBe([16]);
        Alerts().ShouldBeEmpty("told once");
        _tester.Repair(LibraryFailureKind.Door);
        Send(new TestUnitReady()).ShouldBe("6/28/00");
        Send(new TestUnitReady()).ShouldBe("");
    }

    [Fact]
    public void Mail_slots_are_open_and_then_used()
    {
        _tester.Fail(new LibraryFailure(LibraryFailureKind.MailOpen));
        Move(Slot1, Mail).ShouldBe("5/3B/11");
        (Status(ElementType.ImportExport)[0].IsAccessible).ShouldBeFalse();
        Move(Slot1, Slot4).ShouldBe("");
        _tester.Repair(LibraryFailureKind.MailOpen);
        Send(new TestUnitReady()).ShouldBe("6/28/01");
        Move(Slot4, Mail).ShouldBe("");
        _tester.RemoveFromSlot("CAP001L9");
        Send(new TestUnitReady()).ShouldBe("6/28/01");
    }

    [Fact]
    public void The_host_opens_and_closes_the_mail_slots()
    {
        Send(new PreventAllowMediumRemoval(Prevent: true)).ShouldBe("");
        Send(new OpenCloseImportExportElement(Mail, ImportExportAction.Open)).ShouldBe("5/53/02");
        Send(new PreventAllowMediumRemoval(Prevent: false)).ShouldBe("");
        Send(new OpenCloseImportExportElement(Slot1, ImportExportAction.Open)).ShouldBe("5/21/01");
        Send(new OpenCloseImportExportElement(Mail, ImportExportAction.Open)).ShouldBe("");
        Move(Slot1, Mail).ShouldBe("5/3B/11");
        Send(new OpenCloseImportExportElement(Mail, ImportExportAction.Close)).ShouldBe("");
        Send(new TestUnitReady()).ShouldBe("6/28/01");
        Move(Slot1, Mail).ShouldBe("");
    }

    [Fact]
    public void A_tape_that_is_stuck_stays()
    {
        Move(Slot1, Drive1).ShouldBe("");
        _tester.Fail(new LibraryFailure(LibraryFailureKind.Stuck, Drive1));
        _tester.Fail(new LibraryFailure(LibraryFailureKind.Stuck, Slot2));
        Move(Drive1, Slot1).ShouldBe("4/53/00");
        Move(Slot2, Slot1).ShouldBe("4/15/01");
        _tester.Fail(new LibraryFailure(LibraryFailureKind.Prevented, Drive1));
        Move(Drive1, Slot1).ShouldBe("5/53/02");
        Contents().ShouldBe($"{Drive1}:CAP001L9<{Slot1} {Slot2}:CAP002L9 {Slot2 + 1}:CAP003L9");
        _tester.Repair();
        Move(Drive1, Slot1).ShouldBe("");
    }

    [Fact]
    public void An_element_reports_its_exception()
    {
        _tester.Fail(new LibraryFailure(LibraryFailureKind.Exception, Slot2, Asc: 0x83, Ascq: 0x02));
        ElementStatus slot = Status(ElementType.Storage)[1];
        (slot.IsException, slot.ExceptionCode).ShouldBe((true, new SenseCode(0x83, 0x02)));
        Move(Slot2, Slot4).ShouldBe("4/83/02");
        Move(Slot1, Slot4).ShouldBe("");
    }

    [Fact]
    public void A_magazine_that_is_missing_takes_its_slots_with_it()
    {
        _tester.Fail(new LibraryFailure(LibraryFailureKind.Magazine, Slot1, Count: 2));
        Status(ElementType.Storage).Select(slot => (slot.IsDisabled, slot.IsFull, slot.IsAccessible)).ShouldBe([(true, false, false), (true, false, false), (false, true, true), (false, false, true)]);
        Move(Slot1, Slot4).ShouldBe("5/3B/12");
        Move(Slot2 + 1, Slot2).ShouldBe("5/3B/0D");
        Alerts().ShouldBe([18]);
        _tester.Repair(LibraryFailureKind.Magazine);
        Send(new TestUnitReady()).ShouldBe("6/28/00");
        Status(ElementType.Storage).Select(slot => slot.IsFull).ShouldBe([true, true, true, false]);
    }

    [Fact]
    public void A_label_that_cannot_be_read_is_blank_and_not_found()
    {
        _tester.Fail(new LibraryFailure(LibraryFailureKind.NoLabel, Slot2));
        ElementStatus slot = Status(ElementType.Storage)[1];
        slot.IsFull.ShouldBeTrue();
        slot.PrimaryVolumeTag.ShouldBe(VolumeTag.Blank);
        Search("CAP*").ShouldBe([Slot1, Slot2 + 1]);
    }

    [Fact]
    public void A_robot_that_fails_in_the_middle_keeps_the_cartridge_in_its_hand()
    {
        _tester.Fail(new LibraryFailure(LibraryFailureKind.RobotInMove));
        Move(Slot1, Drive1).ShouldBe("4/15/01");
        Contents().ShouldBe($"{Hand}:CAP001L9<{Slot1} {Slot2}:CAP002L9 {Slot2 + 1}:CAP003L9");
        Status(ElementType.MediumTransport)[0].IsFull.ShouldBeTrue();
        Alerts().ShouldBe([2]);
        Move(Slot2, Slot4).ShouldBe("4/15/01", "the hand is full");
        Move(Hand, Slot2).ShouldBe("5/3B/0D");
        Move(Hand, Slot4).ShouldBe("");
        Contents().ShouldBe($"{Slot2}:CAP002L9 {Slot2 + 1}:CAP003L9 {Slot4}:CAP001L9<{Slot1}");
        _tester.Fail(new LibraryFailure(LibraryFailureKind.RobotInMove));
        Move(Slot4, Mail).ShouldBe("4/15/01");
        _tester.Repair();
        Contents().ShouldBe($"{Slot2}:CAP002L9 {Slot2 + 1}:CAP003L9 {Slot4}:CAP001L9<{Slot4}");
    }

    [Fact]
    public void A_robot_that_does_not_move_moves_nothing()
    {
        _tester.Fail(new LibraryFailure(LibraryFailureKind.Robot));
        Move(Slot1, Slot4).ShouldBe("4/15/01");
        Send(new PositionToElement(0, Slot1)).ShouldBe("4/15/01");
        Send(new SendDiagnostic(SelfTest: true)).ShouldBe("4/3E/03");
        Send(new TestUnitReady()).ShouldBe("");
    }

    [Fact]
    public void Volumes_are_searched_by_their_labels()
    {
        Request().ShouldBe("5/2C/00", "no search before");
        Search("CAP00?L9").ShouldBe([Slot1, Slot2, Slot2 + 1]);
        Search("CAP002L9").ShouldBe([Slot2]);
        Search("NONE*").ShouldBeEmpty();
        var list = new byte[40];
        new VolumeTagTemplate("X").WriteTo(list);
        Send(new SendVolumeTag(VolumeTagAction.AssertPrimary, Slot1, 40), list).ShouldBe("5/24/00");
        Send(new SendVolumeTag(VolumeTagAction.TranslatePrimaryIgnoringSequence, 0, 8), new byte[8]).ShouldBe("5/1A/00");
    }

    private string Contents()
    {
        using Inventory.Access inventory = _library.EnterInventory();
        return string.Join(' ', inventory.Elements.Select(e => $"{e.Key}:{e.Value.Barcode}{(e.Value.Source is { } source ? $"<{source}" : "")}"));
    }

    private string Move(int from, int to) => Send(new MoveMedium(0, (ushort)from, (ushort)to));

    private List<ElementStatus> Status(ElementType type) => Elements(new ReadElementStatus(type, 0, 0xFFFF, 0xFFFF, VolumeTags: true));

    private List<int> Search(string pattern)
    {
        var list = new byte[40];
        new VolumeTagTemplate(pattern).WriteTo(list);
        Send(new SendVolumeTag(VolumeTagAction.TranslatePrimaryIgnoringSequence, 0, 40), list).ShouldBe("");
        return [.. Elements(new RequestVolumeElementAddress(ElementType.All, 0, 0xFFFF, 0xFFFF, VolumeTags: true)).Select(element => (int)element.Address)];
    }

    private string Request() => Send(new RequestVolumeElementAddress(ElementType.All, 0, 0xFFFF, 0));

    private List<ElementStatus> Elements<T>(T command) where T : struct, IScsiCommand<T>
    {
        var answer = new byte[0xFFFF];
        ScsiCompletion completion = _changer.Execute(Cdb.Of(command), DataTransfer.FromDevice(answer), _sense, TimeSpan.Zero);
        completion.Status.ShouldBe(ScsiStatus.Good);
        return [.. ElementStatusData.Decode(answer.AsSpan(0, answer.Length - (completion.Residual ?? 0))).Elements];
    }

    private List<int> Alerts()
    {
        var answer = new byte[512];
        _changer.Execute(Cdb.Of(new LogSense(0x2E, 0, default, 0, 512)), DataTransfer.FromDevice(answer), _sense, TimeSpan.Zero).Status.ShouldBe(ScsiStatus.Good);
        return [.. Enumerable.Range(0, 32).Where(i => answer[4 + (i * 5) + 4] != 0).Select(i => i + 1)];
    }

    private string Send<T>(T command, byte[]? data = null) where T : struct, IScsiCommand<T>
    {
        ScsiCompletion completion = _changer.Execute(Cdb.Of(command), data is null ? DataTransfer.None : DataTransfer.ToDevice(data), _sense, TimeSpan.Zero);
        if (completion.Status == ScsiStatus.Good)
            return "";
        SenseData.TryDecode(_sense.AsSpan(0, completion.SenseLength), out SenseData sense).ShouldBeTrue();
        return $"{(int)sense.Key:X}/{sense.Code.Asc:X2}/{sense.Code.Ascq:X2}";
    }
}
