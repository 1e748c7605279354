using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Spc;

/// <summary>Two initiators and one drive (SPC-4 5.13; RESERVE: SPC-2 5.5.1).</summary>
public sealed class ReservationTests : IDisposable
{
    private const string ExclusiveAccess = "03";
    private const string RegistrantsOnly = "06";
    private const string AllRegistrants = "08";

    private readonly DriveRig _first = new();
    private readonly LoopbackTransport _second;
    private readonly byte[] _sense = new byte[ScsiCompletion.SenseBufferLength];

    public ReservationTests() => _second = new LoopbackTransport(_first.Unit, "virtual:second", nexus: 1);

    public void Dispose()
    {
        _second.Dispose();
        _first.Dispose();
    }

    [Fact]
    public void Registering_and_reserving_as_the_answers_have_it()
    {
        Out(_first.Transport, "06", "00", 0, 0xAB).ShouldBe(ScsiStatus.Good);
        Hex(In("00")).ShouldBe("00000001" + "00000008" + "00000000000000AB");
        Hex(In("01")).ShouldBe("00000001" + "00000000");
        Out(_first.Transport, "01", ExclusiveAccess, 0xAB, 0).ShouldBe(ScsiStatus.Good);
        Hex(In("01")).ShouldBe("00000001" + "00000010" + "00000000000000AB" + "00000000" + "00" + "03" + "0000");
        // TMV, ALLOW COMMANDS 1; types 3 and 6, and 8.
        Hex(In("02")).ShouldBe("0008" + "00" + "90" + "48" + "01" + "0000");
        Hex(In("03")).ShouldBe("00000001" + "00000030" + "00000000000000AB" + "00000000" + "01" + "03" + "00000000" + "0001" + "00000018"
            + "06000000" + "3000000000000001" + new string('0', 24));
        // RELEASE, and the registration stays.
        Out(_first.Transport, "02", ExclusiveAccess, 0xAB, 0).ShouldBe(ScsiStatus.Good);
        Hex(In("01")).ShouldBe("00000001" + "00000000");
        Out(_first.Transport, "00", "00", 0xAB, 0).ShouldBe(ScsiStatus.Good);
        Hex(In("00")).ShouldBe("00000002" + "00000000");
    }

    /// <summary>SPC-4 table 66 and SSC-4 table 14: what passes exclusive access of another, and what does not.</summary>
    [Theory]
    [InlineData("00 00 00 00 00 00", true)]
    [InlineData("03 00 00 00 12 00", true)]
    [InlineData("05 00 00 00 00 00", true)]
    [InlineData("12 00 00 00 24 00", true)]
    [InlineData("4D 00 40 00 00 00 00 00 FF 00", true)]
    [InlineData("A0 00 00 00 00 00 00 00 00 10 00 00", true)]
    [InlineData("AB 01 00 00 00 00 00 00 00 20 00 00", true)]
    [InlineData("A3 0C 00 00 00 00 00 00 00 FF 00 00", true)]
    [InlineData("A3 0F 00 00 00 00 00 00 00 0C 00 00", true)]
    [InlineData("5E 00 00 00 00 00 00 00 20 00", true)]
    [InlineData("1E 00 00 00 00 00", true)]
    [InlineData("1E 00 00 00 01 00", false)]
    [InlineData("01 00 00 00 00 00", false)]
    [InlineData("08 00 00 00 10 00", false)]
    [InlineData("0A 00 00 00 10 00", false)]
    [InlineData("10 00 00 00 01 00", false)]
    [InlineData("15 10 00 00 00 00", false)]
    [InlineData("1A 00 3F 00 FF 00", false)]
    [InlineData("1B 00 00 00 01 00", false)]
    [InlineData("1D 04 00 00 00 00", false)]
    [InlineData("34 00 00 00 00 00 00 00 00 00", false)]
    [InlineData("3C 03 01 00 00 00 00 00 04 00", false)]
    [InlineData("A4 0F 00 00 00 00 00 00 00 00 00 00", false)]
    public void What_passes_a_reservation_of_another(string cdb, bool passes)
    {
        Reserve(ExclusiveAccess);
        (Status(_second, cdb) != ScsiStatus.ReservationConflict).ShouldBe(passes);
        // Also of one who is registered, where the reservation is for the holder alone.
        Out(_second, "06", "00", 0, 0xCD).ShouldBe(ScsiStatus.Good);
        (Status(_second, cdb) != ScsiStatus.ReservationConflict).ShouldBe(passes);
        Status(_first.Transport, cdb).ShouldNotBe(ScsiStatus.ReservationConflict);
    }

