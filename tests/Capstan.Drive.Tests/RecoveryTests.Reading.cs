using Capstan.Emulation.Library;

namespace Capstan.Drive.Tests;

public sealed partial class RecoveryTests
{
    /// <summary>What a reset takes away is set again: length of blocks, and the lock of the cartridge.</summary>
    [Fact]
    public void Settings_are_made_again()
    {
        var path = new BreakingDrive(_library.OpenDrive("virtual:recovery"), Buffered);
        using TapeDrive drive = TapeDrive.Open(path, new InstantTime());
        drive.WaitUntilReady();
        drive.PreventRemoval(true);
        drive.LocateEndOfData();
        drive.BeginWriting();
        drive.Write(VirtualDrive.Block(1, 100));
        var sent = new List<byte>();
        path.Arm(new Break(1, BreakAt.Instead, Happening.ResetFlushing));
        path.Seen = sent;
        drive.Write(VirtualDrive.Block(2, 100));
        sent.ShouldContain((byte)0x1E);
        sent.ShouldContain((byte)0x5A);
        drive.PreventRemoval(false);
    }

    /// <summary>Reading goes on where it was.</summary>
    [Theory]
    [InlineData((int)Happening.NexusLoss)]
    [InlineData((int)Happening.ResetRewinding)]
    [InlineData((int)Happening.PowerLoss)]
    public void Reading_goes_on(int what)
    {
        using (TapeDrive writer = TapeDrive.Open(_library.OpenDrive("virtual:recovery")))
        {
            writer.Rewind();
            writer.BeginWriting();
            for (int i = 0; i < 6; i++)
                writer.Write(VirtualDrive.Block(i, 300));
            writer.WriteFilemarks(1);
        }

        var buffer = new byte[300];
        foreach (BreakAt at in Enum.GetValues<BreakAt>())
        {
            for (int command = 1; ; command++)
            {
                var path = new BreakingDrive(_library.OpenDrive("virtual:recovery"), Buffered);
                using TapeDrive drive = TapeDrive.Open(path, new InstantTime());
                drive.WaitUntilReady();
                drive.Rewind();
                path.Arm(new Break(command, at, (Happening)what, 1));
                drive.Locate(2);
                for (int i = 2; i < 6; i++)
                {
                    drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 300));
                    buffer.ShouldBe(VirtualDrive.Block(i, 300));
                }

                drive.SpaceBlocks(-2).Stop.ShouldBe(SpaceStop.None);
                drive.LocateEndOfData().ObjectId.ShouldBe(7);
                drive.Read(buffer).Kind.ShouldBe(ReadKind.EndOfData);
                if (path.Broken == 0)
                    break;
            }
        }
    }

    /// <summary>Whoever was not connected is not told of a change of the medium: what was learned of the tape before does not count.</summary>
    [Theory]
    [InlineData((int)Happening.QuietNexusLoss)]
    [InlineData((int)Happening.ResetFlushing)]
    public void Nothing_is_begun_on_a_tape_that_was_looked_at_before(int what)
    {
        var path = new BreakingDrive(_library.OpenDrive("virtual:recovery"), Buffered);
        using TapeDrive drive = TapeDrive.Open(path, new InstantTime());
        drive.WaitUntilReady();
        path.Arm(new Break(1, BreakAt.Before, (Happening)what));
        long end = drive.LocateEndOfData().ObjectId;
        drive.Recoveries.ShouldBe(1);
        Should.Throw<TapeDeviceException>(() => drive.BeginWriting()).Message.ShouldContain("Start again");
        drive.WaitUntilReady();
        drive.BeginWriting().ObjectId.ShouldBe(end);
    }
}
