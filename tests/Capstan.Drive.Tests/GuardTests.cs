using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Drive.Tests;

/// <summary>Where the tape stands is asked at every burst, and a wrong answer stops the write before it is sent.</summary>
public sealed class GuardTests
{
    // READ POSITION, long form, and WRITE(6) of 4 bytes in variable mode (SSC-5).
    private const string AskPosition = "34060000000000000000";
    private const string Write4 = "0A0000000400";

    /// <summary>What tgt's tape answers wherever it stands: byte 0 is 20h, no BOP, object 0.</summary>
    private static readonly ScriptedReply Nowhere = Rig.PositionAt(0, flags: 0x20);

    [Fact]
    public void Writes_without_a_pause_ask_nothing()
    {
        using Rig rig = Rig.Writing(5, Rig.Good, Rig.Good);
        rig.Drive.Write(new byte[4]);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(199));
        rig.Drive.Write(new byte[4]);
        rig.Sent.Skip(1).ShouldBe([Write4, Write4]);
    }

    [Fact]
    public void The_first_write_after_a_pause_asks_and_goes_on()
    {
        using Rig rig = Rig.Writing(5, Rig.Good, Rig.PositionAt(6), Rig.Good);
        rig.Drive.Write(new byte[4]);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(200));
        rig.Drive.Write(new byte[4]);
        rig.Sent.Skip(1).ShouldBe([Write4, AskPosition, Write4]);
    }

    [Fact]
    public void A_tape_that_moved_in_the_pause_is_not_written_to()
    {
        using Rig rig = Rig.Writing(5, Rig.Good, Rig.PositionAt(0, flags: 0x80));
        rig.Drive.Write(new byte[4]);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        TapeWriteException failure = Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[4]));
        failure.FirstSuspectObjectId.ShouldBe(5);
        failure.Message.ShouldContain("object 0");
        Should.Throw<TapeWriteException>(() => rig.Drive.WriteFilemarks(1));
        rig.Sent.Skip(1).ShouldBe([Write4, AskPosition]);
    }

    [Fact]
    public void A_filemark_is_a_write()
    {
        using Rig rig = Rig.Writing(5, Rig.PositionAt(4));
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Should.Throw<TapeWriteException>(() => rig.Drive.WriteFilemarks(1));
        rig.Sent.Skip(1).ShouldBe([AskPosition]);
    }

    [Fact]
    public void After_64_MiB_it_asks_once()
    {
        ScriptedReply[] good = [.. Enumerable.Repeat(Rig.Good, 64)];
        using Rig rig = Rig.Writing(0, [.. good, Rig.PositionAt(64, flags: 0), .. good]);
        var block = new byte[1 << 20];
        for (int i = 0; i < 128; i++)
            rig.Drive.Write(block);
        rig.ShouldBeDone();
        rig.Sent.Skip(1).ToList().FindAll(static cdb => cdb == AskPosition).Count.ShouldBe(1);
        rig.Sent.ElementAt(1 + 64).ShouldBe(AskPosition);
    }

    [Fact]
    public void A_command_of_another_driver_makes_the_next_write_ask()
    {
        var others = new Others();
        using Rig rig = Rig.Beside(others, Rig.PositionAt(5), Rig.Good, Rig.PositionAt(6), Rig.Good, Rig.Good, Rig.PositionAt(0, flags: 0x80));
        rig.Drive.BeginWriting();
        rig.Drive.Write(new byte[4]);
        others.Activity++;
        rig.Drive.Write(new byte[4]);
        rig.Drive.Write(new byte[4]);
        others.Activity++;
        others.Users = [Mt];
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[4])).Message.ShouldContain("/dev/nst0 is held open by process 42 (mt)");
        rig.Sent.Skip(1).ShouldBe([Write4, AskPosition, Write4, Write4, AskPosition]);
    }

    [Fact]
    public void Whoever_holds_the_drive_after_a_command_of_his_stops_the_writing_where_the_tape_still_stands_right()
    {
        var others = new Others();
        using Rig rig = Rig.Beside(others, Rig.PositionAt(5), Rig.Good, Rig.PositionAt(6));
        rig.Drive.BeginWriting();
        rig.Drive.Write(new byte[4]);
        others.Activity++;
        others.Users = [Mt];
        TapeWriteException stop = Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[4]));
        stop.IsMoved.ShouldBeTrue();
        stop.Message.ShouldContain("/dev/nst0 is held open by process 42 (mt)");
        rig.Sent.Skip(1).ShouldBe([Write4, AskPosition]);
    }

    [Fact]
    public void The_tape_is_asked_only_when_the_other_driver_rests()
    {
        // Three commands in a row, the last of them the rewind: the answer before it would have been the right object.
        var others = new Others { Coming = 3 };
        using Rig rig = Rig.Beside(others, Rig.PositionAt(5), Rig.Good, Rig.PositionAt(0, flags: 0x80));
        rig.Drive.BeginWriting();
        rig.Drive.Write(new byte[4]);
        others.Begin();
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[4])).IsMoved.ShouldBeTrue();
        others.Coming.ShouldBe(0);
        rig.Sent.Skip(1).ShouldBe([Write4, AskPosition]);
    }

    [Fact]
    public void A_drive_that_tells_no_position_is_written_to_as_long_as_nobody_else_uses_it()
    {
        var others = new Others();
        using Rig rig = Rig.Beside(others, Nowhere, Rig.Good, Nowhere, Rig.Good, Nowhere, Nowhere);
        rig.Drive.BeginWriting();
        rig.Drive.Write(new byte[4]);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        rig.Drive.Write(new byte[4]);
        rig.Drive.CheckPosition();
        others.Activity++;
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[4])).Message.ShouldContain("does not tell where its tape stands");
    }

    // The drive of tgt, whose position is counted from the last REWIND.
    private static Rig Counted(Others others, params ScriptedReply[] replies) =>
        Rig.OpeningBeside(others, [Rig.Data(HexFile.Read("tgt-tape-inquiry")), Rig.Data(HexFile.Read("tgt-tape-inquiry-vpd-80")), Rig.Good, .. replies]);

    [Fact]
    public void A_counted_position_ends_when_somebody_else_used_the_drive_before_the_first_write()
    {
        var others = new Others();
        using Rig rig = Counted(others, Rig.Good, Rig.Good, Rig.Good, Rig.Good);
        rig.Drive.Rewind();
        rig.Drive.Locate(5);
        others.Activity++;
        Should.Throw<TapeDeviceException>(() => rig.Drive.BeginWriting()).Message.ShouldContain("Rewind it");
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[4]));
        rig.Drive.TryReadPosition().ShouldBeNull();
        rig.Sent.ShouldNotContain(Write4);
    }

    [Fact]
    public void A_counted_LOCATE_begins_anew_when_somebody_else_used_the_drive()
    {
        var others = new Others();
        using Rig rig = Counted(others, Rig.Good, Rig.Good, Rig.Good, Rig.Good, Rig.Good);
        rig.Drive.Rewind();
        rig.Drive.Locate(5);
        others.Activity++;
        rig.Drive.Locate(7);
        rig.Drive.BeginWriting().ObjectId.ShouldBe(7);
        // SPACE(6) over 5 objects; then REWIND and all 7 (SSC-5).
        rig.Sent.ShouldBe(["010000000000", "110000000500", "010000000000", "110000000700"]);
    }

    [Fact]
    public void A_counted_position_is_not_written_on_when_somebody_else_used_the_drive_between_two_writes()
    {
        var others = new Others();
        using Rig rig = Counted(others, Rig.Good, Rig.Good, Rig.Good);
        rig.Drive.Rewind();
        rig.Drive.BeginWriting();
        rig.Drive.Write(new byte[4]);
        others.Activity++;
        others.Users = [Mt];
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[4])).Message.ShouldContain("/dev/nst0 is held open by process 42 (mt)");
        rig.Sent.ShouldBe(["010000000000", Write4]);
    }

    /// <summary>A foreign command right behind our question, and before the counter is looked at.</summary>
    [Fact]
    public void A_command_that_slips_in_behind_the_first_question_is_noticed()
    {
        var behind = new Behind();
        using Rig rig = Rig.Beside(behind, Rig.PositionAt(5), Rig.PositionAt(0, flags: 0x80));
        behind.Commands = () => rig.Sent.Count();
        rig.Drive.BeginWriting();
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[4]));
        rig.Sent.ShouldBe([AskPosition, AskPosition]);
    }

    private sealed class Behind : IDeviceNeighbours
    {
        public Func<int> Commands { get; set; } = static () => 0;

        public long ReadActivity() => Commands() > 0 ? 1 : 0;

        public IReadOnlyList<DeviceUser> FindUsers() => [];

        public void Dispose()
        {
        }
    }

    private static readonly DeviceUser Mt = new("/dev/nst0", 42, "mt");

    private sealed class Others : IDeviceNeighbours
    {
        private bool _hasBegun;

        public long Activity { get; set; }

        /// <summary>Commands that are sent one a look, once it has begun.</summary>
        public int Coming { get; set; }

        public IReadOnlyList<DeviceUser> Users { get; set; } = [];

        public void Begin() => _hasBegun = true;

        public long ReadActivity()
        {
            if (_hasBegun && Coming > 0)
            {
                Coming--;
                Activity++;
            }
            return Activity;
        }

        public IReadOnlyList<DeviceUser> FindUsers() => Users;

        public void Dispose()
        {
        }
    }
}
