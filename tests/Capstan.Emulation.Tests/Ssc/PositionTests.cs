using Capstan.Emulation.Tests.Cartridges;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>SPACE, LOCATE, READ POSITION, REWIND and ERASE on: blocks 0 1 2, mark 3, blocks 4 5 6, mark 7, end of data 8.</summary>
public class PositionTests : IDisposable
{
    private readonly DriveRig _drive = new DriveRig().WithTwoFiles();

    public void Dispose() => _drive.Dispose();

    [Theory]
    [InlineData("00", 0, 2, 2)]
    [InlineData("00", 6, -2, 4)]
    [InlineData("00", 3, -3, 0)]
    [InlineData("01", 0, 1, 4)]
    [InlineData("01", 0, 2, 8)]
    [InlineData("01", 3, 1, 4)]
    [InlineData("01", 8, -1, 7)]
    [InlineData("01", 8, -2, 3)]
    [InlineData("01", 4, -1, 3)]
    [InlineData("03", 1, 5, 8)]
    [InlineData("00", 5, 0, 5)]
    public void Spacing_goes_where_it_should(string code, int from, int count, int expected)
    {
        LocateTo(from);
        _drive.Good($"11 {code} {count & 0xFFFFFF:X6} 00");
        _drive.Position().Object.ShouldBe((ulong)expected);
        LocateTo(from);
        _drive.Good($"91 {code} 0000 {(long)count:X16} 00000000");
        _drive.Position().Object.ShouldBe((ulong)expected);
    }

    [Theory]
    // Blocks run into a filemark: forward behind it, backward before it; the rest of the count is left.
    [InlineData("00", 1, 5, "F0 00 80 00000003 0A 00000000 0001 00 000000", 4)]
    [InlineData("00", 5, -4, "F0 00 80 00000003 0A 00000000 0001 00 000000", 3)]
    // Beginning of partition: NO SENSE, EOM, 00/04.
    [InlineData("00", 2, -5, "F0 00 40 00000003 0A 00000000 0004 00 000000", 0)]
    [InlineData("01", 5, -3, "F0 00 40 00000002 0A 00000000 0004 00 000000", 0)]
    // End of data.
    [InlineData("00", 8, 4, "F0 00 08 00000004 0A 00000000 0005 00 000000", 8)]
    [InlineData("01", 1, 5, "F0 00 08 00000003 0A 00000000 0005 00 000000", 8)]
    // Sequential filemarks are not offered: CODE, byte 1 bits 3 to 0.
    [InlineData("02", 0, 1, "70 00 05 00000000 0A 00000000 2400 00 CB0001", 0)]
    public void Spacing_that_cannot_go_so_far_says_how_much_is_left(string code, int from, int count, string sense, int expected)
    {
        LocateTo(from);
        _drive.Check($"11 {code} {count & 0xFFFFFF:X6} 00", sense);
        _drive.Position().Object.ShouldBe((ulong)expected);
    }

    [Fact]
    public void Locating_by_object_by_file_and_to_the_end()
    {
        _drive.Good("92 00 00 00 0000000000000005 00000000");
        _drive.Position().ShouldBe((5ul, 1ul));
        // File 1 begins behind the first filemark.
        _drive.Good("92 08 00 00 0000000000000001 00000000");
        _drive.Position().ShouldBe((4ul, 1ul));
        _drive.Good("92 08 00 00 0000000000000000 00000000");
        _drive.Position().ShouldBe((0ul, 0ul));
        _drive.Good("92 18 00 00 0000000000000000 00000000");
        _drive.Position().ShouldBe((8ul, 2ul));
        const string endOfData = "70 00 08 00000000 0A 00000000 0005 00 000000";
        _drive.Check("92 00 00 00 0000000000000009 00000000", endOfData);
        _drive.Check("92 00 00 00 FFFFFFFFFFFFFFFF 00000000", endOfData);
        _drive.Check("92 08 00 00 0000000000000003 00000000", endOfData);
        _drive.Check("2B 00 00 00000009 00 00 00", endOfData);
        _drive.Position().Object.ShouldBe(8ul);
    }

    [Fact]
    public void There_is_one_partition()
    {
        _drive.Good("92 02 00 00 0000000000000001 00000000");
        _drive.Check("92 02 00 01 0000000000000001 00000000", "70 00 05 00000000 0A 00000000 2400 00 C00003");
        _drive.Check("2B 02 00 00000001 00 01 00", "70 00 05 00000000 0A 00000000 2400 00 C00008");
    }

    [Fact]
    public void Positions_in_all_three_forms()
    {
        // Short: BOP, then first and last object location.
        Convert.ToHexString(_drive.Good("34 00 0000000000 0000 00", dataIn: 20)).ShouldBe("8000000000000000000000000000000000000000");
        LocateTo(5);
        Convert.ToHexString(_drive.Good("34 00 0000000000 0000 00", dataIn: 20)).ShouldBe("0000000000000005000000050000000000000000");
        Convert.ToHexString(_drive.Good("34 06 0000000000 0000 00", dataIn: 32))
            .ShouldBe("0000000000000000000000000000000500000000000000010000000000000000");
        Convert.ToHexString(_drive.Good("34 08 0000000000 0020 00", dataIn: 32))
            .ShouldBe("0000001C00000000000000000000000500000000000000050000000000000000");
    }

    [Fact]
    public void Erasing_makes_the_end_of_data_at_the_position_and_survives()
    {
        LocateTo(2);
        _drive.Good("19 00 00 00 00 00");
        _drive.Check("08 00 000064 00", "F0 00 08 00000064 0A 00000000 0005 00 000000", dataIn: 100);
        _drive.Unit.Tape.DurableObjectCount.ShouldBe(2);
        _drive.Rewind();
        _drive.Good("19 01 00 00 00 00");
        _drive.Position().ShouldBe((0ul, 0ul));
        _drive.Unit.Tape.EndOfData.ShouldBe(0);
    }

    [Fact]
    public void Verifying_checks_without_transfer()
    {
        _drive.Good("13 00 000064 00");
        _drive.Check("13 00 000064 00", "F0 00 20 FFFFFF9C 0A 00000000 0000 00 000000");
        RawFile.Flip(_drive.CartridgePath, 65536 + 64 + 100 + 64 + 200 + 64 + 7);
        _drive.Check("13 00 00012C 00", "F0 00 03 0000012C 0A 00000000 1100 00 000000");
        _drive.Check("13 00 00012C 00", "F0 00 80 0000012C 0A 00000000 0001 00 000000");
        _drive.Check("13 02 00012C 00", "70 00 05 00000000 0A 00000000 2400 00 C90001");
    }

    /// <summary>
    /// SSC-4 7.7: service action 01h is a short form with a position of the vendor's own, here the logical object identifier; BT of
    /// LOCATE(10), obsolete, asks to take it back. Linux's st uses both unless MT_ST_SCSI2LOGICAL is set.
    /// </summary>
    [Fact]
    public void The_vendor_s_own_positions_are_logical_object_identifiers()
    {
        _drive.Good("2B 04 00 00000005 00 00 00");
        byte[] answer = _drive.Good("34 01 00 00 00 00 00 00 00 00", dataIn: 20);
        Convert.ToHexString(answer, 4, 4).ShouldBe("00000005");
        answer.ShouldBe(_drive.Good("34 00 00 00 00 00 00 00 00 00", dataIn: 20));
    }

    private void LocateTo(int position) => _drive.Good($"2B 00 00 {position:X8} 00 00 00");
}
