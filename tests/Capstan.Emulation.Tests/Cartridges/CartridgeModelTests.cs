using Capstan.Emulation.Cartridges;
using CsCheck;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>Any sequence of operations leaves what a plain list would hold.</summary>
public class CartridgeModelTests
{
    private enum Operation
    {
        Append,
        Filemarks,
        Overwrite,
        OverwriteWithFilemark,
        Erase,
        Sync,
        Reopen,
        ReopenWithoutIndex,
        ReopenReadOnly,
    }

    private static readonly Gen<(Operation Kind, int Where, int Size)> Step =
        Gen.Select(Gen.Enum<Operation>(), Gen.Int[0, 1_000_000], Gen.Frequency((8, Gen.Int[1, 300]), (1, Gen.Int[4000, 9000])));

    [Fact]
    public void Every_sequence_of_operations_leaves_what_a_list_would_hold() =>
        Step.Array[1, 60].Sample(Run, iter: 150);

    /// <summary>Long enough that the index leaves its window in memory and is truncated into what was written.</summary>
    [Fact]
    public void Overwriting_far_back_in_a_long_tape_keeps_the_index_right()
    {
        using var directory = new TestDirectory();
        string path = directory.File("long.cartridge");
        var model = new List<Expected>();
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            foreach (int cut in (int[])[20_000, 255, 4080, 4081, 0, 6000])
            {
                if (cut < model.Count)
                {
                    cartridge.EraseFrom(cut).ShouldBe(AppendStatus.Written);
                    model.RemoveRange(cut, model.Count - cut);
                }
                List<Expected> more = [.. Enumerable.Range(0, 5000).Select(i =>
                    i % 7 == 0 ? Expected.Filemark : new Expected(CartridgeTesting.Block(cut * 10_000 + i, 1 + i % 40)))];
                cartridge.Append(more);
                model.AddRange(more);
                cartridge.Sync().ShouldBeTrue();
                cartridge.ShouldHold(model);
            }
        }
        using Cartridge reopened = Cartridge.Open(path);
        reopened.ShouldHold(model);
    }

    private static void Run((Operation Kind, int Where, int Size)[] steps)
    {
        using var directory = new TestDirectory();
        string path = directory.File("model.cartridge");
        var model = new List<Expected>();
        Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec());
        try
        {
            int seed = 0;
            foreach ((Operation kind, int where, int size) in steps)
                cartridge = Apply(cartridge, model, path, kind, where, size, ++seed);
            cartridge.ShouldHold(model);
        }
        finally
        {
            cartridge.Dispose();
        }
        using Cartridge last = Cartridge.Open(path);
        last.ShouldHold(model);
    }

    private static Cartridge Apply(
        Cartridge cartridge, List<Expected> model, string path, Operation kind, int where, int size, int seed)
    {
        int position = kind is Operation.Append or Operation.Filemarks ? model.Count : where % (model.Count + 1);
        switch (kind)
        {
            case Operation.Append or Operation.Overwrite:
                var block = new Expected(CartridgeTesting.Block(seed, size));
                model.RemoveRange(position, model.Count - position);
                model.Add(block);
                cartridge.Append(position, block.Block).Status.ShouldBe(AppendStatus.Written);
                break;
            case Operation.Filemarks or Operation.OverwriteWithFilemark:
                int count = 1 + size % 150;
                model.RemoveRange(position, model.Count - position);
                model.AddRange(Enumerable.Repeat(Expected.Filemark, count));
                cartridge.WriteFilemarks(position, count).ShouldBe(new AppendResult(AppendStatus.Written, count, false));
                break;
            case Operation.Erase:
                model.RemoveRange(position, model.Count - position);
                cartridge.EraseFrom(position).ShouldBe(AppendStatus.Written);
                break;
            case Operation.Sync:
                cartridge.Sync().ShouldBeTrue();
                cartridge.DurableObjectCount.ShouldBe(model.Count);
                break;
            default:
                cartridge.Dispose();
                if (kind == Operation.ReopenWithoutIndex)
                    File.Delete(Cartridge.IndexPathOf(path));
                if (kind == Operation.ReopenReadOnly)
                {
                    byte[] before = File.ReadAllBytes(path);
                    using (Cartridge readOnly = Cartridge.Open(path, readOnly: true))
                    {
                        readOnly.ShouldHold(model);
                        readOnly.Append(0, [1]).Status.ShouldBe(AppendStatus.WriteProtected);
                    }
                    File.ReadAllBytes(path).ShouldBe(before);
                }
                cartridge = Cartridge.Open(path);
                cartridge.ShouldHold(model);
                break;
        }
        cartridge.EndOfData.ShouldBe(model.Count);
        return cartridge;
    }
}