    [Theory]
    [InlineData(RegistrantsOnly)]
    [InlineData(AllRegistrants)]
    public void Registrants_are_let_in(string type)
    {
        Reserve(type);
        Status(_second, "34 00 00 00 00 00 00 00 00 00").ShouldBe(ScsiStatus.ReservationConflict);
        Out(_second, "06", "00", 0, 0xCD).ShouldBe(ScsiStatus.Good);
        Status(_second, "34 00 00 00 00 00 00 00 00 00").ShouldBe(ScsiStatus.Good);
    }

    [Fact]
    public void A_key_that_is_not_the_registered_one_is_a_conflict()
    {
        Out(_first.Transport, "00", "00", 0xAB, 0xCD).ShouldBe(ScsiStatus.ReservationConflict);
        Out(_first.Transport, "00", "00", 0, 0xAB).ShouldBe(ScsiStatus.Good);
        Out(_first.Transport, "00", "00", 0, 0xCD).ShouldBe(ScsiStatus.ReservationConflict);
        foreach (string action in new[] { "01", "02", "03", "04", "05" })
            Out(_first.Transport, action, ExclusiveAccess, 0xCD, 0xAB).ShouldBe(ScsiStatus.ReservationConflict, action);
        Out(_second, "01", ExclusiveAccess, 0, 0).ShouldBe(ScsiStatus.ReservationConflict);
    }

    [Fact]
    public void Another_type_or_another_holder_is_a_conflict_and_the_same_again_is_none()
    {
        Reserve(ExclusiveAccess);
        Out(_first.Transport, "01", ExclusiveAccess, 0xAB, 0).ShouldBe(ScsiStatus.Good);
        Out(_first.Transport, "01", RegistrantsOnly, 0xAB, 0).ShouldBe(ScsiStatus.ReservationConflict);
        Out(_second, "06", "00", 0, 0xCD).ShouldBe(ScsiStatus.Good);
        Out(_second, "01", ExclusiveAccess, 0xCD, 0).ShouldBe(ScsiStatus.ReservationConflict);
        // Whose it is not, releases nothing, and that is no error.
        Out(_second, "02", ExclusiveAccess, 0xCD, 0).ShouldBe(ScsiStatus.Good);
        Status(_second, "01 00 00 00 00 00").ShouldBe(ScsiStatus.ReservationConflict);
        // ILLEGAL REQUEST, 26/04 INVALID RELEASE OF PERSISTENT RESERVATION.
        Out(_first.Transport, "02", RegistrantsOnly, 0xAB, 0).ShouldBe(ScsiStatus.CheckCondition);
        Sense().ShouldBe((0x05, 0x26, 0x04));
    }

    [Fact]
    public void Preempting_takes_the_drive_and_tells_who_had_it()
    {
        Reserve(ExclusiveAccess);
        Out(_second, "06", "00", 0, 0xCD).ShouldBe(ScsiStatus.Good);
        Out(_second, "04", ExclusiveAccess, 0xCD, 0x99).ShouldBe(ScsiStatus.ReservationConflict);
        Out(_second, "04", ExclusiveAccess, 0xCD, 0xAB).ShouldBe(ScsiStatus.Good);
        Hex(In("00", _second))[16..].ShouldBe("00000000000000CD");
        Status(_second, "01 00 00 00 00 00").ShouldBe(ScsiStatus.Good);
        // UNIT ATTENTION, 2A/05 REGISTRATIONS PREEMPTED; a conflict does not use it up.
        Status(_first.Transport, "01 00 00 00 00 00").ShouldBe(ScsiStatus.ReservationConflict);
        Status(_first.Transport, "00 00 00 00 00 00").ShouldBe(ScsiStatus.CheckCondition);
        Sense().ShouldBe((0x06, 0x2A, 0x05));
        Status(_first.Transport, "00 00 00 00 00 00").ShouldBe(ScsiStatus.Good);
    }

