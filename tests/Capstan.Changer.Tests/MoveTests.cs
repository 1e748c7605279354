using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Changer.Tests;

/// <summary>Moves, and what became of them.</summary>
public sealed class MoveTests
{
    private static readonly LibraryElement Slot = new(ElementType.Storage, 1000, 1) { IsFull = true, Barcode = "E01001L8" };
    private static readonly LibraryElement Empty = new(ElementType.Storage, 1002, 3);
    private static readonly LibraryElement Drive = new(ElementType.DataTransfer, 500, 0);

    private static readonly ScriptedReply SlotFull = Rig.Element(ElementType.Storage, 1000, "E01001L8");
    private static readonly ScriptedReply SlotEmpty = Rig.Element(ElementType.Storage, 1000, null);
    private static readonly ScriptedReply DriveEmpty = Rig.Element(ElementType.DataTransfer, 500, null);
    private static readonly ScriptedReply DriveFull = Rig.Element(ElementType.DataTransfer, 500, "E01001L8", 1000);

    private const string MoveSlotToDrive = "A500000003E801F400000000";

    [Fact]
    public void A_move()
    {
        using Rig rig = Rig.Opened(Rig.Good);
        rig.Changer.Move(Slot, Drive);
        rig.Sent.ShouldBe([MoveSlotToDrive]);
        rig.Progress.Reports.ShouldHaveSingleItem().What.ShouldBe("moving E01001L8 from slot 1 to drive 0");
    }

    [Theory]
    [InlineData("05/3B/0E", ChangerFault.SourceEmpty, "no cartridge to take")]
    [InlineData("05/3B/0D", ChangerFault.DestinationFull, "there already")]
    [InlineData("05/21/01", ChangerFault.InvalidAddress, "no such place")]
    [InlineData("05/53/02", ChangerFault.RemovalPrevented, "prevented")]
    [InlineData("05/53/03", ChangerFault.RemovalPrevented, "prevented")]
    // Quantum DX-Series Software Interface Guide, appendix B: the gripper sensed no cartridge.
    [InlineData("05/3A/00", ChangerFault.SourceEmpty, "no cartridge to take")]
    // Exabyte Magnum 1x7 SCSI Reference, table 11-5; IBM Tape Device Drivers, Move Medium.
    [InlineData("02/3B/15", ChangerFault.MagazineMissing, "magazine")]
    [InlineData("05/80/06", ChangerFault.InvalidAddress, "no drive")]
    [InlineData("05/3B/81", ChangerFault.InvalidAddress, "another partition")]
    [InlineData("02/04/8D", ChangerFault.NeedsOperator, "waits for a person")]
    [InlineData("05/3B/11", ChangerFault.MagazineMissing, "magazine")]
    [InlineData("05/3B/12", ChangerFault.MagazineMissing, "magazine")]
    [InlineData("05/3A/02", ChangerFault.MailSlotOpen, "mail slot is open")]
    [InlineData("02/3A/02", ChangerFault.MailSlotOpen, "mail slot is open")]
    [InlineData("05/3B/18", ChangerFault.ElementDisabled, "switched off")]
    [InlineData("02/04/03", ChangerFault.NeedsOperator, "waits for a person")]
    [InlineData("02/04/83", ChangerFault.NeedsOperator, "waits for a person")]
    [InlineData("02/04/02", ChangerFault.StatusUnknown, "capstan changer inventory")]
    [InlineData("05/30/00", ChangerFault.Incompatible, "cannot be used there")]
    [InlineData("05/20/00", ChangerFault.Unsupported, "refuses the command")]
    public void What_the_changer_refuses_is_named_with_its_remedy(string sense, ChangerFault fault, string words)
    {
        using Rig rig = Rig.Opened(Rig.Check(sense));
        ChangerException e = Should.Throw<ChangerException>(() => rig.Changer.Move(Slot, Drive));
        e.Fault.ShouldBe(fault);
        e.Message.ShouldContain("moving E01001L8 from slot 1 to drive 0");
        e.Message.ShouldContain(words);
        e.Message.ShouldContain($"{sense[3..]}");
        rig.Sent.ShouldBe([MoveSlotToDrive]);
    }

