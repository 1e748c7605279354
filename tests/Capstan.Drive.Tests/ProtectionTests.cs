using Capstan.Emulation.Library;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Drive.Tests;

/// <summary>Blocks with checksums, on a way that flips bits.</summary>
public class ProtectionTests
{
    private const int BlockLength = 65536;
    private const byte Write6 = 0x0A;
    private const byte Read6 = 0x08;

    /// <summary>Of the Control Data Protection mode page; set by somebody else.</summary>
    private static readonly byte[] LeftOn = Convert.FromHexString("0000001000000000" + "4AF0001C0204C000" + new string('0', 48));

    private static VirtualDrive Protected(params Fault[] faults)
    {
        VirtualDrive tape = new VirtualDrive(faults: faults).Ready();
        tape.Drive.ProtectBlocks();
        return tape;
    }

    [Fact]
    public void Blocks_of_every_length_come_back_as_they_were()
    {
        using VirtualDrive tape = Protected();
        tape.Drive.ProtectionName.ShouldBe("CRC32C");
        tape.Drive.TailBytes.ShouldBe(4);
        tape.Drive.BeginWriting();
        int[] lengths = [1, 2, 3, 4, 5, 100, BlockLength - 1, BlockLength, 20_000];
        for (int i = 0; i < lengths.Length; i++)
            tape.Drive.Write(VirtualDrive.Block(i, lengths[i])).ShouldBe(WriteOutcome.Written);
        tape.Drive.WriteFilemarks(1);

        // With protection, and then without: nothing of it is on the tape.
        for (int pass = 0; pass < 2; pass++)
        {
            tape.Drive.Rewind();
            var buffer = new byte[BlockLength];
            for (int i = 0; i < lengths.Length; i++)
            {
                tape.Drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, lengths[i]));
                buffer[..lengths[i]].ShouldBe(VirtualDrive.Block(i, lengths[i]));
            }

