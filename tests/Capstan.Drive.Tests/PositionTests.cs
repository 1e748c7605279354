using Capstan.Transport.Decorators;
using static Capstan.Drive.Tests.Rig;

namespace Capstan.Drive.Tests;

public class PositionTests
{
    [Fact]
    public void A_position_that_no_tape_has_is_an_error_with_its_numbers()
    {
        using Rig rig = Rig.Opened(Rig.PositionAt(-1));
        Should.Throw<TapeCommandException>(() => rig.Drive.ReadPosition()).Message.ShouldContain("object 18446744073709551615");
    }

    [Fact]
    public void The_captured_long_form()
    {
        using Rig rig = Opened(Data(HexFile.Read("lto5-read-position-long")));
        rig.Drive.ReadPosition().ShouldBe(new TapePosition(0, 30, 3, false, false));
        // Service action 6, allocation length 0.
        rig.Sent.ShouldBe(["34060000000000000000"]);
    }

    [Fact]
    public void Flags_of_the_long_form()
    {
        using Rig rig = Opened(PositionAt(0, 0, 0x80), PositionAt(9, 1, 0x40), PositionAt(9, 1, 0x08));
        rig.Drive.ReadPosition().BeginningOfPartition.ShouldBeTrue();
        rig.Drive.ReadPosition().EndOfPartition.ShouldBeTrue();
        rig.Drive.ReadPosition().FileNumber.ShouldBeNull();
    }

    [Fact]
    public void The_captured_short_form_where_there_is_no_long_one()
    {
        using Rig rig = Opened(Check("05/24/00"), Data(HexFile.Read("lto5-read-position-short")));
        rig.Drive.ReadPosition().ShouldBe(new TapePosition(0, 30, null, false, false));
        rig.Sent.Last().ShouldBe("34000000000000000000");
    }

    [Fact]
    public void The_extended_form_tells_what_left_the_buffer()
    {
        // SSC-5 table 77: first object in bytes 8 to 15, last (next to go to the medium) in 16 to 23.
        var bytes = new byte[32];
        (bytes[3], bytes[15], bytes[23]) = (0x1C, 40, 33);
        using Rig rig = Opened(Data(bytes), Check("05/24/00"));
        rig.Drive.ReadFirstBufferedObject().ShouldBe(33);
        rig.Drive.ReadFirstBufferedObject().ShouldBeNull();
        rig.Sent.First().ShouldBe("34080000000000002000");
    }

    public static TheoryData<string> Unknown => ["lonu", "long-cut", "perr", "lolu", "short-cut"];

    [Theory]
    [MemberData(nameof(Unknown))]
    public void A_position_that_is_not_known_is_never_made_up(string how)
    {
        ScriptedReply[] replies = how switch
        {
            "lonu" => [PositionAt(30, 0, 0x04)],
            "long-cut" => [Data(new byte[15])],
            "perr" => [Check("05/24/00"), Data([0x02, .. new byte[19]])],
            "lolu" => [Check("05/24/00"), Data([0x04, .. new byte[19]])],
            _ => [Check("05/24/00"), Data(new byte[7])],
        };
        using Rig rig = Opened(replies);
        Should.Throw<TapeDeviceException>(() => rig.Drive.ReadPosition()).Fault.ShouldBe(DeviceFault.Lost);
    }

    [Theory]
    [InlineData(0L, "2B000000000000000000")]
    [InlineData(0x01020304L, "2B000001020304000000")]
    [InlineData(0xFFFFFFFFL, "2B0000FFFFFFFF000000")]
    [InlineData(0x100000000L, "92000000000000010000000000000000")]
    public void LOCATE_is_verified(long objectId, string cdb)
    {
        using Rig rig = Opened(Good, PositionAt(objectId));
        rig.Drive.Locate(objectId);
        rig.Sent.ShouldBe([cdb, "34060000000000000000"]);
    }