    [Fact]
    public void Clearing_ends_everything_and_tells_the_others()
    {
        Reserve(RegistrantsOnly);
        Out(_second, "06", "00", 0, 0xCD).ShouldBe(ScsiStatus.Good);
        Out(_second, "03", "00", 0xCD, 0).ShouldBe(ScsiStatus.Good);
        Status(_first.Transport, "00 00 00 00 00 00").ShouldBe(ScsiStatus.CheckCondition);
        Sense().ShouldBe((0x06, 0x2A, 0x03));
        Hex(In("00"))[8..].ShouldBe("00000000");
    }

    [Fact]
    public void Releasing_what_registrants_share_is_told_to_them()
    {
        Reserve(RegistrantsOnly);
        Out(_second, "06", "00", 0, 0xCD).ShouldBe(ScsiStatus.Good);
        Out(_first.Transport, "02", RegistrantsOnly, 0xAB, 0).ShouldBe(ScsiStatus.Good);
        Status(_second, "00 00 00 00 00 00").ShouldBe(ScsiStatus.CheckCondition);
        Sense().ShouldBe((0x06, 0x2A, 0x04));
    }

    /// <summary>The last one who goes ends it.</summary>
    [Fact]
    public void All_registrants_hold_it_until_the_last_one_goes()
    {
        Reserve(AllRegistrants);
        Out(_second, "06", "00", 0, 0xCD).ShouldBe(ScsiStatus.Good);
        Out(_first.Transport, "00", "00", 0xAB, 0).ShouldBe(ScsiStatus.Good);
        Hex(In("01", _second))[16..].ShouldBe("0000000000000000" + "00000000" + "00" + "08" + "0000");
        Out(_second, "00", "00", 0xCD, 0).ShouldBe(ScsiStatus.Good);
        Hex(In("01", _second))[8..].ShouldBe("00000000");
    }

    [Theory]
    [InlineData("5F 01 01 00 00 00 00 00 18 00", "", 0x24)]
    [InlineData("5F 01 13 00 00 00 00 00 18 00", "", 0x24)]
    [InlineData("5F 01 03 00 00 00 00 00 17 00", "", 0x1A)]
    [InlineData("5F 06 00 00 00 00 00 00 18 00", "01", 0x26)]
    [InlineData("5F 06 00 00 00 00 00 00 18 00", "04", 0x26)]
    [InlineData("5F 06 00 00 00 00 00 00 18 00", "08", 0x26)]
    [InlineData("5F 07 00 00 00 00 00 00 18 00", "", 0x24)]
    public void What_the_drive_does_not_have_is_refused(string cdb, string flags, int asc)
    {
        Out(_first.Transport, "06", "00", 0, 0xAB);
        byte[] list = Parameters(0xAB, 0xAB);
        list[20] = flags.Length == 0 ? (byte)0 : Convert.ToByte(flags, 16);
        Send(_first.Transport, cdb, DataTransfer.ToDevice(list)).ShouldBe(ScsiStatus.CheckCondition);
        Sense().Key.ShouldBe(5);
        Sense().Asc.ShouldBe(asc);
    }

    [Fact]
    public void RESERVE_keeps_others_out_and_a_reset_ends_it()
    {
        Status(_first.Transport, "16 00 00 00 00 00").ShouldBe(ScsiStatus.Good);
        Status(_second, "00 00 00 00 00 00").ShouldBe(ScsiStatus.ReservationConflict);
        Status(_second, "5E 00 00 00 00 00 00 00 20 00").ShouldBe(ScsiStatus.ReservationConflict);
        Status(_second, "12 00 00 00 24 00").ShouldBe(ScsiStatus.Good);
        // Without effect, and no error.
        Status(_second, "17 00 00 00 00 00").ShouldBe(ScsiStatus.Good);
        Status(_second, "56 00 00 00 00 00 00 00 00 00").ShouldBe(ScsiStatus.ReservationConflict);
        Status(_first.Transport, "57 00 00 00 00 00 00 00 00 00").ShouldBe(ScsiStatus.Good);
        Status(_second, "56 00 00 00 00 00 00 00 00 00").ShouldBe(ScsiStatus.Good);
        _first.Unit.Reset(isTold: true);
        Status(_first.Transport, "01 00 00 00 00 00").ShouldBe(ScsiStatus.Good);
    }