    [Theory]
    [InlineData("04/15/01", ChangerFault.HardwareFailure)]
    [InlineData("04/53/00", ChangerFault.LoadFailed)]
    // Exabyte Magnum 1x7 SCSI Reference, table 11-5.
    [InlineData("03/53/00", ChangerFault.LoadFailed)]
    public void A_failure_tells_where_the_cartridge_is(string sense, ChangerFault fault)
    {
        using Rig rig = Rig.Opened(Rig.Check(sense), SlotFull, DriveEmpty, SlotFull, DriveEmpty);
        ChangerException e = Should.Throw<ChangerException>(() => rig.Changer.Move(Slot, Drive));
        e.Fault.ShouldBe(fault);
        e.Message.ShouldContain("slot 1 holds E01001L8, drive 0 is empty");
    }

    /// <summary>Oracle's libraries; Exabyte Magnum 1x7 SCSI Reference, table 11-5; Dell TL2000 User's Guide, table C-1.</summary>
    [Theory]
    [InlineData("05/3A/00")]
    [InlineData("02/3A/00")]
    [InlineData("05/3B/90")]
    [InlineData("05/44/81")]
    public void A_drive_that_holds_its_tape(string sense)
    {
        using Rig rig = Rig.Opened(Rig.Check(sense));
        ChangerException e = Should.Throw<ChangerException>(() => rig.Changer.Move(Drive with { IsFull = true, Barcode = "E01001L8" }, Slot with { IsFull = false, Barcode = null }));
        e.Fault.ShouldBe(ChangerFault.DriveNotUnloaded);
        e.Message.ShouldContain("moving E01001L8 from drive 0 to slot 1: the drive holds its tape");
        e.Message.ShouldContain("capstan drive eject");
    }

    [Theory]
    [InlineData("04/53/00")]
    [InlineData("03/53/00")]
    [InlineData("05/3B/87")]
    public void A_drive_that_cannot_give_its_tape_out(string sense)
    {
        using Rig rig = Rig.Opened(Rig.Check(sense), DriveFull, SlotEmpty, DriveFull, SlotEmpty);
        ChangerException e = Should.Throw<ChangerException>(() => rig.Changer.Move(Drive with { IsFull = true, Barcode = "E01001L8" }, Slot with { IsFull = false, Barcode = null }));
        e.Fault.ShouldBe(ChangerFault.TapeStuck);
        e.Message.ShouldContain("moving E01001L8 from drive 0 to slot 1: the drive could not give its tape out");
        e.Message.ShouldContain("drive 0 holds E01001L8, slot 1 is empty");
    }

    [Fact]
    public void An_element_with_an_exception_is_what_the_error_is_about()
    {
        using Rig rig = Rig.Opened(Rig.Check("04/44/00"), SlotFull, Rig.Element(ElementType.DataTransfer, 500, null, exception: "40/02"), SlotFull, DriveEmpty);
        ChangerException e = Should.Throw<ChangerException>(() => rig.Changer.Move(Slot, Drive));
        e.Fault.ShouldBe(ChangerFault.ElementException);
        e.Message.ShouldContain("drive 0: 40/02");
    }

    [Fact]
    public void Unit_attentions_that_change_nothing_are_passed_over()
    {
        using Rig rig = Rig.Opened(Rig.Check("06/2A/01"), Rig.Check("06/3F/03"), new(ScsiStatus.Busy), Rig.Good);
        rig.Changer.Move(Slot, Drive);
        rig.Sent.ShouldBe(Enumerable.Repeat(MoveSlotToDrive, 4));
    }

