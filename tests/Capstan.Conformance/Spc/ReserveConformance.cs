using Capstan.Scsi;

namespace Capstan.Conformance.Spc;

/// <summary>RESERVE(6), RELEASE(6), RESERVE(10), RELEASE(10) (SPC-2 5.5.1, 7.16, 7.17, 7.21, 7.22), the reservations before persistent ones.</summary>
public abstract class ReserveConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const string Reserve6 = "16 00 00 00 00 00";
    private const string Release6 = "17 00 00 00 00 00";
    private const string Reserve10 = "56 00 00 00 00 00 00 00 00 00";
    private const string Release10 = "57 00 00 00 00 00 00 00 00 00";

    [Fact]
    public void SixBytesForTheSender() => Reserving("SPC-2 7.17, 7.22", device => ForTheSender(device, Reserve6, Release6));

    [Fact]
    public void TenBytesForTheSender() => Reserving("SPC-2 7.16, 7.21", device => ForTheSender(device, Reserve10, Release10));

    [Fact]
    public void ReleaseOfNothingIsNoError() => Reserving("SPC-2 7.16, 7.17", device =>
    {
        device.Send(Release6).Good();
        device.Send(Release10).Good();
    });

    [Fact]
    public void SixBytesAgainstTheOtherInitiator() => Reserving("SPC-2 5.5.1: RESERVATION CONFLICT", device => AgainstTheOther(device, Reserve6, Release6));

    [Fact]
    public void TenBytesAgainstTheOtherInitiator() => Reserving("SPC-2 5.5.1: RESERVATION CONFLICT", device => AgainstTheOther(device, Reserve10, Release10));

    [Fact]
    public void NotBesideARegistration() => Reserving("SPC-4 5.13.3: RESERVATION CONFLICT while somebody is registered", device =>
    {
        byte[] register = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0];
        Reply registered = device.Send("5F 06 00 00 00 00 00 00 18 00", register);
        DoesNotApply(registered.Outcome == "5/20/00", "the drive has no persistent reservations");
        registered.Good();
        try
        {
            device.Send(Reserve6).Status.ShouldBe(ScsiStatus.ReservationConflict);
        }
        finally
        {
            device.Send("5F 03 00 00 00 00 00 00 18 00", [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        }
    });

    [Fact]
    public void NobodyRegistersMeanwhile() => Reserving("SPC-2 5.5.1: PERSISTENT RESERVE IN and OUT conflict, whoever sends them", device =>
    {
        device.Send(Reserve6).Good();
        Reply question = device.Send("5E 00 00 00 00 00 00 10 00 00", dataIn: 4096);
        DoesNotApply(question.Outcome == "5/20/00", "the drive has no persistent reservations");
        question.Status.ShouldBe(ScsiStatus.ReservationConflict);
    });

    private static void ForTheSender(TargetDevice device, string reserve, string release)
    {
        device.Send(reserve).Good();
        // Once more is no error, and what reserved it may use it.
        device.Send(reserve).Good();
        device.WriteTwoFiles();
        device.Read(100).Good();
        device.Send(release).Good();
    }

    private void AgainstTheOther(TargetDevice device, string reserve, string release)
    {
        device.Send(reserve).Good();
        DoesNotApply(Fixture.OtherInitiator is null, "there is no second initiator on this path");
        var other = new TargetDevice(Fixture.OtherInitiator!);
        Drain(other);
        other.Send("01 00 00 00 00 00").Status.ShouldBe(ScsiStatus.ReservationConflict);
        other.Send(reserve).Status.ShouldBe(ScsiStatus.ReservationConflict);
        other.Send("12 00 00 00 24 00", dataIn: 36).Status.ShouldBe(ScsiStatus.Good);
        // Of who does not hold it: without effect, and no error.
        other.Send(release).Status.ShouldBe(ScsiStatus.Good);
        other.Send("01 00 00 00 00 00").Status.ShouldBe(ScsiStatus.ReservationConflict);
        device.Send(release).Good();
        other.Send("01 00 00 00 00 00").Status.ShouldBe(ScsiStatus.Good);
    }

    /// <summary>Whatever a check leaves behind, the next one finds the drive free.</summary>
    private void Reserving(string clause, Action<TargetDevice> check, [System.Runtime.CompilerServices.CallerMemberName] string method = "") => Check(clause, device =>
    {
        try
        {
            check(device);
        }
        finally
        {
            device.Send(Release6);
            device.Send(Release10);
            if (Fixture.OtherInitiator is { } second)
            {
                var other = new TargetDevice(second);
                other.Send(Release6);
                other.Send(Release10);
            }
        }
    }, method);
}
