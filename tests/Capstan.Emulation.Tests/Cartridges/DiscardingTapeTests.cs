using Capstan.Emulation.Cartridges;
using CsCheck;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>A tape that throws data away knows every position that a real one knows.</summary>
public class DiscardingTapeTests
{
    private enum Operation
    {
        Append,
        Filemarks,
        Overwrite,
        OverwriteWithFilemark,
        Erase,
        Sync,
    }

    private static readonly Gen<(Operation Kind, int Where, int Size)> Step =
        Gen.Select(Gen.Enum<Operation>(), Gen.Int[0, 1_000_000], Gen.Int[1, 4]);

    [Fact]
    public void Every_sequence_of_operations_leaves_the_positions_of_a_cartridge() => Step.Array[1, 60].Sample(steps =>
    {
        using var directory = new TestDirectory();
        using Cartridge cartridge = Cartridge.Create(directory.File("a.cartridge"), CartridgeTesting.Spec(20_000, 5_000));
        using var tape = new DiscardingTape(cartridge.Medium, 20_000, 5_000);
        foreach ((Operation kind, int where, int size) in steps)
        {
            Apply(tape, kind, where, size).ShouldBe(Apply(cartridge, kind, where, size));
            ShouldBeAlike(tape, cartridge);
        }
    }, iter: 200);

    [Fact]
    public void Blocks_read_as_zeros_of_their_length()
    {
        using var tape = new DiscardingTape(MediumType.Lto9, 1 << 20, 1 << 10);
        tape.Append(0, "abc"u8).Status.ShouldBe(AppendStatus.Written);
        byte[] data = [9, 9, 9, 9, 9];
        tape.ReadBlock(0, data, out int length).ShouldBe(ReadStatus.Block);
        length.ShouldBe(3);
        data.ShouldBe([0, 0, 0, 9, 9]);
        tape.ReadBlock(1, data, out _).ShouldBe(ReadStatus.EndOfData);
    }

    [Fact]
    public void Blocks_of_one_length_take_no_memory_each()
    {
        using var tape = new DiscardingTape(MediumType.Lto9, MediumType.Lto9.NativeCapacityBytes, 1 << 30);
        byte[] block = new byte[4096];
        tape.Append(0, block);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1; i < 10_000; i++)
            tape.Append(i, block);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void The_tape_is_full_when_the_block_length_changed_too_often()
    {
        using var tape = new DiscardingTape(MediumType.Lto9, MediumType.Lto9.NativeCapacityBytes, 1 << 30);
        byte[] block = new byte[2];
        long position = 0;
        while (tape.Append(position, block.AsSpan(0, 1 + (int)(position & 1))).Status == AppendStatus.Written)
            position++;
        position.ShouldBe(DiscardingTape.MaxRuns);
        tape.EndOfData.ShouldBe(position);
    }

    private static (AppendStatus, int, bool) Apply(ITapeMedium tape, Operation kind, int where, int size)
    {
        long position = kind is Operation.Append or Operation.Filemarks ? tape.EndOfData : where % (tape.EndOfData + 1);
        switch (kind)
        {
            case Operation.Append or Operation.Overwrite:
                AppendResult appended = tape.Append(position, new byte[size * 100]);
                return (appended.Status, appended.Count, appended.EarlyWarning);
            case Operation.Filemarks or Operation.OverwriteWithFilemark:
                AppendResult marked = tape.WriteFilemarks(position, size);
                return (marked.Status, marked.Count, marked.Status == AppendStatus.Written && marked.EarlyWarning);
            case Operation.Erase:
                return (tape.EraseFrom(position), 0, false);
            default:
                tape.Sync().ShouldBeTrue();
                return (AppendStatus.Written, (int)tape.DurableObjectCount, false);
        }
    }

    private static void ShouldBeAlike(DiscardingTape tape, Cartridge cartridge)
    {
        tape.EndOfData.ShouldBe(cartridge.EndOfData);
        tape.FilemarkCount.ShouldBe(cartridge.FilemarkCount);
        tape.UsedBytes.ShouldBe(cartridge.UsedBytes);
        byte[] one = new byte[500];
        byte[] other = new byte[500];
        for (long i = 0; i <= cartridge.EndOfData; i++)
        {
            tape.FileNumberAt(i).ShouldBe(cartridge.FileNumberAt(i));
            tape.UsedBytesAt(i).ShouldBe(cartridge.UsedBytesAt(i));
            tape.IsBeyondEarlyWarning(i).ShouldBe(cartridge.IsBeyondEarlyWarning(i));
            tape.FindFilemark(i).ShouldBe(cartridge.FindFilemark(i));
            tape.ReadBlock(i, one, out int length).ShouldBe(cartridge.ReadBlock(i, other, out int expected));
            length.ShouldBe(expected);
        }
    }
}