            tape.Drive.Read(buffer).Kind.ShouldBe(ReadKind.Filemark);
            tape.Drive.Read(buffer).Kind.ShouldBe(ReadKind.EndOfData);
            tape.Drive.EndProtection();
            tape.Drive.TailBytes.ShouldBe(0);
        }
    }

    [Fact]
    public void A_block_that_is_longer_than_the_buffer_is_told_with_its_own_length()
    {
        using VirtualDrive tape = Protected();
        tape.Drive.BeginWriting();
        tape.Drive.Write(VirtualDrive.Block(1, 5000));
        for (int room = 4990; room <= 5000; room++)
        {
            tape.Drive.Rewind();
            tape.Drive.Read(new byte[room]).ShouldBe(new ReadOutcome(room < 5000 ? ReadKind.Overlength : ReadKind.Block, 5000));
        }
    }

    /// <summary>Blocks that lie one behind the other: the checksum of one lies for a moment where the next one begins.</summary>
    [Fact]
    public void In_place_nothing_behind_the_block_changes()
    {
        using VirtualDrive tape = Protected();
        tape.Drive.BeginWriting();
        byte[] row = VirtualDrive.Block(1, 3000 + 4);
        byte[] before = [.. row];
        for (int i = 0; i < 3; i++)
            tape.Drive.Write(row.AsSpan(i * 1000), 1000).ShouldBe(WriteOutcome.Written);
        row.ShouldBe(before);
        tape.Drive.Rewind();
        var back = new byte[3000 + 4];
        for (int i = 0; i < 3; i++)
            tape.Drive.Read(back.AsSpan(i * 1000), 1000).ShouldBe(new ReadOutcome(ReadKind.Block, 1000));
        back[..3000].ShouldBe(row[..3000]);
    }

    [Fact]
    public void The_checksum_is_part_of_the_longest_block()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        (int path, int drive) = (tape.Drive.MaxTransferBytes, tape.Drive.ReadBlockLimits().Maximum);
        tape.Drive.ProtectBlocks();
        tape.Drive.MaxTransferBytes.ShouldBe(path - 4);
        tape.Drive.ReadBlockLimits().Maximum.ShouldBe(drive - 4);
        tape.Drive.TryBeginFixedBlocks(512).ShouldBeFalse();
    }

    /// <summary>First, a middle and the last byte of the block, and its checksum.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(BlockLength * 4 + 3)]
    [InlineData(BlockLength * 8 - 1)]
    [InlineData(BlockLength * 8 + 17)]
    public void A_bit_that_flips_on_the_way_to_the_drive_is_found_there_and_the_block_sent_again(long bit)
    {
        using VirtualDrive tape = Protected(new Fault(3, Write6) { FlipBit = bit });
        var decided = new List<string>();
        tape.Drive.ConfigureRecovery(new RecoveryOptions(null, decided.Add));
        WriteAndCompare(tape, 5);
        tape.Drive.DamagedTransfers.ShouldBe(1);
        decided.ShouldHaveSingleItem().ShouldContain("object 2 did not fit its CRC32C when it arrived at the drive");
    }

    [Fact]
    public void A_way_that_flips_bits_for_good_ends_the_stream_before_the_block()
    {
        using VirtualDrive tape = Protected(new Fault(3, Write6) { FlipBit = 1000, Count = 100 });
        tape.Drive.BeginWriting();
        tape.Drive.Write(VirtualDrive.Block(0, BlockLength));
        tape.Drive.WriteFilemarks(1);
        tape.Drive.Write(VirtualDrive.Block(1, BlockLength));
        TapeWriteException e = Should.Throw<TapeWriteException>(() => tape.Drive.Write(VirtualDrive.Block(2, BlockLength)));
        e.FirstSuspectObjectId.ShouldBe(2);
        e.Sense!.Value.Code.ShouldBe(SenseCode.LogicalBlockGuardCheckFailed);
        e.Message.ShouldContain("object 3 arrived damaged at the drive 3 times");
        e.Message.ShouldContain("Objects from 2 on are not proven to be on the tape; those before are safe");
        tape.Drive.LocateEndOfData().ObjectId.ShouldBe(3);
    }

    [Fact]
    public void A_deferred_failure_ends_the_stream()
    {
        using VirtualDrive tape = Protected(new Fault(3, Write6)
        {
            Status = ScsiStatus.CheckCondition,
            Sense = new SenseData { Key = SenseKey.HardwareError, Code = SenseCode.LogicalBlockGuardCheckFailed, IsDeferred = true },
        });
        tape.Drive.BeginWriting();
        tape.Drive.Write(VirtualDrive.Block(0, BlockLength));
        tape.Drive.Write(VirtualDrive.Block(1, BlockLength));
        Should.Throw<TapeWriteException>(() => tape.Drive.Write(VirtualDrive.Block(2, BlockLength))).FirstSuspectObjectId.ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(BlockLength * 8 - 1)]
    [InlineData(BlockLength * 8 + 31)]
    public void A_bit_that_flips_on_the_way_from_the_drive_costs_a_second_reading(long bit)
    {
        using VirtualDrive tape = Protected(new Fault(2, Read6) { FlipBit = bit });
        WriteAndCompare(tape, 4);
        tape.Drive.DamagedTransfers.ShouldBe(1);
    }

    [Fact]
    public void A_way_that_flips_bits_for_good_names_the_block_and_gives_none_of_it()
    {
        using VirtualDrive tape = Protected(new Fault(2, Read6) { FlipBit = 77, Count = 3 });
        tape.Drive.BeginWriting();
        for (int i = 0; i < 4; i++)
            tape.Drive.Write(VirtualDrive.Block(i, BlockLength));
        tape.Drive.Rewind();
        var buffer = new byte[BlockLength];
        tape.Drive.Read(buffer).Kind.ShouldBe(ReadKind.Block);
        buffer.AsSpan().Clear();
        TapeReadException e = Should.Throw<TapeReadException>(() => tape.Drive.Read(buffer));
        e.ObjectId.ShouldBe(1);
        e.Message.ShouldContain("object 1 arrived damaged 3 times");
        buffer.ShouldAllBe(static b => b == 0);

        // Behind it reading goes on.
        tape.Drive.Read(buffer).Kind.ShouldBe(ReadKind.Block);
        buffer.ShouldBe(VirtualDrive.Block(2, BlockLength));
    }

    [Fact]
    public void Without_protection_the_same_bit_goes_through()
    {
        using VirtualDrive tape = new VirtualDrive(faults: [new Fault(2, Read6) { FlipBit = 77 }]).Ready();
        tape.Drive.BeginWriting();
        for (int i = 0; i < 2; i++)
            tape.Drive.Write(VirtualDrive.Block(i, BlockLength));
        tape.Drive.Rewind();
        var buffer = new byte[BlockLength];
        tape.Drive.Read(buffer);
        tape.Drive.Read(buffer);
        buffer.ShouldNotBe(VirtualDrive.Block(1, BlockLength));
    }

    [Fact]
    public void The_drive_is_left_without_protection_also_after_a_failure()
    {
        using (VirtualDrive tape = Protected(new Fault(2, Write6) { Throw = TransportFault.TimedOut }))
        {
            tape.Drive.BeginWriting();
            tape.Drive.Write(new byte[10]);
            Should.Throw<TapeWriteException>(() => tape.Drive.Write(new byte[10]));
            tape.Drive.Dispose();
            using IScsiTransport path = tape.Library.OpenDrive();
            Page(path)[4..7].ShouldBe([0, 0, 0]);
        }
    }

    [Fact]
    public void What_somebody_left_on_is_noticed_and_turned_off()
    {
        using var tape = new VirtualDrive();
        tape.Drive.Dispose();
        using (IScsiTransport path = tape.Library.OpenDrive())
            Send(path, Cdb.Of(new ModeSelect10((ushort)LeftOn.Length)), DataTransfer.ToDevice(LeftOn));
        using TapeDrive drive = TapeDrive.Open(tape.Library.OpenDrive());
        drive.WaitUntilReady();
        drive.WasLeftProtecting.ShouldBeTrue();
        drive.BeginWriting();
        drive.Write(VirtualDrive.Block(1, 1000)).ShouldBe(WriteOutcome.Written);
        drive.Rewind();
        var buffer = new byte[2000];
        drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 1000));
    }

    /// <summary>A reset that everybody hears of; nothing of it is lost here, and no path breaks: reading goes on with protection.</summary>
    [Fact]
    public void After_a_reset_protection_is_on_again_before_the_next_block()
    {
        using VirtualDrive tape = Protected();
        tape.Drive.BeginWriting();
        for (int i = 0; i < 3; i++)
            tape.Drive.Write(VirtualDrive.Block(i, BlockLength));
        tape.Drive.WriteFilemarks(1);
        tape.Library.ResetDrive();
        var buffer = new byte[BlockLength];
        Should.Throw<TapeException>(() => tape.Drive.Read(buffer));
        tape.Drive.Locate(1);
        tape.Drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, BlockLength));
        buffer.ShouldBe(VirtualDrive.Block(1, BlockLength));
        tape.Drive.DamagedTransfers.ShouldBe(0);
        tape.Drive.LocateEndOfData();
        tape.Drive.BeginWriting();
        tape.Drive.Write(VirtualDrive.Block(9, 100)).ShouldBe(WriteOutcome.Written);
        tape.Drive.WriteFilemarks(1).ShouldBe(WriteOutcome.Written);
    }

    /// <summary>Another driver of the machine heard the reset: nobody tells, and the drive takes checksums for data.</summary>
    [Fact]
    public void A_reset_that_nobody_told_of_is_found_before_anything_counts_as_written()
    {
        using VirtualDrive tape = Protected();
        tape.Drive.BeginWriting();
        tape.Drive.Write(VirtualDrive.Block(0, 1000));
        tape.Drive.WriteFilemarks(1);
        tape.Library.ResetDrive(isTold: true);
        tape.Drive.Write(VirtualDrive.Block(1, 1000));
        TapeWriteException e = Should.Throw<TapeWriteException>(() => tape.Drive.WriteFilemarks(1));
        e.FirstSuspectObjectId.ShouldBe(2);
        e.Message.ShouldContain("does not protect blocks any more");
    }

    [Fact]
    public void A_reset_that_nobody_told_of_costs_a_second_reading()
    {
        using VirtualDrive tape = Protected();
        tape.Drive.BeginWriting();
        for (int i = 0; i < 3; i++)
            tape.Drive.Write(VirtualDrive.Block(i, 1000));
        tape.Drive.Rewind();
        var buffer = new byte[1000];
        tape.Drive.Read(buffer).Kind.ShouldBe(ReadKind.Block);
        tape.Library.ResetDrive(isTold: true);
        tape.Drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 1000));
        buffer.ShouldBe(VirtualDrive.Block(1, 1000));
    }

    [Fact]
    public void A_drive_that_has_no_such_page_says_so()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/24/00"));
        TapeDeviceException e = Should.Throw<TapeDeviceException>(() => rig.Drive.ProtectBlocks());
        e.Fault.ShouldBe(DeviceFault.Unsupported);
        e.Message.ShouldContain("cannot protect blocks");
        rig.ShouldBeDone();
    }

    /// <summary>The page of the captured LTO-5; CRC32C is refused (26/00), Reed-Solomon is taken.</summary>
    [Fact]
    public void A_drive_that_does_not_take_CRC32C_gets_the_Reed_Solomon_CRC()
    {
        byte[] off = HexFile.Read("lto5-mode-sense-10-0a-f0");
        byte[] on = [.. off];
        (on[20], on[21], on[22]) = (0x01, 0x04, 0xC0);
        using Rig rig = Rig.Opened(
            Rig.Data(off), Rig.Data(off), Rig.Check("05/26/00"), Rig.Data(off), Rig.Good, Rig.Data(on),
            // At the end it is turned off.
            Rig.Data(on), Rig.Good, Rig.Data(off));
        rig.Drive.ProtectBlocks();
        rig.Drive.ProtectionName.ShouldBe("Reed-Solomon CRC");
        rig.Drive.Dispose();
        rig.ShouldBeDone();
        rig.Sent.ShouldBe(
        [
            "5A000AF0000000004000", "5A000AF0000000004000", "55100000000000002800", "5A000AF0000000004000", "55100000000000002800",
            "5A000AF0000000004000", "5A000AF0000000004000", "55100000000000002800", "5A000AF0000000004000",
        ]);
    }

    [Fact]
    public void The_protected_block_path_allocates_nothing()
    {
        using var directory = new TestDirectory();
        VirtualLibrary.Create(directory.File("library"), new LibraryOptions { CartridgeCount = 1 });
        using VirtualLibrary library = VirtualLibrary.Open(directory.File("library"));
        library.InsertDiscardingTape();
        using TapeDrive drive = TapeDrive.Open(library.OpenDrive());
        drive.WaitUntilReady();
        drive.ProtectBlocks();
        drive.CreateBuffers(256 * 1024, 1);
        using var buffer = drive.RentBuffer();
        drive.BeginWriting();
        Allocation.Of(() =>
        {
            for (int i = 0; i < 100; i++)
                drive.Write(buffer);
        }).ShouldBe(0);
        drive.WriteFilemarks(0);
        drive.Rewind();
        Allocation.Of(() =>
        {
            for (int i = 0; i < 100; i++)
                drive.Read(buffer);
        }).ShouldBe(0);
    }

    private static void WriteAndCompare(VirtualDrive tape, int blocks)
    {
        tape.Drive.BeginWriting();
        for (int i = 0; i < blocks; i++)
            tape.Drive.Write(VirtualDrive.Block(i, BlockLength)).ShouldBe(WriteOutcome.Written);
        tape.Drive.WriteFilemarks(1);
        tape.Drive.DurableObjectId.ShouldBe(blocks + 1);
        tape.Drive.Rewind();
        var buffer = new byte[BlockLength];
        for (int i = 0; i < blocks; i++)
        {
            tape.Drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, BlockLength));
            buffer.ShouldBe(VirtualDrive.Block(i, BlockLength));
        }
    }

    private static byte[] Page(IScsiTransport path)
    {
        var answer = new byte[40];
        Send(path, Cdb.Of(new ModeSense10(0x0A, 0xF0, true, PageControl.Current, (ushort)answer.Length)), DataTransfer.FromDevice(answer));
        return answer[8..];
    }

    private static void Send(IScsiTransport path, in Cdb cdb, DataTransfer data)
    {
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        while (path.Execute(cdb, data, sense, TimeSpan.FromSeconds(1)).Status != ScsiStatus.Good)
            ;
    }
}