    /// <summary>Somebody was at the mail slot, or the library was reset: the cartridge that was meant must still be there.</summary>
    [Theory]
    [InlineData("06/28/00")]
    [InlineData("06/28/01")]
    [InlineData("06/29/00")]
    [InlineData("06/3B/12")]
    public void After_a_visit_the_library_is_looked_at_before_the_move_is_sent_again(string attention)
    {
        using (Rig rig = Rig.Opened(Rig.Check(attention), SlotFull, DriveEmpty, Rig.Good))
        {
            rig.Changer.Move(Slot, Drive);
            rig.Sent.Count(cdb => cdb == MoveSlotToDrive).ShouldBe(2);
            rig.ShouldBeDone();
        }

        using Rig other = Rig.Opened(Rig.Check(attention), Rig.Element(ElementType.Storage, 1000, "OTHER1L8"), DriveEmpty);
        Should.Throw<ChangerException>(() => other.Changer.Move(Slot, Drive)).Fault.ShouldBe(ChangerFault.ContentsChanged);
        other.Sent.Count(cdb => cdb == MoveSlotToDrive).ShouldBe(1);
    }

    [Fact]
    public void An_inventory_is_waited_for_and_then_moved()
    {
        using Rig rig = Rig.Opened(Rig.Check("02/04/01"), Rig.Check("02/04/01"), Rig.Good, SlotFull, DriveEmpty, Rig.Good);
        rig.Changer.Move(Slot, Drive);
        rig.Sent.Count(cdb => cdb == MoveSlotToDrive).ShouldBe(2);
        rig.ShouldBeDone();
        rig.Clock.Waited.ShouldBe(TimeSpan.FromSeconds(4));
    }

    [Theory]
    [InlineData(TransportFault.Lost)]
    [InlineData(TransportFault.TimedOut)]
    [InlineData(TransportFault.Transient)]
    public void A_lost_answer_to_a_move_that_was_done(TransportFault fault)
    {
        using Rig rig = Rig.Opened(new ScriptedReply { Throw = fault }, Rig.Good, SlotEmpty, DriveFull);
        rig.Changer.Move(Slot, Drive);
        rig.Sent.Count(cdb => cdb == MoveSlotToDrive).ShouldBe(1);
    }

    /// <summary>A robot is slow: at first it shows the cartridge nowhere.</summary>
    [Fact]
    public void A_lost_answer_to_a_move_that_is_still_going_on()
    {
        using Rig rig = Rig.Opened(new ScriptedReply { Throw = TransportFault.TimedOut }, Rig.Good, SlotFull, DriveEmpty, SlotEmpty, DriveEmpty, SlotEmpty, DriveFull);
        rig.Changer.Move(Slot, Drive);
        rig.Sent.Count(cdb => cdb == MoveSlotToDrive).ShouldBe(1);
    }

