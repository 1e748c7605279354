using Capstan.Emulation.Cartridges;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Drive.Tests;

/// <summary>The driver on the virtual drive: the ends of the tape, its tab, its way in and out.</summary>
public class VirtualTapeTests
{
    private const int BlockLength = 65536;
    private const byte Write6 = 0x0A;

    [Fact]
    public void A_small_tape_warns_goes_on_and_ends()
    {
        const int capacity = 2 << 20;
        const int earlyWarning = 512 << 10;
        using VirtualDrive tape = new VirtualDrive(capacity, earlyWarning).Ready();
        tape.Drive.BeginWriting();
        var outcomes = new List<WriteOutcome>();
        do
            outcomes.Add(tape.Drive.Write(VirtualDrive.Block(outcomes.Count, BlockLength)));
        while (outcomes[^1] != WriteOutcome.VolumeFull);

        const int record = BlockLength + Cartridge.RecordOverheadBytes;
        int whole = capacity / record;
        int quiet = (capacity - earlyWarning) / record;
        outcomes.Count(static o => o == WriteOutcome.Written).ShouldBe(quiet);
        outcomes.Count(static o => o == WriteOutcome.WrittenEarlyWarning).ShouldBe(whole - quiet);
        TapePosition end = tape.Drive.ReadPosition();
        end.ObjectId.ShouldBe(whole);
        end.EndOfPartition.ShouldBeTrue();

        // A mark still fits, warns too, and makes durable what did fit.
        tape.Drive.WriteFilemarks(1).ShouldBe(WriteOutcome.WrittenEarlyWarning);
        tape.Drive.DurableObjectId.ShouldBe(whole + 1);
        tape.Drive.Rewind();
        var buffer = new byte[BlockLength];
        for (int i = 0; i < whole; i++)
        {
            tape.Drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, BlockLength));
            buffer.ShouldBe(VirtualDrive.Block(i, BlockLength));
        }

        tape.Drive.Read(buffer).Kind.ShouldBe(ReadKind.Filemark);
        tape.Drive.Read(buffer).Kind.ShouldBe(ReadKind.EndOfData);
        tape.Drive.ReadCapacity().ShouldBe(new TapeCapacity(0, capacity));
    }

    [Fact]
    public void A_blank_tape()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        tape.Drive.Model.Name.ShouldBe("LTO-9");
        tape.Drive.DensityCode.ShouldBe((byte)0x60);
        tape.Drive.ReadCapacity().ShouldBe(new TapeCapacity(1L << 30, 1L << 30));
        tape.Drive.ReadPosition().ShouldBe(new TapePosition(0, 0, 0, true, false));
        tape.Drive.Read(new byte[16]).Kind.ShouldBe(ReadKind.EndOfData);
        tape.Drive.LocateEndOfData().ObjectId.ShouldBe(0);
        Should.Throw<TapeCommandException>(() => tape.Drive.Locate(1)).Message.ShouldContain("behind the end of data");
    }

    [Fact]
    public void A_protected_tape_reads_and_does_not_write()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        tape.Drive.BeginWriting();
        tape.Drive.Write([1, 2, 3]);
        tape.Drive.WriteFilemarks(1);
        tape.Library.SetWriteProtect("CAP001L9", true);
        tape.Drive.WaitUntilReady();
        tape.Drive.IsWriteProtected.ShouldBeTrue();
        tape.Drive.Rewind();
        Should.Throw<TapeMediumException>(() => tape.Drive.Write([4])).Fault.ShouldBe(MediumFault.WriteProtected);
        Should.Throw<TapeMediumException>(() => tape.Drive.WriteFilemarks(1)).Fault.ShouldBe(MediumFault.WriteProtected);
        tape.Drive.Read(new byte[3]).ShouldBe(new ReadOutcome(ReadKind.Block, 3));
    }

    [Fact]
    public void Out_and_in_again()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        tape.Drive.BeginWriting();
        tape.Drive.Write([1, 2, 3]);
        tape.Drive.Unload();
        tape.Drive.TestReady().State.ShouldBeOneOf(DriveState.NoMedium, DriveState.NotLoaded);
        Should.Throw<TapeException>(() => tape.Drive.Write([4]));
        Should.Throw<TapeMediumException>(() => tape.Drive.WaitUntilReady());

        tape.Drive.Load();
        tape.Drive.ReadPosition().BeginningOfPartition.ShouldBeTrue();
        // UNLOAD writes the buffer out first.
        tape.Drive.Read(new byte[3]).ShouldBe(new ReadOutcome(ReadKind.Block, 3));
    }

    [Fact]
    public void A_locked_cartridge_stays()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        tape.Drive.PreventRemoval(true);
        Should.Throw<TapeMediumException>(() => tape.Drive.Unload()).Fault.ShouldBe(MediumFault.RemovalPrevented);
        tape.Drive.PreventRemoval(false);
        tape.Drive.Unload();
    }

    [Fact]
    public void Nothing_is_written_to_a_tape_that_was_exchanged()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        tape.Drive.BeginWriting();
        tape.Drive.Write([1]);
        tape.Drive.WriteFilemarks(1);
        tape.Drive.Unload();
        tape.Library.InsertCartridge("CAP002L9");
        Should.Throw<TapeWriteException>(() => tape.Drive.Write([2]));
        Should.Throw<TapeMediumException>(() => tape.Drive.ReadPosition()).Fault.ShouldBe(MediumFault.Changed);
        Should.Throw<TapeWriteException>(() => tape.Drive.Write([2]));
        tape.Drive.LocateEndOfData().ObjectId.ShouldBe(0);
    }

    [Fact]
    public void A_block_that_got_through_a_broken_path_is_seen_by_the_position()
    {
        using VirtualDrive tape = new VirtualDrive(faults: new Fault(3, Write6) { Throw = TransportFault.Lost, ReachesDevice = true }).Ready();
        tape.Drive.BeginWriting();
        tape.Drive.Write([0]);
        tape.Drive.Write([1]);
        Should.Throw<TapeWriteException>(() => tape.Drive.Write([2])).FirstSuspectObjectId.ShouldBe(0);
        tape.Drive.ReadPosition().ObjectId.ShouldBe(3);
    }

    [Fact]
    public void An_adapter_without_residuals_changes_nothing()
    {
        using VirtualDrive tape = new VirtualDrive(faults: new Fault(1) { DropResidual = true, Count = int.MaxValue }).Ready();
        tape.Drive.BeginWriting();
        tape.Drive.Write(VirtualDrive.Block(1, 100));
        tape.Drive.Write(VirtualDrive.Block(2, 1000));
        tape.Drive.Rewind();
        var buffer = new byte[500];
        tape.Drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 100));
        tape.Drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Overlength, 1000));
        tape.Drive.ReadPosition().ObjectId.ShouldBe(2);
    }
}
