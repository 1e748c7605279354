using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive.Tests;

/// <summary>Reservations between two hosts, the clock, the dump, the self-test, the order of access: the driver on the virtual drive.</summary>
public sealed class ServiceTests
{
    [Fact]
    public void A_reserved_drive_is_for_its_host()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        tape.Drive.ReadReservations().ShouldSatisfyAllConditions(
            none => none.Keys.ShouldBeEmpty(), none => none.Kind.ShouldBeNull(), none => none.Kinds.Count.ShouldBe(3), none => none.SurvivesPowerLoss.ShouldBe(false));
        tape.Drive.Reserve(0xAB);
        using TapeDrive other = TapeDrive.Open(tape.Library.OpenOtherInitiator(1));
        DriveReservations seen = other.ReadReservations();
        seen.Kind.ShouldBe("exclusive access");
        seen.HolderKey.ShouldBe(0xABu);
        seen.Registrants!.ShouldHaveSingleItem().ShouldBe(new DriveRegistrant(0xAB, true, "sas 3000000000000001", 1));
        TapeDeviceException busy = Should.Throw<TapeDeviceException>(() => other.Rewind());
        busy.Fault.ShouldBe(DeviceFault.Busy);
        busy.Message.ShouldContain("another host holds a reservation");
        Should.Throw<TapeDeviceException>(() => other.Reserve(0xCD)).Fault.ShouldBe(DeviceFault.Busy);
        tape.Drive.Rewind();
        tape.Drive.ReleaseReservation(0xAB);
        other.Rewind();
    }

    [Fact]
    public void A_reservation_for_registrants_lets_them_in()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        tape.Drive.Reserve(0xAB, ReservationScope.Registrants);
        using TapeDrive other = TapeDrive.Open(tape.Library.OpenOtherInitiator(1));
        Should.Throw<TapeDeviceException>(() => other.Rewind()).Fault.ShouldBe(DeviceFault.Busy);
        Should.Throw<TapeDeviceException>(() => other.Reserve(0xCD)).Fault.ShouldBe(DeviceFault.Busy);
        // Registered it is, now.
        other.Rewind();
    }

    [Fact]
    public void Who_loses_a_reservation_in_a_stream_of_writes_stops()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        tape.Drive.Reserve(0xAB);
        tape.Drive.BeginWriting();
        tape.Drive.Write(new byte[100]);
        using TapeDrive other = TapeDrive.Open(tape.Library.OpenOtherInitiator(1));
        other.ClearReservations(0xCD);
        other.ReadReservations().Keys.ShouldBeEmpty();
        other.Reserve(0xCD);
        Should.Throw<TapeWriteException>(() => tape.Drive.Write(new byte[100])).FirstSuspectObjectId.ShouldBe(0);
    }

    [Fact]
    public void The_clock_is_told_and_set()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        DriveTimestamp fresh = tape.Drive.ReadTimestamp();
        fresh.Time.ShouldBeNull();
        fresh.SincePowerOn!.Value.ShouldBeLessThan(TimeSpan.FromMinutes(5));
        var wanted = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
        tape.Drive.SetTimestamp(wanted);
        (tape.Drive.ReadTimestamp().Time!.Value - wanted).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void The_dump_comes_whole_and_the_self_test_passes()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        using var dump = new MemoryStream();
        long told = 0;
        tape.Drive.ReadDump(TapeDrive.DumpBufferId, piece => dump.Write(piece.Span), total => told = total).ShouldBe(told);
        dump.Length.ShouldBe(told);
        System.Text.Encoding.UTF8.GetString(dump.ToArray()).ShouldStartWith("CAPSTAN VIRTUAL DRIVE DUMP");
        tape.Drive.ReadDump(0x55, static _ => throw new InvalidOperationException()).ShouldBe(0);
        tape.Drive.SelfTest();
    }

    /// <summary>Offset boundary 12, 10,000 bytes, and a path of 6000 bytes: pieces of 4096, the last one shorter.</summary>
    [Fact]
    public void A_dump_is_read_at_its_boundary()
    {
        byte[] piece = new byte[65536];
        using Rig rig = Rig.Opened(Rig.Data(12, 0, 0x27, 0x10), Rig.Data(piece[..10000]));
        rig.Drive.ReadDump(1, static _ => { }).ShouldBe(10000);
        rig.Sent.ShouldBe(["3C030100000000000400", "3C020100000000271000"]);
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_failed_self_test_says_what_the_drive_said()
    {
        using Rig rig = Rig.Opened(Rig.Check("04/3E/03"));
        TapeDeviceException e = Should.Throw<TapeDeviceException>(() => rig.Drive.SelfTest());
        e.Fault.ShouldBe(DeviceFault.HardwareFailure);
        rig.Sent.ShouldBe(["1D0400000000"]);
    }

    [Fact]
    public void A_drive_that_has_none_of_it_is_unsupported()
    {
        using Rig rig = Rig.Opened(Enumerable.Repeat(Rig.Check("05/20/00"), 5).ToArray());
        Should.Throw<TapeCommandException>(() => rig.Drive.ReadReservations()).IsUnsupported.ShouldBeTrue();
        Should.Throw<TapeCommandException>(() => rig.Drive.ReadTimestamp()).IsUnsupported.ShouldBeTrue();
        Should.Throw<TapeCommandException>(() => rig.Drive.SelfTest()).IsUnsupported.ShouldBeTrue();
        rig.Drive.ReadMediaSerialNumber().ShouldBeNull();
        rig.Drive.ReadEndsOfWraps().ShouldBeNull();
        rig.ShouldBeDone();
    }

    [Fact]
    public void The_drive_orders_reads_and_tells_where_the_tape_turns()
    {
        using VirtualDrive tape = new VirtualDrive(capacityBytes: 2800 << 10, earlyWarningBytes: 1 << 10).Ready();
        tape.Drive.BeginWriting();
        for (int i = 0; i < 100; i++)
            tape.Drive.Write(VirtualDrive.Block(i, 1024 - 64));
        tape.Drive.WriteFilemarks(1);
        tape.Drive.Rewind();
        IReadOnlyList<WrapEnd> wraps = tape.Drive.ReadEndsOfWraps().ShouldNotBeNull();
        wraps.Count.ShouldBe(11);
        wraps[0].ObjectId.ShouldBe(9);
        wraps[^1].ObjectId.ShouldBe(100);
        TapeSegment[] segments = [new("a", 90, 91), new("b", 3, 3), new("c", 55, 56), new("d", 4, 9)];
        IReadOnlyList<TapeSegment> order = tape.Drive.OrderAccess(segments).ShouldNotBeNull();
        order.ShouldBe(segments, ignoreOrder: true);
        order[0].Name.ShouldBe("b");
        order[1].Name.ShouldBe("d");
        tape.Drive.ReadMediaSerialNumber()!.Length.ShouldBe(16);
    }

    /// <summary>A drive that loses one of them, or names another, would make a restore incomplete.</summary>
    [Fact]
    public void An_order_of_something_else_is_no_order()
    {
        byte[] answer = new byte[40];
        new AccessOrderList([new DataSegment("b", 0, 1, 2)]).WriteTo(answer);
        using Rig rig = Rig.Opened(Rig.Data(0x07, 0xD0, 0, 0x20), Rig.PositionAt(5), Rig.Good, Rig.Data(answer));
        Should.Throw<TapeCommandException>(() => rig.Drive.OrderAccess([new TapeSegment("a", 1, 2)])).Message.ShouldContain("not of what was asked for");
    }
}
