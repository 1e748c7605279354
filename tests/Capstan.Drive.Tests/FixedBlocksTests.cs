using Capstan.Transport;
using Capstan.Transport.Decorators;
using CsCheck;

namespace Capstan.Drive.Tests;

/// <summary>Several blocks in one command are on the tape what they are one by one, and every doubt goes back to one by one.</summary>
public sealed class FixedBlocksTests
{
    private const int Block = 4;

    // MODE SELECT(10) with PF, 16 bytes; MODE SENSE(10) of all pages; WRITE(6) and READ(6) with FIXED, three blocks (SPC-4, SSC-4).
    private const string Select = "55100000000000001000";
    private const string Sense = "5A003F0000000000FF00";
    private const string Write3 = "0A0100000300";
    private const string Read3 = "080100000300";
    private const string AskPosition = "34060000000000000000";

    /// <summary>Mode parameter header(10) and a block descriptor with this block length (SPC-4 7.5.5, SSC-4 8.3.1).</summary>
    private static ScriptedReply ModeWith(int blockLength) =>
        Rig.Data(0, 14, 0, 0x10, 0, 0, 0, 8, 0x58, 0, 0, 0, 0, (byte)(blockLength >> 16), (byte)(blockLength >> 8), (byte)blockLength);

    /// <summary>Three blocks, each another one.</summary>
    private static readonly byte[] Row = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3];

    private const string Locate5 = "2B000000000005000000";
    private const string Read1 = "080000000400";

    private static ScriptedReply BlockOf(byte value) => Rig.Data(value, value, value, value);

    private static Rig Fixed(params ScriptedReply[] replies)
    {
        Rig rig = Rig.Opened([Rig.Good, ModeWith(Block), Rig.PositionAt(5), .. replies]);
        rig.Drive.TryBeginFixedBlocks(Block).ShouldBeTrue();
        rig.Drive.BeginWriting();
        return rig;
    }

    [Fact]
    public void The_length_is_set_once_and_taken_back_and_the_first_row_is_read_back()
    {
        using Rig rig = Fixed(Rig.Good, Rig.PositionAt(8), Rig.Good, Rig.PositionAt(5), BlockOf(1), BlockOf(2), BlockOf(3), Rig.PositionAt(8), Rig.Good, Rig.Good);
        rig.Drive.WriteBlocks(Row, out int written).ShouldBe(WriteOutcome.Written);
        written.ShouldBe(3);
        rig.Drive.WriteBlocks(Row, out _).ShouldBe(WriteOutcome.Written);
        rig.Drive.EndFixedBlocks();
        rig.Drive.EndFixedBlocks();
        rig.Sent.ShouldBe([Select, Sense, AskPosition, Write3, AskPosition, Locate5, AskPosition, Read1, Read1, Read1, AskPosition, Write3, Select]);
        rig.Drive.FixedBlockLengthBytes.ShouldBe(0);
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_row_of_equal_blocks_proves_nothing_and_costs_no_way_back()
    {
        using Rig rig = Fixed(Rig.Good, Rig.PositionAt(8), Rig.Good, Rig.PositionAt(11));
        rig.Drive.WriteBlocks(new byte[3 * Block], out _).ShouldBe(WriteOutcome.Written);
        rig.Drive.WriteBlocks(new byte[3 * Block], out _).ShouldBe(WriteOutcome.Written);
        rig.Sent.Skip(3).ShouldBe([Write3, AskPosition, Write3, AskPosition]);
    }

    /// <summary>mhvtl writes the first block of a row as often as it has blocks (usr/ssc.c, ssc_write_6), with GOOD and the right position.</summary>
    [Fact]
    public void A_row_that_the_drive_wrote_as_copies_of_its_first_block_is_written_over_block_by_block()
    {
        using Rig rig = Fixed(Rig.Good, Rig.PositionAt(8), Rig.Good, Rig.PositionAt(5), BlockOf(1), BlockOf(1), Rig.Good, Rig.PositionAt(5),
            Rig.Good, Rig.Good, Rig.Good, Rig.Good);
        rig.Drive.WriteBlocks(Row, out int written).ShouldBe(WriteOutcome.Written);
        written.ShouldBe(3);
        const string Write = "0A0000000400";
        rig.Sent.Skip(3).ShouldBe([Write3, AskPosition, Locate5, AskPosition, Read1, Read1, Locate5, AskPosition, Select, Write, Write, Write]);
        rig.Drive.CanRow(Block).ShouldBeFalse();
        rig.ShouldBeDone();
    }

    /// <summary>What was written alone before comes back right: so it is the row that is wrong.</summary>
    [Theory]
    [InlineData(7, false)]
    [InlineData(0, true)]
    public void A_drive_that_gives_back_nothing_of_what_is_written_has_nothing_to_prove(byte before, bool goesOn)
    {
        // A single block 7 at object 5, a row from object 6 on that reads as zeros, and what reads at object 5.
        ScriptedReply[] replies = [Rig.Good, Rig.Good, Rig.PositionAt(9), Rig.Good, Rig.PositionAt(6), BlockOf(0), Rig.Good, Rig.PositionAt(5), BlockOf(before)];
        using Rig rig = Fixed([.. replies, Rig.Good, Rig.PositionAt(goesOn ? 9 : 6), Rig.Good, Rig.Good, Rig.Good, Rig.Good]);
        rig.Drive.Write([7, 7, 7, 7]);
        rig.Drive.WriteBlocks(Row, out int written).ShouldBe(WriteOutcome.Written);
        written.ShouldBe(3);
        rig.Drive.CanRow(Block).ShouldBe(goesOn);
        if (goesOn)
            rig.Drive.WriteBlocks(Row, out _).ShouldBe(WriteOutcome.Written);
        rig.Sent.Last().ShouldBe(goesOn ? Write3 : "0A0000000400");
    }

    [Fact]
    public void A_drive_that_gives_back_something_else_than_was_written_is_not_trusted_any_further()
    {
        using Rig rig = Fixed(Rig.Good, Rig.Good, Rig.PositionAt(9), Rig.Good, Rig.PositionAt(6), BlockOf(9), Rig.Good, Rig.PositionAt(5), BlockOf(9));
        rig.Drive.Write([7, 7, 7, 7]);
        TapeWriteException e = Should.Throw<TapeWriteException>(() => rig.Drive.WriteBlocks(Row, out _));
        e.Message.ShouldContain("object 5 was read back, and is not what was written there");
        e.FirstSuspectObjectId.ShouldBe(5);
        Should.Throw<TapeWriteException>(() => rig.Drive.WriteFilemarks(1));
        rig.ShouldBeDone();
    }

    /// <summary>mhvtl stops at the block at which it warns, and tells no residue.</summary>
    [Fact]
    public void Early_warning_in_the_middle_without_a_word_of_the_rest_is_counted_by_the_position()
    {
        using Rig rig = Fixed(Rig.Check("00/00/02", "EOM"), Rig.PositionAt(6), Rig.Good);
        rig.Drive.WriteBlocks(Row, out int written).ShouldBe(WriteOutcome.WrittenEarlyWarning);
        written.ShouldBe(1);
    }

    [Fact]
    public void A_remark_in_the_middle_is_counted_by_the_position_too()
    {
        // Programmable early warning (SSC-4 4.2.4.5): judged as done.
        using Rig rig = Fixed(Rig.Check("00/00/07", "EOM"), Rig.PositionAt(6));
        rig.Drive.WriteBlocks(Row, out int written).ShouldBe(WriteOutcome.Written);
        written.ShouldBe(1);
    }

    [Fact]
    public void A_single_block_names_its_own_length()
    {
        using Rig rig = Fixed(Rig.Good, Rig.Good, Rig.PositionAt(5), BlockOf(1));
        rig.Drive.WriteBlocks(new byte[Block], out int written).ShouldBe(WriteOutcome.Written);
        written.ShouldBe(1);
        rig.Drive.Locate(5);
        rig.Drive.TryReadBlocks(new byte[Block], out int blocks, out ReadKind? stop).ShouldBeTrue();
        (blocks, stop).ShouldBe((1, null));
        rig.Sent.Skip(3).ShouldBe(["0A0000000400", Locate5, AskPosition, Read1]);
    }

    [Fact]
    public void A_row_that_was_read_otherwise_than_its_blocks_is_not_used()
    {
        using Rig rig = Fixed(Rig.Data([.. Row]), Rig.PositionAt(8), Rig.Good, Rig.PositionAt(5), BlockOf(1), BlockOf(9), Rig.Good, Rig.PositionAt(5), Rig.Good);
        rig.Drive.TryReadBlocks(new byte[3 * Block], out int blocks, out ReadKind? stop).ShouldBeFalse();
        (blocks, stop).ShouldBe((0, null));
        rig.Sent.Last().ShouldBe(Select);
        rig.Drive.CanRow(Block).ShouldBeFalse();
        rig.ShouldBeDone();
    }

    [Fact]
    public void Large_blocks_go_one_by_one_where_commands_cost_little()
    {
        using Rig rig = Rig.Opened();
        rig.Drive.CanRow(256 << 10).ShouldBeTrue();
        rig.Drive.RowsOfLargeBlocks = false;
        rig.Drive.CanRow(256 << 10).ShouldBeFalse();
        rig.Drive.CanRow(128 << 10).ShouldBeTrue();
    }

    /// <summary>A row that the caller never has would be waited for, and timed, for ever.</summary>
    [Fact]
    public void Rows_are_never_longer_than_what_the_caller_has()
    {
        using Rig rig = Rig.Opened(Rig.Good, ModeWith(256 << 10));
        rig.Drive.TryBeginFixedBlocks(256 << 10, (512 << 10) - 1).ShouldBeFalse();
        rig.Sent.ShouldBeEmpty();
        rig.Drive.CanRow(128 << 10, 256 << 10).ShouldBeTrue();
        rig.Drive.CanRow((128 << 10) + 1, 256 << 10).ShouldBeFalse();
        rig.Drive.TryBeginFixedBlocks(256 << 10, 512 << 10).ShouldBeTrue();
        rig.Drive.WriteRowBlocks.ShouldBe(1);
    }

    [Fact]
    public void A_drive_that_sets_another_length_than_it_was_told_stays_with_single_blocks()
    {
        using Rig rig = Rig.Opened(Rig.Good, ModeWith(512), Rig.Good);
        rig.Drive.TryBeginFixedBlocks(Block).ShouldBeFalse();
        rig.Sent.ShouldBe([Select, Sense, Select]);
    }

    [Fact]
    public void A_drive_that_refuses_stays_with_single_blocks()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/26/00"), Rig.Check("05/26/00"), Rig.Good);
        rig.Drive.TryBeginFixedBlocks(Block).ShouldBeFalse();
        rig.Drive.FixedBlockLengthBytes.ShouldBe(0);
        rig.ShouldBeDone();
    }

    /// <summary>A reader with the helper: the refusal that he is told is that of the write.</summary>
    [Fact]
    public void Who_may_not_set_modes_is_refused_where_he_writes()
    {
        using Rig rig = Rig.Opened(Rig.PositionAt(5), new ScriptedReply { Throw = TransportFault.PermissionDenied },
            new ScriptedReply { Throw = TransportFault.PermissionDenied });
        rig.Drive.BeginWriting();
        rig.Drive.TryBeginFixedBlocks(Block).ShouldBeFalse();
        TapeWriteException e = Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[Block]));
        e.InnerException.ShouldBeOfType<TapeDeviceException>().Fault.ShouldBe(DeviceFault.PermissionDenied);
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_drive_that_lets_nobody_set_its_mode_is_written_to_all_the_same()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/20/00"), Rig.Check("05/20/00"), Rig.Check("05/20/00"), Rig.Check("05/20/00"), Rig.PositionAt(5), Rig.Good);
        rig.Drive.TryBeginFixedBlocks(Block).ShouldBeFalse();
        rig.Drive.BeginWriting();
        rig.Drive.Write(new byte[Block]).ShouldBe(WriteOutcome.Written);
    }

    [Fact]
    public void Early_warning_without_a_residue_means_that_all_are_written()
    {
        using Rig rig = Fixed(Rig.Check("00/00/02", "EOM", 0), Rig.PositionAt(8), Rig.PositionAt(8));
        rig.Drive.WriteBlocks(new byte[3 * Block], out int written).ShouldBe(WriteOutcome.WrittenEarlyWarning);
        written.ShouldBe(3);
    }

    [Fact]
    public void A_full_volume_tells_by_its_position_how_many_blocks_are_on_it()
    {
        // INFORMATION of a buffered drive may be larger than the command (SSC-4 6.8): the position decides.
        using Rig rig = Fixed(Rig.Check("0D/00/02", "EOM", 40), Rig.PositionAt(7), Rig.PositionAt(7), Rig.Good);
        rig.Drive.WriteBlocks(new byte[3 * Block], out int written).ShouldBe(WriteOutcome.VolumeFull);
        written.ShouldBe(2);
        rig.Drive.WriteFilemarks(1);
        rig.Drive.DurableObjectId.ShouldBe(8);
    }

    [Fact]
    public void A_full_volume_that_lost_what_was_acknowledged_is_a_failure()
    {
        using Rig rig = Fixed(Rig.Check("0D/00/02", "EOM", 3), Rig.PositionAt(4));
        Should.Throw<TapeWriteException>(() => rig.Drive.WriteBlocks(new byte[3 * Block], out _)).FirstSuspectObjectId.ShouldBe(5);
        Should.Throw<TapeWriteException>(() => rig.Drive.WriteFilemarks(1));
    }

    [Fact]
    public void Bytes_that_were_not_taken_are_a_failure()
    {
        using Rig rig = Fixed(new ScriptedReply { Residual = Block });
        Should.Throw<TapeWriteException>(() => rig.Drive.WriteBlocks(new byte[3 * Block], out _));
    }

    [Fact]
    public void When_another_host_changed_the_mode_the_length_is_set_before_the_command_is_sent_again()
    {
        using Rig rig = Fixed(Rig.Check("06/2A/01"), Rig.Good, Rig.Good, Rig.PositionAt(8));
        rig.Drive.WriteBlocks(new byte[3 * Block], out int written).ShouldBe(WriteOutcome.Written);
        written.ShouldBe(3);
        rig.Sent.Skip(3).ShouldBe([Write3, Select, Write3, AskPosition]);
    }

    [Fact]
    public void A_unit_attention_to_the_mode_command_itself_is_one_more_reason_to_send_it()
    {
        using Rig rig = Fixed(Rig.Check("06/2A/01"), Rig.Check("06/2A/01"), Rig.Good, Rig.Good, Rig.PositionAt(8));
        rig.Drive.WriteBlocks(new byte[3 * Block], out _).ShouldBe(WriteOutcome.Written);
        rig.Sent.Skip(3).ShouldBe([Write3, Select, Select, Write3, AskPosition]);
    }

    [Fact]
    public void When_another_host_goes_on_changing_the_mode_the_writing_ends()
    {
        using Rig rig = Fixed([.. Enumerable.Repeat<ScriptedReply[]>([Rig.Check("06/2A/01"), Rig.Good], 8).SelectMany(static pair => pair), Rig.Check("06/2A/01")]);
        Should.Throw<TapeWriteException>(() => rig.Drive.WriteBlocks(new byte[3 * Block], out _));
        rig.ShouldBeDone();
    }

    [Fact]
    public void Only_whole_blocks_are_taken()
    {
        using Rig rig = Fixed();
        Should.Throw<ArgumentException>(() => rig.Drive.WriteBlocks(new byte[Block + 1], out _));
        Should.Throw<ArgumentException>(() => rig.Drive.WriteBlocks([], out _));
    }

    [Fact]
    public void A_filemark_ends_the_reading_behind_the_blocks_before_it()
    {
        using Rig rig = Fixed(Rig.Check("00/00/01", "FM", 1, residual: Block), Rig.PositionAt(8), Rig.Good, Rig.PositionAt(5), BlockOf(0), BlockOf(0),
            Rig.PositionAt(7), Rig.Check("00/00/01", "FM", 1));
        rig.Drive.TryReadBlocks(new byte[3 * Block], out int blocks, out ReadKind? stop).ShouldBeTrue();
        (blocks, stop).ShouldBe((2, ReadKind.Filemark));
        // What was read in a row is read once more, block by block, and the filemark.
        rig.Sent.Skip(3).ShouldBe([Read3, AskPosition, Locate5, AskPosition, Read1, Read1, AskPosition, "080000000100"]);
        rig.ShouldBeDone();
    }

    [Theory]
    [InlineData("00/00/00", "ILI", 1)]
    [InlineData("03/11/00", "", 1)]
    [InlineData("00/00/01", "FM", 9)]
    public void In_doubt_the_tape_goes_back_to_where_it_stood(string code, string flags, int information)
    {
        // LOCATE(10) to object 5, and the position to prove it.
        using Rig rig = Fixed(Rig.Check(code, flags, information), Rig.Good, Rig.PositionAt(5));
        rig.Drive.TryReadBlocks(new byte[3 * Block], out int blocks, out ReadKind? stop).ShouldBeFalse();
        (blocks, stop).ShouldBe((0, null));
        rig.Sent.Skip(3).ShouldBe([Read3, "2B000000000005000000", AskPosition]);
    }

    /// <summary>
    /// The drive of tgt ends with MEDIUM ERROR 31/00 at a block of another length, and stands before that one, not where the command began
    /// (usr/bs_ssc.c, resp_fixed_read). Its position is counted, so nothing but a rewind leads back.
    /// </summary>
    [Fact]
    public void In_doubt_the_way_back_is_not_believed_to_be_none_where_positions_are_counted()
    {
        using Rig rig = Rig.Opening(Rig.Data(HexFile.Read("tgt-tape-inquiry")), Rig.Data(HexFile.Read("tgt-tape-inquiry-vpd-80")), Rig.Good,
            Rig.Good, Rig.Good, Rig.Good, ModeWith(Block), Rig.Check("03/31/00"), Rig.Good, Rig.Good);
        rig.Drive.Rewind();
        rig.Drive.Locate(5);
        rig.Drive.TryBeginFixedBlocks(Block).ShouldBeTrue();
        rig.Drive.TryReadBlocks(new byte[3 * Block], out int blocks, out ReadKind? stop).ShouldBeFalse();
        (blocks, stop).ShouldBe((0, null));
        // REWIND and SPACE(6) over 5 objects (SSC-4).
        rig.Sent.ToArray()[^3..].ShouldBe([Read3, "010000000000", "110000000500"]);
        rig.Drive.TryReadPosition()!.Value.ObjectId.ShouldBe(5);
    }

    [Fact]
    public void A_residual_that_contradicts_the_drive_is_a_doubt()
    {
        using Rig rig = Fixed(Rig.Check("00/00/01", "FM", 1, residual: 2 * Block), Rig.Good, Rig.PositionAt(5));
        rig.Drive.TryReadBlocks(new byte[3 * Block], out _, out _).ShouldBeFalse();
    }

    /// <summary>Tape files of blocks of different lengths, written in commands of several blocks, are read back one by one, and the other way round.</summary>
    [Fact]
    public void On_the_tape_there_is_no_difference() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Int[1, 40], Gen.Int[1, 7], Gen.Int[2, 7]).Sample((length, blocks, writeAtOnce, readAtOnce) =>
        {
            using VirtualDrive tape = new VirtualDrive().Ready();
            tape.Drive.TryBeginFixedBlocks(length).ShouldBeTrue();
            tape.Drive.BeginWriting();
            for (int i = 0; i < blocks; i += writeAtOnce)
            {
                byte[] run = [.. Enumerable.Range(i, Math.Min(writeAtOnce, blocks - i)).SelectMany(number => VirtualDrive.Block(number, length))];
                tape.Drive.WriteBlocks(run, out int written).ShouldBe(WriteOutcome.Written);
                written.ShouldBe(run.Length / length);
            }

            tape.Drive.WriteFilemarks(1);
            tape.Drive.ReadPosition().ObjectId.ShouldBe(blocks + 1);
            tape.Drive.EndFixedBlocks();
            tape.Drive.Rewind();
            var one = new byte[length];
            for (int i = 0; i < blocks; i++)
            {
                tape.Drive.Read(one).ShouldBe(new ReadOutcome(ReadKind.Block, length));
                one.ShouldBe(VirtualDrive.Block(i, length));
            }

            tape.Drive.Rewind();
            tape.Drive.TryBeginFixedBlocks(length).ShouldBeTrue();
            var space = new byte[readAtOnce * length];
            int read = 0;
            ReadKind? stop = null;
            while (stop is null)
            {
                tape.Drive.TryReadBlocks(space, out int came, out stop).ShouldBeTrue();
                for (int i = 0; i < came; i++)
                    space.AsSpan(i * length, length).ToArray().ShouldBe(VirtualDrive.Block(read++, length));
            }

            (read, stop).ShouldBe((blocks, ReadKind.Filemark));
            tape.Drive.TryReadBlocks(space, out int behind, out stop).ShouldBeTrue();
            (behind, stop).ShouldBe((0, ReadKind.EndOfData));
        }, iter: 60);

    [Fact]
    public void A_tape_that_fills_in_the_middle_of_a_command_has_what_was_told()
    {
        const int length = 65536;
        using VirtualDrive tape = new VirtualDrive(2 << 20, 512 << 10).Ready();
        tape.Drive.TryBeginFixedBlocks(length).ShouldBeTrue();
        tape.Drive.BeginWriting();
        byte[] run = [.. Enumerable.Range(0, 5).SelectMany(number => VirtualDrive.Block(number, length))];
        int total = 0;
        WriteOutcome outcome;
        do
        {
            outcome = tape.Drive.WriteBlocks(run, out int written);
            total += written;
        }
        while (outcome != WriteOutcome.VolumeFull);

        tape.Drive.ReadPosition().ObjectId.ShouldBe(total);
        tape.Drive.WriteFilemarks(1).ShouldBe(WriteOutcome.WrittenEarlyWarning);
        tape.Drive.DurableObjectId.ShouldBe(total + 1);
        tape.Drive.Rewind();
        var one = new byte[length];
        for (int i = 0; i < total; i++)
        {
            tape.Drive.Read(one).Kind.ShouldBe(ReadKind.Block);
            one.ShouldBe(VirtualDrive.Block(i % 5, length));
        }

        tape.Drive.Read(one).Kind.ShouldBe(ReadKind.Filemark);
    }
}