    [Fact]
    public void A_lost_command_is_sent_again_when_the_library_shows_three_times_that_nothing_moved()
    {
        using Rig rig = Rig.Opened([
            new ScriptedReply { Throw = TransportFault.Lost }, Rig.Good, SlotFull, DriveEmpty, SlotFull, DriveEmpty, SlotFull, DriveEmpty, Rig.Good]);
        rig.Changer.Move(Slot, Drive);
        rig.Sent.Count(cdb => cdb == MoveSlotToDrive).ShouldBe(2);
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_silent_changer_is_never_told_twice()
    {
        using Rig rig = Rig.Opened([
            new ScriptedReply { Throw = TransportFault.TimedOut }, Rig.Good, SlotFull, DriveEmpty, SlotFull, DriveEmpty, SlotFull, DriveEmpty, SlotFull, DriveEmpty]);
        ChangerException e = Should.Throw<ChangerException>(() => rig.Changer.Move(Slot, Drive));
        e.Fault.ShouldBe(ChangerFault.Lost);
        e.Message.ShouldContain("not sent a second time");
        e.Message.ShouldContain("slot 1 holds E01001L8");
        rig.Sent.Count(cdb => cdb == MoveSlotToDrive).ShouldBe(1);
    }

    [Fact]
    public void A_cartridge_that_is_nowhere_is_told()
    {
        ScriptedReply[] nowhere = [.. Enumerable.Repeat<ScriptedReply[]>([SlotEmpty, DriveEmpty], 400).SelectMany(static pair => pair)];
        using Rig rig = Rig.Opened([new ScriptedReply { Throw = TransportFault.Lost }, Rig.Good, .. nowhere]);
        ChangerException e = Should.Throw<ChangerException>(() => rig.Changer.Move(Slot, Drive));
        e.Fault.ShouldBe(ChangerFault.FateUnknown);
        e.Message.ShouldContain("neither where it was nor where it was to go");
        rig.Sent.Count(cdb => cdb == MoveSlotToDrive).ShouldBe(1);
    }

    [Fact]
    public void An_aborted_move_is_looked_at_too()
    {
        using Rig rig = Rig.Opened(Rig.Check("0B/44/00"), Rig.Good, SlotEmpty, DriveFull);
        rig.Changer.Move(Slot, Drive);
        rig.Sent.Count(cdb => cdb == MoveSlotToDrive).ShouldBe(1);
    }

    /// <summary>EXCHANGE MEDIUM is not for every changer: then three moves, by way of a free slot.</summary>
    [Fact]
    public void An_exchange_by_three_moves()
    {
        LibraryElement full = Drive with { IsFull = true, Barcode = "F01005L5" };
        using Rig rig = Rig.Opened(Rig.Check("05/24/00"), Rig.Check("05/20/00"), Rig.Check("05/20/00"), Rig.Good, Rig.Good, Rig.Good);
        rig.Changer.Exchange(Slot, full, Slot, Empty).Select(step => $"{step.From.Name} > {step.To.Name}").ShouldBe(
            ["drive 0 > slot 3", "slot 1 > drive 0", "slot 3 > slot 1"]);
        rig.Sent[2..].ShouldBe(["A600000003E801F403E80000", "A500000001F403EA00000000", MoveSlotToDrive, "A500000003EA03E800000000"]);
        rig.ShouldBeDone();
    }

    [Fact]
    public void An_exchange_by_the_changer()
    {
        LibraryElement full = Drive with { IsFull = true, Barcode = "F01005L5" };
        using Rig rig = Rig.Opened(Rig.Check("05/24/00"), Rig.Check("05/20/00"), Rig.Good);
        rig.Changer.Exchange(Slot, full, Slot, Empty).ShouldBeEmpty();
        rig.Sent[2..].ShouldBe(["A600000003E801F403E80000"]);
    }

    [Fact]
    public void An_exchange_without_room_moves_nothing()
    {
        LibraryElement full = Drive with { IsFull = true, Barcode = "F01005L5" };
        using Rig rig = Rig.Opened(Rig.Check("05/24/00"), Rig.Check("05/20/00"), Rig.Check("05/20/00"));
        Should.Throw<ChangerException>(() => rig.Changer.Exchange(Slot, full, Slot)).Fault.ShouldBe(ChangerFault.Unsupported);
    }

    [Fact]
    public void A_range_is_looked_into_with_the_first_command_that_the_changer_has()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/20/00"), Rig.Good);
        rig.Changer.InitializeElementStatus(new ElementRange(1000, 4)).ShouldBe(("INITIALIZE ELEMENT STATUS WITH RANGE (E7h)", false));
        rig.Sent.ShouldBe(["370103E8000000040000", "E70103E8000000040000"]);

        using Rig old = Rig.Opened(Rig.Check("05/20/00"), Rig.Check("05/20/00"), Rig.Good);
        old.Changer.InitializeElementStatus(new ElementRange(1000, 4)).ShouldBe(("INITIALIZE ELEMENT STATUS", true));
        old.Sent[2].ShouldBe("070000000000");
    }

    [Fact]
    public void A_label_is_searched_for()
    {
        using Rig rig = Rig.Opened(Rig.Good, Rig.Element(ElementType.Storage, 1000, "E01001L8"));
        rig.Changer.FindVolumes("E01001*").ShouldBe([((ushort)1000, "E01001L8")]);
        rig.Sent[0].ShouldBe("B60000000005000000280000");
        using Rig lacking = Rig.Opened(Rig.Check("05/20/00"));
        lacking.Changer.FindVolumes("E01001*").ShouldBeNull();
    }
}
