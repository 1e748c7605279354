using Capstan.Operations.Diagnostics;
using Capstan.Operations.Reservations;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Operations.Tests;

/// <summary>`drive reserve|release|reservations|dump|self-test|timestamp`; every call opens the library anew, as each process does.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_reservation_outlives_the_process_that_made_it()
    {
        ReservationOperation.Show(_rig.Context, null).Reservation.ShouldBeNull();
        ReservationReport reserved = ReservationOperation.Reserve(_rig.Context, new ReserveRequest(null));
        reserved.Reservation.ShouldBe("exclusive access");
        reserved.HolderKey.ShouldBe(reserved.OwnKey);
        ReservationReport later = ReservationOperation.Show(_rig.Context, null);
        later.Reservation.ShouldBe("exclusive access");
        later.Registrants.ShouldHaveSingleItem().IsOwn.ShouldBeTrue();
        ReservationReport released = ReservationOperation.Release(_rig.Context, new ReleaseRequest(null));
        released.Reservation.ShouldBeNull();
        released.Registrants.ShouldBeEmpty();
    }

    [Fact]
    public void Another_key_is_named_and_can_be_broken()
    {
        ReservationOperation.Reserve(_rig.Context, new ReserveRequest(null, 0xAB, Shared: true)).Reservation.ShouldBe("exclusive access, registrants only");
        OperationException e = Should.Throw<OperationException>(() => ReservationOperation.Release(_rig.Context, new ReleaseRequest(null)));
        e.Status.ShouldBe(ExitStatus.Device);
        e.Message.ShouldContain("Registered: 0x00000000000000ab");
        e = Should.Throw<OperationException>(() => ReservationOperation.Reserve(_rig.Context, new ReserveRequest(null)));
        e.Message.ShouldContain("key 0x00000000000000ab holds it");
        ReservationOperation.Release(_rig.Context, new ReleaseRequest(null, Break: true)).Registrants.ShouldBeEmpty();
    }

    [Fact]
    public void Who_holds_it_in_another_way_is_not_called_another_host()
    {
        ReservationOperation.Reserve(_rig.Context, new ReserveRequest(null, Shared: true));
        ReservationOperation.Reserve(_rig.Context, new ReserveRequest(null, Shared: true)).Reservation.ShouldBe("exclusive access, registrants only");
        Refused(() => ReservationOperation.Reserve(_rig.Context, new ReserveRequest(null)))
            .ShouldContain("this host holds the drive already, in another way: exclusive access, registrants only. `capstan drive release`");
    }

    /// <summary>The virtual drive's clock ends where this program's does.</summary>
    [Fact]
    public void A_clock_that_says_another_time_than_it_was_set_to_is_found_out() =>
        Refused(() => DiagnosticOperation.Timestamp(_rig.Context, null, new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero))).ShouldContain("says another one");

    [Fact]
    public void The_clock_outlives_the_process_that_set_it()
    {
        DiagnosticOperation.Timestamp(_rig.Context, null, null).Time.ShouldBeNull();
        var wanted = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
        DiagnosticOperation.Timestamp(_rig.Context, null, wanted);
        TimestampReport later = DiagnosticOperation.Timestamp(_rig.Context, null, null);
        (later.Time!.Value - wanted).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMinutes(5));
        later.SecondsAhead.ShouldNotBeNull();
    }

    [Fact]
    public void A_dump_is_a_file()
    {
        string file = _rig.NewPath("drive.dump");
        DumpReport report = DiagnosticOperation.Dump(_rig.Context, new DumpRequest(null, file, 1), () => File.Create(file), CancellationToken.None);
        new FileInfo(file).Length.ShouldBe(report.Bytes);
        OperationException e = Should.Throw<OperationException>(() =>
            DiagnosticOperation.Dump(_rig.Context, new DumpRequest(null, file, 9), static () => throw new InvalidOperationException(), CancellationToken.None));
        e.Status.ShouldBe(ExitStatus.Device);
        e.Message.ShouldContain("buffer 09h");
    }

    [Fact]
    public void The_self_test_passes() => DiagnosticOperation.SelfTest(_rig.Context, new SelfTestRequest(null)).Result.ShouldBe("passed");

    /// <summary>As tgt's drive answers: INVALID COMMAND OPERATION CODE.</summary>
    [Fact]
    public void What_a_drive_cannot_do_is_said_so_with_the_drives_own_words()
    {
        var refusal = new SenseData { Key = SenseKey.IllegalRequest, Code = SenseCode.InvalidCommandOperationCode };
        _rig.Wrap = inner => new FaultInjectingTransport(inner,
            [.. new byte[] { 0x5E, 0x3C, 0x1D, 0xA3 }.Select(code => new Fault(1, code) { Status = ScsiStatus.CheckCondition, Sense = refusal, Count = 1000 })]);
        Refused(() => ReservationOperation.Show(_rig.Context, null)).ShouldContain("this drive (IBM ULT3580-TD9) cannot keep itself for one host");
        Refused(() => DiagnosticOperation.SelfTest(_rig.Context, new SelfTestRequest(null))).ShouldContain("cannot test itself");
        Refused(() => DiagnosticOperation.Timestamp(_rig.Context, null, null)).ShouldContain("cannot tell its clock");
        Refused(() => DiagnosticOperation.Dump(_rig.Context, new DumpRequest(null, "x", 1), static () => throw new InvalidOperationException(), CancellationToken.None))
            .ShouldContain("cannot give a dump");
    }

    private static string Refused(Action act)
    {
        OperationException e = Should.Throw<OperationException>(act);
        e.Status.ShouldBe(ExitStatus.Device);
        return e.Message;
    }
}
