using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>Mode page 10h/01h: append-only mode with ALLOW OVERWRITE, and programmable early warning.</summary>
public class AppendOnlyTests
{
    private const string AppendPosition = "70 00 07 00000000 0A 00000000 5001 00 000000";

    [Fact]
    public void What_is_written_is_not_overwritten_unless_it_is_allowed_once()
    {
        using DriveRig drive = new DriveRig().WithTwoFiles();
        Select(drive, writeMode: 1, megabytes: 0);
        drive.Check("0A 00 000001 00", AppendPosition, [1]);
        drive.Check("10 00 000001 00", AppendPosition);
        drive.Check("19 00 00 00 00 00", AppendPosition);
        drive.Check("04 00 00 0000 00", AppendPosition);
        drive.Good("10 00 000000 00");
        drive.Unit.Tape.EndOfData.ShouldBe(8);
        // At end of data it goes on; so it does over the filemark before it.
        drive.Good("11 03 000000 00");
        drive.WriteBlock([1]);
        drive.WriteFilemarks(1);
        drive.Good("2B 00 00 00000009 00 00 00");
        drive.WriteBlock([2]);
        drive.Unit.Tape.EndOfData.ShouldBe(10);
        // ALLOW OVERWRITE for another position than the current one, then for the current one.
        drive.Good("2B 00 00 00000002 00 00 00");
        drive.Check("82 00 01 00 0000000000000003 00 00 00 00", "70 00 05 00000000 0A 00000000 3B00 00 000000");
        drive.Good("82 00 01 00 0000000000000002 00 00 00 00");
        drive.WriteBlock([3]);
        drive.Unit.Tape.EndOfData.ShouldBe(3);
        drive.Good("2B 00 00 00000001 00 00 00");
        drive.Check("0A 00 000001 00", AppendPosition, [1]);
        // The whole tape.
        drive.Rewind();
        drive.Good("82 00 02 00 0000000000000000 00 00 00 00");
        drive.Good("04 00 00 0000 00");
        drive.Unit.Tape.EndOfData.ShouldBe(0);
    }

    [Fact]
    public void The_mode_begins_at_the_beginning_and_ends_without_a_tape()
    {
        using DriveRig drive = new DriveRig().WithTwoFiles();
        drive.Check("82 00 01 00 0000000000000000 00 00 00 00", "70 00 05 00000000 0A 00000000 2400 00 CB0002");
        drive.Good("2B 00 00 00000002 00 00 00");
        SelectReply(drive, 1, 0).Sense.ShouldStartWith("70000500000000" + "0A00000000" + "2600");
        drive.Rewind();
        Select(drive, 1, 0);
        SelectReply(drive, 0, 0).Sense.ShouldStartWith("70000500000000" + "0A00000000" + "2600");
        drive.Good("1B 00 00 00 00 00");
        Select(drive, 0, 0);
    }

    [Fact]
    public void Programmable_early_warning_comes_once_and_writing_goes_on_to_the_real_one()
    {
        // 10 MB, the last 1 MB in early warning; programmable early warning 2 MB before.
        using var drive = new DriveRig(capacityBytes: 10_000_000, earlyWarningBytes: 1_000_000);
        Select(drive, 0, 2);
        var block = new byte[500_000];
        var met = new List<string>();
        for (int i = 0; i < 19; i++)
        {
            Reply reply = drive.Send($"0A 00 {block.Length:X6} 00", block);
            reply.Residual.ShouldBe(0);
            if (reply.Status != ScsiStatus.Good)
                met.Add($"{i}: {reply.Sense}");
        }
        // EOM with 00/07 behind 7 MB, EOM with 00/02 behind 9 MB.
        met.ShouldBe(["13: F00040000000000A00000000000700000000", "17: F00040000000000A00000000000200000000", "18: F00040000000000A00000000000200000000"]);
        // BPEW of READ POSITION.
        drive.Good("2B 00 00 0000000E 00 00 00");
        (drive.Good("34060000000000000000", dataIn: 32)[0] & 0x41).ShouldBe(0x01);
        drive.Good("2B 00 00 0000000D 00 00 00");
        (drive.Good("34060000000000000000", dataIn: 32)[0] & 0x41).ShouldBe(0x00);
    }

    private static void Select(DriveRig drive, int writeMode, int megabytes) =>
        SelectReply(drive, writeMode, megabytes).Status.ShouldBe(ScsiStatus.Good);

    private static Reply SelectReply(DriveRig drive, int writeMode, int megabytes)
    {
        byte[] page = drive.Good("5A 08 10 01 00 00 00 0040 00", dataIn: 64);
        page[0] = page[1] = 0;
        page[8 + 5] = (byte)(writeMode << 4 | (page[8 + 5] & 0x0F));
        page[8 + 6] = (byte)(megabytes >> 8);
        page[8 + 7] = (byte)megabytes;
        // Medium type and write protection are reserved in MODE SELECT.
        page[2] = 0;
        return drive.Send($"55 10 00 00 00 00 00 {page.Length:X4} 00", page);
    }
}