    [Fact]
    public void A_LOCATE_that_ended_elsewhere_is_an_error()
    {
        using Rig rig = Opened(Good, PositionAt(6));
        Should.Throw<TapeCommandException>(() => rig.Drive.Locate(5)).Message.ShouldContain("object 6");
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[1]));
    }

    [Fact]
    public void A_LOCATE_behind_end_of_data_says_so()
    {
        using Rig rig = Opened(Check("08/00/05"));
        Should.Throw<TapeCommandException>(() => rig.Drive.Locate(5)).Message.ShouldContain("behind the end of data");
    }

    [Fact]
    public void A_tape_without_end_of_data_is_damaged()
    {
        using Rig rig = Opened(Check("08/14/03"), Check("03/14/03"));
        Should.Throw<TapeMediumException>(() => rig.Drive.Locate(0)).Fault.ShouldBe(MediumFault.Damaged);
        Should.Throw<TapeMediumException>(() => rig.Drive.LocateEndOfData()).Fault.ShouldBe(MediumFault.Damaged);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("08/00/05")]
    public void End_of_data_is_where_the_drive_says(string? sense)
    {
        using Rig rig = Opened(sense is null ? Good : Check(sense), PositionAt(31, 4));
        rig.Drive.LocateEndOfData().ShouldBe(new TapePosition(0, 31, 4, false, false));
        // SPACE(6), code 3.
        rig.Sent.First().ShouldBe("110300000000");
    }

    [Theory]
    [InlineData(3L, "110000000300")]
    [InlineData(-2L, "1100FFFFFE00")]
    [InlineData(0x7FFFFFL, "11007FFFFF00")]
    [InlineData(0x800000L, "91000000000000000080000000000000")]
    public void SPACE_takes_the_form_that_holds_the_count(long count, string cdb)
    {
        using Rig rig = Opened(Good);
        rig.Drive.SpaceBlocks(count).ShouldBe(new SpaceOutcome(SpaceStop.None, 0));
        rig.Sent.ShouldBe([cdb]);
    }

    [Theory]
    [InlineData("00/00/01", "FM", SpaceStop.Filemark)]
    [InlineData("01/00/01", "FM", SpaceStop.Filemark)]
    [InlineData("08/00/05", "", SpaceStop.EndOfData)]
    [InlineData("00/00/04", "EOM", SpaceStop.BeginningOfPartition)]
    public void What_stops_a_SPACE(string code, string flags, SpaceStop stop)
    {
        using Rig rig = Opened(Check(code, flags, 7));
        rig.Drive.SpaceBlocks(10).ShouldBe(new SpaceOutcome(stop, 7));
    }

    [Theory]
    [InlineData("00/00/01", "FM", SpaceStop.Filemark)]
    [InlineData("08/00/05", "", SpaceStop.EndOfData)]
    public void A_SPACE_that_stopped_without_INFORMATION_is_not_taken_for_done(string code, string flags, SpaceStop stop)
    {
        using Rig rig = Opened(Check(code, flags));
        rig.Drive.SpaceBlocks(10).ShouldBe(new SpaceOutcome(stop, null));
    }

    [Fact]
    public void Rewind_knows_where_it_is()
    {
        using Rig rig = Opened(Good, Good);
        rig.Drive.Rewind();
        rig.Drive.Write(new byte[1]).ShouldBe(WriteOutcome.Written);
        rig.Sent.First().ShouldBe("010000000000");
    }

    [Fact]
    public void A_load_that_met_a_unit_attention_is_sent_again()
    {
        using Rig rig = Opened(Check("06/28/00"), Good, Good, Data(HexFile.Read("lto5-mode-sense-10-3f")), NoProtection);
        rig.Drive.Load();
        // LOAD UNLOAD: LOAD is bit 0 of byte 4.
        rig.Sent.Take(3).ShouldBe(["1B0000000100", "1B0000000100", "000000000000"]);
        rig.ShouldBeDone();
    }

    [Fact]
    public void Load_without_cartridge()
    {
        using Rig rig = Opened(Check("02/3A/00"));
        Should.Throw<TapeMediumException>(() => rig.Drive.Load()).Fault.ShouldBe(MediumFault.NotPresent);
    }

    [Fact]
    public void Unload_and_its_refusal()
    {
        using Rig rig = Opened(Good, Check("05/53/02"), Good);
        rig.Drive.Unload();
        Should.Throw<TapeMediumException>(() => rig.Drive.Unload()).Fault.ShouldBe(MediumFault.RemovalPrevented);
        rig.Drive.PreventRemoval(false);
        rig.Sent.ShouldBe(["1B0000000000", "1B0000000000", "1E0000000000"]);
    }
}
