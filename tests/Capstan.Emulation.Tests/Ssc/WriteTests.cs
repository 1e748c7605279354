using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>WRITE(6) and WRITE FILEMARKS, SSC-4 5.6 and 5.7.</summary>
public class WriteTests
{
    private const string EarlyWarning = "F0 00 40 00000000 0A 00000000 0002 00 000000";

    private readonly byte[] _block = CartridgeTesting.Block(1, 936);

    [Fact]
    public void Early_warning_comes_with_the_block_written_and_the_end_without()
    {
        // 1000 bytes a block: warning from the third, the fifth does not fit.
        using var drive = new DriveRig(4_500, 2_000);
        drive.WriteBlock(_block);
        drive.WriteBlock(_block);
        for (int i = 0; i < 2; i++)
            drive.Check("0A 00 0003A8 00", EarlyWarning, _block).Residual.ShouldBe(0);
        drive.Check("0A 00 0003A8 00", "F0 00 4D 000003A8 0A 00000000 0002 00 000000", _block);
        drive.Position().ShouldBe((4ul, 0ul));
        // The end of the partition shows in READ POSITION, too: EOP.
        (drive.Good("34 06 000000000000 0000", dataIn: 32)[0] & 0x40).ShouldBe(0x40);
        drive.Check("10 00 000001 00", EarlyWarning);
        // 436 bytes are left: room for six more marks of 64 bytes.
        drive.Check("10 00 000009 00", "F0 00 4D 00000003 0A 00000000 0002 00 000000");
        drive.Good("01 00 00 00 00 00");
        drive.Good("08 00 0003A8 00", dataIn: 936).ShouldBe(_block);
    }

    [Fact]
    public void A_write_protected_cartridge_refuses_blocks_marks_and_erasing()
    {
        using var drive = new DriveRig(writeProtected: true);
        const string sense = "70 00 07 00000000 0A 00000000 2700 00 000000";
        drive.Check("0A 00 0003A8 00", sense, _block);
        drive.Check("10 00 000001 00", sense);
        drive.Good("10 00 000000 00");
        drive.Check("19 00 00 00 00 00", sense);
        (drive.Good("1A 00 3F 00 FF 00", dataIn: 255)[2] & 0x80).ShouldBe(0x80);
    }

    [Fact]
    public void A_write_once_cartridge_takes_appends_only()
    {
        using var drive = new DriveRig(worm: true);
        drive.WriteBlock(_block);
        drive.Rewind();
        drive.Check("0A 00 0003A8 00", "F0 00 07 000003A8 0A 00000000 300C 00 000000", _block);
    }

    [Fact]
    public void Writing_in_the_middle_makes_the_end_of_data_there()
    {
        using var drive = new DriveRig().WithTwoFiles();
        drive.Good("2B 00 00 00000002 00 00 00");
        drive.WriteBlock(_block);
        drive.Check("08 00 000064 00", "F0 00 08 00000064 0A 00000000 0005 00 000000", dataIn: 100);
        drive.Position().ShouldBe((3ul, 0ul));
    }

    [Fact]
    public void Blocks_are_limited_to_what_READ_BLOCK_LIMITS_says()
    {
        using var drive = new DriveRig();
        Convert.ToHexString(drive.Good("05 00 00 00 00 00", dataIn: 6)).ShouldBe("008000000001");
        drive.WriteBlock(new byte[0x800000]);
        drive.Check("0A 00 800001 00", "70 00 05 00000000 0A 00000000 2400 00 C00002", new byte[0x800001]);
        drive.Check("0A 00 000064 00", "70 00 0B 00000000 0A 00000000 4B00 00 000000", new byte[99]);
    }

    [Fact]
    public void Only_a_synchronising_filemark_makes_buffered_blocks_durable()
    {
        using var drive = new DriveRig();
        drive.WriteBlock(_block);
        drive.WriteFilemarks(1, immediate: true);
        drive.WriteBlock(_block);
        ExtendedPosition.TryDecode(drive.Good("34 08 0000000000 0020 00", dataIn: 32), out ExtendedPosition position).ShouldBeTrue();
        position.FirstLogicalObject.ShouldBe(3ul);
        position.LastLogicalObject.ShouldBe(0ul);
        position.ObjectsInBuffer.ShouldBe(3);
        position.BytesInBuffer.ShouldBe(1872ul);
        drive.Unit.Tape.DurableObjectCount.ShouldBe(0);
        drive.WriteFilemarks(0);
        drive.Unit.Tape.DurableObjectCount.ShouldBe(3);
        ExtendedPosition.TryDecode(drive.Good("34 08 0000000000 0020 00", dataIn: 32), out position).ShouldBeTrue();
        position.LastLogicalObject.ShouldBe(3ul);
    }