    /// <summary>SPC-4 5.13.3.</summary>
    [Fact]
    public void RESERVE_and_registrations_exclude_each_other()
    {
        Out(_first.Transport, "06", "00", 0, 0xAB).ShouldBe(ScsiStatus.Good);
        Status(_first.Transport, "16 00 00 00 00 00").ShouldBe(ScsiStatus.ReservationConflict);
        Status(_second, "17 00 00 00 00 00").ShouldBe(ScsiStatus.ReservationConflict);
    }

    /// <summary>SPC-2 5.5.1: persistent reservations conflict with RESERVE whoever asks.</summary>
    [Fact]
    public void While_RESERVE_holds_the_drive_nobody_registers()
    {
        Status(_first.Transport, "56 00 00 00 00 00 00 00 00 00").ShouldBe(ScsiStatus.Good);
        Status(_first.Transport, "5E 00 00 00 00 00 00 00 20 00").ShouldBe(ScsiStatus.ReservationConflict);
        Out(_first.Transport, "06", "00", 0, 0xAB).ShouldBe(ScsiStatus.ReservationConflict);
        Status(_first.Transport, "57 00 00 00 00 00 00 00 00 00").ShouldBe(ScsiStatus.Good);
        Out(_first.Transport, "06", "00", 0, 0xAB).ShouldBe(ScsiStatus.Good);
    }

    [Fact]
    public void A_reset_leaves_persistent_reservations_and_power_off_does_not()
    {
        Reserve(ExclusiveAccess);
        _first.Unit.Reset(isTold: true);
        Status(_second, "01 00 00 00 00 00").ShouldBe(ScsiStatus.ReservationConflict);
        _first.Unit.PowerOn();
        Status(_second, "12 00 00 00 24 00").ShouldBe(ScsiStatus.Good);
        // Both are told of the power on.
        Status(_second, "01 00 00 00 00 00").ShouldBe(ScsiStatus.CheckCondition);
        Sense().ShouldBe((0x06, 0x29, 0x00));
        Status(_second, "01 00 00 00 00 00").ShouldBe(ScsiStatus.Good);
        Status(_first.Transport, "01 00 00 00 00 00").ShouldBe(ScsiStatus.CheckCondition);
    }

    private void Reserve(string type)
    {
        Out(_first.Transport, "06", "00", 0, 0xAB).ShouldBe(ScsiStatus.Good);
        Out(_first.Transport, "01", type, 0xAB, 0).ShouldBe(ScsiStatus.Good);
    }

    private ScsiStatus Out(IScsiTransport from, string action, string type, ulong key, ulong actionKey) =>
        Send(from, $"5F {action} {type} 00 00 00 00 00 18 00", DataTransfer.ToDevice(Parameters(key, actionKey)));

    private static byte[] Parameters(ulong key, ulong actionKey)
    {
        var list = new byte[24];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(list, key);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(list.AsSpan(8), actionKey);
        return list;
    }

    private byte[] In(string question, IScsiTransport? from = null)
    {
        var answer = new byte[512];
        ScsiCompletion completion = (from ?? _first.Transport).Execute(
            Cdb.FromBytes(Convert.FromHexString($"5E{question}00000000000200" + "00")), DataTransfer.FromDevice(answer), _sense, TimeSpan.FromSeconds(1));
        completion.Status.ShouldBe(ScsiStatus.Good);
        return answer[..(answer.Length - completion.Residual!.Value)];
    }

    private ScsiStatus Status(IScsiTransport from, string cdb)
    {
        // WRITE(6) brings data; of the others some take data.
        bool writes = cdb.StartsWith("0A", StringComparison.Ordinal);
        return Send(from, cdb, writes ? DataTransfer.ToDevice(new byte[16]) : DataTransfer.FromDevice(new byte[512]));
    }

    private ScsiStatus Send(IScsiTransport from, string cdb, DataTransfer data) =>
        from.Execute(Cdb.FromBytes(Convert.FromHexString(cdb.Replace(" ", "", StringComparison.Ordinal))), data, _sense, TimeSpan.FromSeconds(1)).Status;

    private (int Key, int Asc, int Ascq) Sense() => (_sense[2] & 0x0F, _sense[12], _sense[13]);

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);
}
