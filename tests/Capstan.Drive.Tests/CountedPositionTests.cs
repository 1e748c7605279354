using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;
using static Capstan.Drive.Tests.Rig;

namespace Capstan.Drive.Tests;

/// <summary>
/// The tape drive of tgt: READ POSITION always answers the same, there is no LOCATE, SPACE stops at no filemark and says end of
/// data one object early. Replies as a drive of tgt 1.0.85 gave them behind a kernel.
/// </summary>
public class CountedPositionTests
{
    private const string Rewind = "010000000000";
    private static readonly ScriptedReply EndOfData = Check("00/00/05");
    private static readonly ScriptedReply BlankCheck = Check("08/00/00", "EOM");

    /// <summary>READ with one byte of a block of 256 KiB.</summary>
    private static readonly ScriptedReply Block = Check("00/00/00", "ILI", -262143, residual: 1);

    private static readonly ScriptedReply Filemark = Check("00/00/01", "FM", 1);

    private static Rig Tgt(params ScriptedReply[] replies) =>
        Opening([Data(HexFile.Read("tgt-tape-inquiry")), Data(HexFile.Read("tgt-tape-inquiry-vpd-80")), Good, .. replies]);

    [Fact]
    public void It_is_known_by_its_INQUIRY()
    {
        using Rig rig = Tgt();
        rig.Drive.Model.Name.ShouldBe("tgt tape");
        rig.Drive.ReportsPosition.ShouldBeFalse();
        using Rig other = Opened();
        other.Drive.ReportsPosition.ShouldBeTrue();
    }

    [Fact]
    public void A_position_that_nobody_told_is_not_made_up()
    {
        using Rig rig = Tgt(Good);
        rig.Drive.IsPositionKnown.ShouldBeFalse();
        TapeDeviceException e = Should.Throw<TapeDeviceException>(() => rig.Drive.ReadPosition());
        e.Fault.ShouldBe(DeviceFault.Lost);
        e.Message.ShouldContain("IET VIRTUAL-TAPE");
        rig.Drive.Rewind();
        rig.Drive.ReadPosition().ShouldBe(new TapePosition(0, 0, 0, true, false));
        rig.Sent.ShouldBe([Rewind]);
    }