    [Theory]
    [InlineData("01 00 00 00 00 00")]
    [InlineData("1B 00 00 00 00 00")]
    [InlineData("11 00 FFFFFF 00")]
    [InlineData("2B 00 00 00000000 00 00 00")]
    public void Moving_away_synchronises(string cdb)
    {
        using var drive = new DriveRig();
        drive.WriteBlock(_block);
        drive.Unit.Tape.DurableObjectCount.ShouldBe(0);
        drive.Good(cdb);
        drive.Unit.Cartridge!.DurableObjectCount.ShouldBe(1);
    }

    [Fact]
    public void Without_buffering_every_write_is_durable()
    {
        using var drive = new DriveRig();
        drive.Good("15 10 0000 04 00", [0, 0, 0, 0]);
        drive.WriteBlock(_block);
        drive.Unit.Tape.DurableObjectCount.ShouldBe(1);
    }

    [Fact]
    public void A_failed_flush_is_the_command_s_own_error_for_a_filemark_and_deferred_for_a_rewind()
    {
        using (var drive = new DriveRig())
        {
            drive.WriteBlock(_block);
            drive.Tape.File.Faults = new BrokenDisk(5);
            drive.Check("10 00 000001 00", "F0 00 04 00000001 0A 00000000 4400 00 000000");
            drive.Unit.Diagnosis.ShouldBe($"{drive.CartridgePath}: Input/output error");
        }
        using (var drive = new DriveRig())
        {
            drive.WriteBlock(_block);
            drive.Tape.File.Faults = new BrokenDisk(5);
            drive.Check("01 00 00 00 00 00", "71 00 04 00000000 0A 00000000 4400 00 000000");
            drive.Position().ShouldBe((1ul, 0ul));
            drive.Check("0A 00 0003A8 00", "F0 00 04 000003A8 0A 00000000 4400 00 000000", _block);
        }
    }

    [Fact]
    public void A_full_disk_is_a_write_error_of_the_medium()
    {
        using var drive = new DriveRig();
        drive.WriteBlock(_block);
        drive.Tape.File.Faults = new BrokenDisk(28, failWrites: true);
        drive.Check("0A 00 0003A8 00", "F0 00 03 000003A8 0A 00000000 0C00 00 000000", _block);
        drive.Unit.Diagnosis.ShouldBe($"{drive.CartridgePath}: No space left on device");
        drive.Position().ShouldBe((1ul, 0ul));
    }

    [Fact]
    public void Good_blocks_cost_no_allocation()
    {
        using var drive = new DriveRig();
        var buffer = new byte[936];
        var sense = new byte[252];
        Cdb write = Cdb.Of(new Write6(false, 936));
        Cdb read = Cdb.Of(new Read6(false, false, 936));
        for (int i = 0; i < 20_000; i++)
            drive.Transport.Execute(write, Capstan.Transport.DataTransfer.ToDevice(buffer), sense, TimeSpan.Zero);
        drive.Rewind();
        for (int i = 0; i < 100; i++)
            drive.Transport.Execute(read, Capstan.Transport.DataTransfer.FromDevice(buffer), sense, TimeSpan.Zero);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int good = 0;
        for (int i = 0; i < 10_000; i++)
            good += drive.Transport.Execute(read, Capstan.Transport.DataTransfer.FromDevice(buffer), sense, TimeSpan.Zero).Status == ScsiStatus.Good ? 1 : 0;
        drive.Unit.Position = drive.Unit.Tape.EndOfData;
        for (int i = 0; i < 10_000; i++)
            good += drive.Transport.Execute(write, Capstan.Transport.DataTransfer.ToDevice(buffer), sense, TimeSpan.Zero).Status == ScsiStatus.Good ? 1 : 0;
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        good.ShouldBe(20_000);
    }

    private sealed class BrokenDisk(int errno, bool failWrites = false) : IHostFaults
    {
        public int OnWrite(long offset, int length) => failWrites ? errno : 0;

        public int OnSync() => errno;
    }
}
