using Capstan.Emulation.Tests.Cartridges;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>
/// READ(6), SSC-4 5.4. Sense bytes: fixed format of SPC-4 4.5.3; FILEMARK 80h, EOM 40h and ILI 20h in byte 2, INFORMATION in 3 to 6.
/// </summary>
public class ReadTests : IDisposable
{
    private readonly DriveRig _drive = new DriveRig().WithTwoFiles();

    public void Dispose() => _drive.Dispose();

    [Fact]
    public void A_block_of_the_requested_length_comes_without_sense()
    {
        Reply reply = _drive.Send("08 00 000064 00", dataIn: 100);
        reply.Sense.ShouldBe("");
        reply.Residual.ShouldBe(0);
        reply.Data.ShouldBe(CartridgeTesting.Block(1, 100));
    }

    [Fact]
    public void A_shorter_block_says_by_how_much()
    {
        Reply reply = _drive.Check("08 00 000400 00", "F0 00 20 0000039C 0A 00000000 0000 00 000000", dataIn: 1024);
        reply.Data.ShouldBe(CartridgeTesting.Block(1, 100));
        reply.Residual.ShouldBe(924);
        _drive.Position().ShouldBe((1ul, 0ul));
    }

    [Fact]
    public void A_shorter_block_with_SILI_leaves_only_a_residual()
    {
        Reply reply = _drive.Send("08 02 000400 00", dataIn: 1024);
        reply.Sense.ShouldBe("");
        reply.Residual.ShouldBe(924);
    }

    [Fact]
    public void A_longer_block_gives_a_negative_difference_and_the_tape_has_passed_it()
    {
        // 40 - 100 = -60 = FFFFFFC4h.
        Reply reply = _drive.Check("08 00 000028 00", "F0 00 20 FFFFFFC4 0A 00000000 0000 00 000000", dataIn: 40);
        reply.Data.ShouldBe(CartridgeTesting.Block(1, 100)[..40]);
        _drive.Position().ShouldBe((1ul, 0ul));
    }

    [Fact]
    public void A_longer_block_with_SILI_is_cut_silently_in_variable_block_mode()
    {
        Reply reply = _drive.Send("08 02 000028 00", dataIn: 40);
        reply.Sense.ShouldBe("");
        reply.Data.ShouldBe(CartridgeTesting.Block(1, 100)[..40]);
    }

    [Fact]
    public void A_longer_block_with_SILI_is_reported_when_a_block_length_is_set()
    {
        _drive.Good("15 10 0000 0C 00", Convert.FromHexString("000010080000000000000200"));
        _drive.Check("08 02 000028 00", "F0 00 20 FFFFFFC4 0A 00000000 0000 00 000000", dataIn: 40);
    }

    [Fact]
    public void A_filemark_ends_the_read_behind_it_with_the_whole_length_as_residue()
    {
        for (int i = 1; i <= 3; i++)
            _drive.Good($"08 00 {i * 100:X6} 00", dataIn: i * 100);
        Reply reply = _drive.Check("08 00 000064 00", "F0 00 80 00000064 0A 00000000 0001 00 000000", dataIn: 100);
        reply.Residual.ShouldBe(100);
        _drive.Position().ShouldBe((4ul, 1ul));
    }

    [Fact]
    public void End_of_data_is_a_blank_check_and_the_tape_stays()
    {
        _drive.Good("92 18 00 00 0000000000000000 000000 00");
        for (int i = 0; i < 2; i++)
            _drive.Check("08 00 000064 00", "F0 00 08 00000064 0A 00000000 0005 00 000000", dataIn: 100);
        _drive.Position().ShouldBe((8ul, 2ul));
    }

    [Fact]
    public void A_length_of_zero_moves_nothing()
    {
        _drive.Good("08 00 000000 00");
        _drive.Position().ShouldBe((0ul, 0ul));
    }

    [Fact]
    public void Fixed_and_SILI_together_are_refused()
    {
        // SKSV, C/D, BPV and bit 1 of byte 1.
        _drive.Check("08 03 000001 00", "70 00 05 00000000 0A 00000000 2400 00 C90001", dataIn: 100);
    }

    [Fact]
    public void Fixed_without_a_block_length_is_refused()
    {
        _drive.Check("08 01 000001 00", "70 00 05 00000000 0A 00000000 2400 00 C80001", dataIn: 100);
    }

    [Fact]
    public void A_reserved_bit_is_refused_with_its_place()
    {
        _drive.Check("08 80 000064 00", "70 00 05 00000000 0A 00000000 2400 00 CF0001", dataIn: 100);
    }

    [Fact]
    public void A_damaged_block_is_a_medium_error_and_the_next_one_is_read()
    {
        _drive.Good("10 00 000000 00");
        RawFile.Flip(_drive.CartridgePath, 65536 + 64 + 5);
        _drive.Check("08 00 000064 00", "F0 00 03 00000064 0A 00000000 1100 00 000000", dataIn: 100);
        _drive.Good("08 00 0000C8 00", dataIn: 200).ShouldBe(CartridgeTesting.Block(2, 200));
    }

    [Fact]
    public void A_buffer_shorter_than_the_transfer_is_never_filled_silently()
    {
        _drive.Check("08 00 000064 00", "70 00 0B 00000000 0A 00000000 4B00 00 000000", dataIn: 50);
        _drive.Position().ShouldBe((0ul, 0ul));
    }
}

/// <summary>READ(6) and WRITE(6) with FIXED=1.</summary>
public class FixedBlockTests : IDisposable
{
    private readonly DriveRig _drive = new();

    public FixedBlockTests()
    {
        _drive.Good("15 10 0000 0C 00", Convert.FromHexString("000010080000000000000200"));
        _drive.Good("0A 01 000005 00", CartridgeTesting.Block(1, 5 * 512));
        _drive.WriteBlock(CartridgeTesting.Block(2, 100));
        _drive.Good("0A 01 000001 00", CartridgeTesting.Block(3, 512));
        _drive.WriteFilemarks(1);
        _drive.Rewind();
    }

    public void Dispose() => _drive.Dispose();

    [Fact]
    public void Blocks_come_one_behind_the_other()
    {
        _drive.Position().ShouldBe((0ul, 0ul));
        _drive.Good("08 01 000005 00", dataIn: 2560).ShouldBe(CartridgeTesting.Block(1, 2560));
        _drive.Position().ShouldBe((5ul, 0ul));
    }

    [Fact]
    public void A_block_of_another_length_stops_the_read_behind_it_and_is_not_counted()
    {
        // Eight wanted, five were read: three left.
        Reply reply = _drive.Check("08 01 000008 00", "F0 00 20 00000003 0A 00000000 0000 00 000000", dataIn: 8 * 512);
        reply.Data.ShouldBe(CartridgeTesting.Block(1, 2560));
        _drive.Position().ShouldBe((6ul, 0ul));
    }

    [Fact]
    public void A_filemark_counts_what_is_missing_in_blocks()
    {
        _drive.Good("2B 00 00 00000006 00 00 00");
        _drive.Check("08 01 000004 00", "F0 00 80 00000003 0A 00000000 0001 00 000000", dataIn: 2048);
        _drive.Check("08 01 000004 00", "F0 00 08 00000004 0A 00000000 0005 00 000000", dataIn: 2048);
    }
}