    [Fact]
    public void What_is_written_is_counted()
    {
        using Rig rig = Tgt(Good, Good, Good);
        rig.Drive.Rewind();
        rig.Drive.BeginWriting().ObjectId.ShouldBe(0);
        rig.Drive.Write(new byte[512]);
        rig.Drive.WriteFilemarks(2);
        rig.Drive.CheckPosition().ObjectId.ShouldBe(3);
        rig.Drive.ReadPosition().ObjectId.ShouldBe(3);
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_reset_ends_the_counting()
    {
        using Rig rig = Tgt(Good, Check("06/29/00"));
        rig.Drive.Rewind();
        rig.Drive.BeginWriting();
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[512]));
        rig.Drive.IsPositionKnown.ShouldBeFalse();
        Should.Throw<TapeDeviceException>(() => rig.Drive.ReadPosition());
    }

    [Fact]
    public void LOCATE_is_REWIND_and_SPACE_and_goes_on_from_where_it_is()
    {
        using Rig rig = Tgt(Good, Good, Good, Good, Good);
        rig.Drive.Locate(5);
        rig.Drive.Locate(12);
        rig.Drive.Locate(3);
        rig.Drive.ReadPosition().ObjectId.ShouldBe(3);
        rig.Sent.ShouldBe([Rewind, "110000000500", "110000000700", Rewind, "110000000300"]);
    }

    [Fact]
    public void A_filemark_on_the_way_is_an_object_too()
    {
        // Two blocks and the mark of five objects: residue 3.
        using Rig rig = Tgt(Good, Check("00/00/01", "FM", 3), Good);
        rig.Drive.Locate(5);
        rig.Sent.ShouldBe([Rewind, "110000000500", "110000000200"]);
    }

    [Fact]
    public void LOCATE_to_end_of_data_arrives_although_SPACE_says_it_did_not()
    {
        using Rig rig = Tgt(Good, EndOfData, Good, Good, Filemark);
        rig.Drive.Locate(5);
        rig.Drive.ReadPosition().ObjectId.ShouldBe(5);
        rig.Sent.ShouldBe([Rewind, "110000000500", Rewind, "110000000400", "080000000100"]);
    }

    [Fact]
    public void LOCATE_behind_end_of_data_is_refused()
    {
        using Rig rig = Tgt(Good, EndOfData, Good, Good, BlankCheck);
        Should.Throw<TapeEndOfDataException>(() => rig.Drive.Locate(5)).Message.ShouldContain("behind the end of data");
        rig.Drive.IsPositionKnown.ShouldBeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(5000)]
    public void End_of_data_is_found_by_search(long objects)
    {
        // Plays tgt's SPACE: the position moves, and end of data is told when it is reached.
        using var transport = new PlayedTape(objects);
        using TapeDrive drive = TapeDrive.Open(transport);
        drive.LocateEndOfData().ObjectId.ShouldBe(objects);
        transport.Position.ShouldBe(objects);
    }

    [Fact]
    public void Spacing_over_filemarks_keeps_the_count()
    {
        using Rig rig = Tgt(Good, Block, Block, Filemark, Block, BlankCheck);
        rig.Drive.Rewind();
        rig.Drive.SpaceFilemarks(1).ShouldBe(new SpaceOutcome(SpaceStop.None, 0));
        rig.Drive.ReadPosition().ObjectId.ShouldBe(3);
        rig.Drive.SpaceFilemarks(1).ShouldBe(new SpaceOutcome(SpaceStop.EndOfData, 1));
        rig.Drive.ReadPosition().ObjectId.ShouldBe(4);
    }

    [Fact]
    public void A_short_block_that_came_whole_is_used_and_a_cut_one_is_not()
    {
        // tgt sends as many bytes as the lengths differ by: 1000 of a block of 24, 24 of a block of 1000.
        var buffer = new byte[1024];
        using Rig rig = Tgt(Check("00/00/00", "ILI", 1000, residual: 24), Check("00/00/00", "ILI", 24, residual: 1000));
        rig.Drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 24));
        Should.Throw<TapeCommandException>(() => rig.Drive.Read(buffer)).Message.ShouldContain("length of a block cannot be told");
    }

    /// <summary>A tape of so many blocks that is found, spaced over and read as tgt does it.</summary>
    private sealed class PlayedTape(long objects) : IScsiTransport
    {
        public long Position { get; private set; }

        public string Name => "tgt";

        public int MaxTransferBytes => 1 << 20;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            ReadOnlySpan<byte> bytes = cdb.Span;
            switch (bytes[0])
            {
                case 0x12:
                    byte[] answer = HexFile.Read(bytes[1] == 0 ? "tgt-tape-inquiry" : "tgt-tape-inquiry-vpd-80");
                    answer.CopyTo(data.FromDeviceBuffer);
                    return new(ScsiStatus.Good, 0, data.FromDeviceBuffer.Length - answer.Length);
                case 0x01:
                    Position = 0;
                    break;
                case 0x11:
                    Position += bytes[2] << 16 | bytes[3] << 8 | bytes[4];
                    if (Position < objects)
                        break;
                    Position = objects;
                    return Checked(sense, SenseBytes.Fixed("00/00/05"), null);
                case 0x08 when Position == objects:
                    return Checked(sense, SenseBytes.Fixed("08/00/00", SenseBytes.Eom), 0);
                case 0x08:
                    Position++;
                    return Checked(sense, SenseBytes.Fixed("00/00/00", SenseBytes.Ili, -262143), 1);
            }

            return new(ScsiStatus.Good, 0, null);
        }

        public void Dispose()
        {
        }

        private static ScsiCompletion Checked(Span<byte> sense, byte[] bytes, int? residual)
        {
            bytes.CopyTo(sense);
            return new(ScsiStatus.CheckCondition, bytes.Length, residual);
        }
    }
}
