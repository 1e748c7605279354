using System.Buffers.Binary;
using Capstan.Scsi;

namespace Capstan.Conformance.Spc;

/// <summary>PERSISTENT RESERVE IN and PERSISTENT RESERVE OUT (SPC-4 5.13, 6.15, 6.16). Every check leaves nobody registered.</summary>
public abstract class PersistentReserveConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const ulong Key = 0x1122334455667788;
    private const ulong OtherKey = 0x99AABBCCDDEEFF00;
    private const string ExclusiveAccess = "03";

    [Fact]
    public void ARegistrationIsTold() => Reserving("SPC-4 6.15.2: READ KEYS", device =>
    {
        uint before = Generation(device);
        Register(device, 0, Key).Good();
        byte[] keys = In(device, "00");
        keys[8..].ShouldBe(Bytes(Key));
        Generation(device).ShouldBe(before + 1, "PRGENERATION counts registrations");
        Register(device, Key, 0).Good();
        In(device, "00").Length.ShouldBe(8);
    });

    [Fact]
    public void AReservationIsTold() => Reserving("SPC-4 6.15.3: READ RESERVATION", device =>
    {
        Register(device, 0, Key).Good();
        In(device, "01").Length.ShouldBe(8);
        Out(device, "01", Key).Good();
        byte[] holder = In(device, "01");
        holder.Length.ShouldBe(24);
        holder[8..16].ShouldBe(Bytes(Key));
        (holder[21] & 0x0F).ShouldBe(3, "exclusive access");
        Out(device, "02", Key).Good();
        In(device, "01").Length.ShouldBe(8);
        In(device, "00").Length.ShouldBe(16, "the registration stays");
    });

    [Fact]
    public void WhoIsNotRegisteredConflicts() => Reserving("SPC-4 5.13.4: RESERVATION CONFLICT", device =>
        Out(device, "01", Key).Status.ShouldBe(ScsiStatus.ReservationConflict));

    [Fact]
    public void AnotherKeyConflicts() => Reserving("SPC-4 5.13.4: RESERVATION CONFLICT", device =>
    {
        Register(device, 0, Key).Good();
        Out(device, "01", OtherKey).Status.ShouldBe(ScsiStatus.ReservationConflict);
        Register(device, OtherKey, 0).Status.ShouldBe(ScsiStatus.ReservationConflict);
    });

    [Fact]
    public void ClearEndsEverything() => Reserving("SPC-4 5.13.11.2.6: CLEAR", device =>
    {
        Register(device, 0, Key).Good();
        Out(device, "01", Key).Good();
        Out(device, "03", Key).Good();
        In(device, "00").Length.ShouldBe(8);
        In(device, "01").Length.ShouldBe(8);
    });

    [Fact]
    public void ReleaseOfAnotherTypeIsRefused() => Reserving("SPC-4 5.13.11.2.2: INVALID RELEASE OF PERSISTENT RESERVATION", device =>
    {
        Register(device, 0, Key).Good();
        Out(device, "01", Key).Good();
        Out(device, "02", Key, type: "06").Checks("5/26/04");
    });

    [Fact]
    public void CapabilitiesAreEightBytes() => Reserving("SPC-4 6.15.4: REPORT CAPABILITIES", device =>
    {
        byte[] answer = In(device, "02");
        answer.Length.ShouldBe(8);
        BinaryPrimitives.ReadUInt16BigEndian(answer).ShouldBe((ushort)8);
        (answer[3] & 0x80).ShouldNotBe(0, "TMV");
        (answer[4] & 0x08).ShouldNotBe(0, "exclusive access");
    });

    [Fact]
    public void FullStatusNamesWhoHoldsIt() => Reserving("SPC-4 6.15.5: READ FULL STATUS", device =>
    {
        Register(device, 0, Key).Good();
        Out(device, "01", Key).Good();
        byte[] answer = In(device, "03");
        answer[8..16].ShouldBe(Bytes(Key));
        (answer[20] & 0x01).ShouldBe(1, "R_HOLDER");
        (answer[21] & 0x0F).ShouldBe(3, "exclusive access");
        (24 + BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(28))).ShouldBe(answer.Length - 8, "ADDITIONAL DESCRIPTOR LENGTH");
    });

    [Fact]
    public void AnUnknownServiceActionIsRefused() => Reserving("SPC-4 6.15.1: 1Fh", device =>
        device.Send("5E 1F 00 00 00 00 00 10 00 00", dataIn: 4096).RefusesField());

    [Fact]
    public void AShortListIsRefused() => Reserving("SPC-4 6.16.3: PARAMETER LIST LENGTH ERROR", device =>
        device.Send("5F 00 00 00 00 00 00 00 10 00", new byte[16]).Checks("5/1A/00"));

    [Fact]
    public void TheOtherInitiatorIsRefused() => Reserving("SPC-4 table 66, SSC-4 table 14", device =>
    {
        device.WriteTwoFiles();
        Register(device, 0, Key).Good();
        TargetDevice other = Other();
        Out(device, "01", Key).Good();
        other.Send("01 00 00 00 00 00").Status.ShouldBe(ScsiStatus.ReservationConflict);
        other.Write(TargetDevice.Block(9, 100)).Status.ShouldBe(ScsiStatus.ReservationConflict);
        other.Read(100).Status.ShouldBe(ScsiStatus.ReservationConflict);
        other.Send("12 00 00 00 24 00", dataIn: 36).Status.ShouldBe(ScsiStatus.Good);
        In(other, "01")[8..16].ShouldBe(Bytes(Key));
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100));
    });

    [Fact]
    public void TheOtherInitiatorTakesItAway() => Reserving("SPC-4 5.13.11.2.4: PREEMPT, and REGISTRATIONS PREEMPTED", device =>
    {
        Register(device, 0, Key).Good();
        TargetDevice other = Other();
        Out(device, "01", Key).Good();
        Register(other, 0, OtherKey).Good();
        Out(other, "04", OtherKey, Key).Good();
        In(other, "01")[8..16].ShouldBe(Bytes(OtherKey));
        device.Send("00 00 00 00 00 00").Outcome.ShouldBe("6/2A/05");
        device.Send("01 00 00 00 00 00").Status.ShouldBe(ScsiStatus.ReservationConflict);
        Out(other, "03", OtherKey).Good();
    });

    /// <summary>Whatever a check leaves behind, nobody is registered afterwards.</summary>
    private void Reserving(string clause, Action<TargetDevice> check, [System.Runtime.CompilerServices.CallerMemberName] string method = "") => Check(clause, device =>
    {
        Clear(device);
        try
        {
            check(device);
        }
        finally
        {
            Clear(device);
        }
    }, method);

    private static void Clear(TargetDevice device)
    {
        // REGISTER AND IGNORE EXISTING KEY, CLEAR.
        device.Send("5F 06 00 00 00 00 00 00 18 00", List(0, Key));
        device.Send($"5F 03 {ExclusiveAccess} 00 00 00 00 00 18 00", List(Key, 0));
        Drain(device);
    }

    private TargetDevice Other()
    {
        DoesNotApply(Fixture.OtherInitiator is null, "there is no second initiator on this path");
        var other = new TargetDevice(Fixture.OtherInitiator!);
        Drain(other);
        return other;
    }

    private static Reply Register(TargetDevice device, ulong key, ulong serviceActionKey) =>
        device.Send("5F 00 00 00 00 00 00 00 18 00", List(key, serviceActionKey));

    private static Reply Out(TargetDevice device, string action, ulong key, ulong serviceActionKey = 0, string type = ExclusiveAccess) =>
        device.Send($"5F {action} {type} 00 00 00 00 00 18 00", List(key, serviceActionKey));

    private static byte[] List(ulong key, ulong serviceActionKey) => [.. Bytes(key), .. Bytes(serviceActionKey), .. new byte[8]];

    private static byte[] Bytes(ulong key)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, key);
        return bytes;
    }

    private static uint Generation(TargetDevice device) => BinaryPrimitives.ReadUInt32BigEndian(In(device, "00"));

    private static byte[] In(TargetDevice device, string question) => device.Good($"5E {question} 00 00 00 00 00 10 00 00", dataIn: 4096);
}
