using Capstan.Emulation.Cartridges;
using CsCheck;

namespace Capstan.Emulation.Tests.Cartridges;

public class CartridgePartitionTests
{
    private const long Capacity = 1L << 30;

    [Fact]
    public void A_new_cartridge_has_one_partition_of_the_whole_tape()
    {
        using var directory = new TestDirectory();
        using Cartridge cartridge = Cartridge.Create(directory.File("a.cartridge"), CartridgeTesting.Spec(Capacity));
        cartridge.PartitionCount.ShouldBe(1);
        cartridge.MaxPartitions.ShouldBe(4);
        cartridge.GetPartition(0).ShouldBeSameAs(cartridge);
        cartridge.TapeCapacityBytes.ShouldBe(Capacity);
        Directory.GetFiles(Path.GetDirectoryName(cartridge.Path)!).Length.ShouldBe(2);
    }

    [Fact]
    public void Each_partition_is_a_file_and_holds_its_own_objects_across_openings()
    {
        using var directory = new TestDirectory();
        string path = directory.File("a.cartridge");
        List<Expected>[] contents = [CartridgeTesting.Sample(10, 1), CartridgeTesting.Sample(20, 2), [], CartridgeTesting.Sample(5, 3)];
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec(Capacity)))
        {
            cartridge.Append(CartridgeTesting.Sample(4, 9));
            cartridge.Format([Capacity - 300_000_000, 100_000_000, 100_000_000, 100_000_000]).ShouldBe(AppendStatus.Written);
            for (int i = 0; i < 4; i++)
            {
                cartridge.GetPartition(i).PartitionNumber.ShouldBe(i);
                cartridge.GetPartition(i).ShouldHold([], $"partition {i}");
                cartridge.GetPartition(i).Append(contents[i]);
            }
        }
        using (Cartridge cartridge = Cartridge.Open(path))
        {
            cartridge.PartitionCount.ShouldBe(4);
            cartridge.TapeCapacityBytes.ShouldBe(Capacity);
            for (int i = 0; i < 4; i++)
            {
                cartridge.GetPartition(i).ShouldHold(contents[i], $"partition {i}");
                cartridge.GetPartition(i).CapacityBytes.ShouldBe(i == 0 ? Capacity - 300_000_000 : 100_000_000);
                cartridge.GetPartition(i).Barcode.ShouldBe("CAP001L9");
            }
            cartridge.GetPartition(3).Path.ShouldBe(Cartridge.PartitionPathOf(path, 1, 3));
        }
    }

    [Fact]
    public void Formatting_back_to_one_partition_removes_the_files_of_the_others_and_gives_the_whole_tape()
    {
        using var directory = new TestDirectory();
        string path = directory.File("a.cartridge");
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec(Capacity, 5_000_000)))
        {
            cartridge.Format([Capacity / 2, Capacity / 2]).ShouldBe(AppendStatus.Written);
            cartridge.GetPartition(1).Append(CartridgeTesting.Sample(5));
            cartridge.Format([Capacity]).ShouldBe(AppendStatus.Written);
            cartridge.PartitionCount.ShouldBe(1);
            cartridge.EarlyWarningBytes.ShouldBe(5_000_000);
        }
        Directory.GetFiles(Path.GetDirectoryName(path)!).Order().ShouldBe([path, path + ".index"]);
        using Cartridge opened = Cartridge.Open(path);
        opened.ShouldHold([]);
        opened.CapacityBytes.ShouldBe(Capacity);
    }

    [Fact]
    public void A_full_partition_ends_and_the_next_one_has_its_room()
    {
        using var directory = new TestDirectory();
        using Cartridge cartridge = Cartridge.Create(directory.File("a.cartridge"), CartridgeTesting.Spec(100_000, 1000));
        cartridge.Format([90_000, 10_000]).ShouldBe(AppendStatus.Written);
        Cartridge second = cartridge.GetPartition(1);
        second.Append(0, new byte[9_000]).ShouldBe(new AppendResult(AppendStatus.Written, 1, true));
        second.Append(1, new byte[1_000]).Status.ShouldBe(AppendStatus.EndOfMedium);
        cartridge.Append(0, new byte[50_000]).Status.ShouldBe(AppendStatus.Written);
    }

    [Fact]
    public void A_write_protected_cartridge_is_protected_in_every_partition()
    {
        using var directory = new TestDirectory();
        using Cartridge cartridge = Cartridge.Create(directory.File("a.cartridge"), CartridgeTesting.Spec(Capacity));
        cartridge.Format([Capacity / 2, Capacity / 2]).ShouldBe(AppendStatus.Written);
        cartridge.SetWriteProtected(true);
        cartridge.GetPartition(1).Append(0, new byte[10]).Status.ShouldBe(AppendStatus.WriteProtected);
        cartridge.Format([Capacity]).ShouldBe(AppendStatus.WriteProtected);
        cartridge.PartitionCount.ShouldBe(2);
    }

    [Fact]
    public void A_write_once_cartridge_is_never_formatted()
    {
        using var directory = new TestDirectory();
        using Cartridge cartridge = Cartridge.Create(directory.File("a.cartridge"), CartridgeTesting.Spec(Capacity, worm: true));
        cartridge.MaxPartitions.ShouldBe(1);
        cartridge.Format([Capacity]).ShouldBe(AppendStatus.WriteOnce);
    }

    [Fact]
    public void The_file_of_a_partition_is_no_cartridge_and_one_of_another_cartridge_is_not_taken()
    {
        using var directory = new TestDirectory();
        string[] paths = [directory.File("a.cartridge"), directory.File("b.cartridge")];
        foreach (string path in paths)
        {
            using Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec(Capacity));
            cartridge.Format([Capacity / 2, Capacity / 2]).ShouldBe(AppendStatus.Written);
        }
        string second = Cartridge.PartitionPathOf(paths[0], 1, 1);
        Should.Throw<CartridgeException>(() => Cartridge.Open(second)).Fault.ShouldBe(CartridgeFault.NotACartridge);
        File.Copy(Cartridge.PartitionPathOf(paths[1], 1, 1), second, overwrite: true);
        Should.Throw<CartridgeException>(() => Cartridge.Open(paths[0])).Message.ShouldContain("another cartridge");
        File.Delete(second);
        Should.Throw<CartridgeException>(() => Cartridge.Open(paths[0])).Fault.ShouldBe(CartridgeFault.NotFound);
    }

    /// <summary>What a process finds that comes after one that was killed: at every write and flush of the formatting.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(1, 4)]
    [InlineData(4, 3)]
    public void Killed_in_the_middle_of_formatting_there_are_the_old_partitions_whole_or_the_new_ones_empty(int before, int after)
    {
        using var directory = new TestDirectory();
        using var images = new TestDirectory();
        string path = directory.File("a.cartridge");
        List<Expected>[] contents = [.. Enumerable.Range(0, before).Select(i => CartridgeTesting.Sample(8, i + 1))];
        using Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec(Capacity));
        if (before > 1)
            cartridge.Format([.. Enumerable.Repeat(Capacity / before, before)]).ShouldBe(AppendStatus.Written);
        for (int i = 0; i < before; i++)
        {
            cartridge.GetPartition(i).Append(contents[i]);
            cartridge.GetPartition(i).Sync().ShouldBeTrue();
        }
        long layout = cartridge.FormatCount;
        var kills = new Kills(directory, images);
        cartridge.File.Faults = kills;
        cartridge.Format([.. Enumerable.Repeat(Capacity / after, after)]).ShouldBe(AppendStatus.Written);
        kills.Take();

        int old = 0;
        int @new = 0;
        foreach (string image in kills.Images)
        {
            using Cartridge opened = Cartridge.Open(Path.Combine(image, "a.cartridge"));
            bool isOld = opened.FormatCount == layout;
            opened.FormatCount.ShouldBe(isOld ? layout : layout + 1);
            opened.PartitionCount.ShouldBe(isOld ? before : after);
            for (int i = 0; i < opened.PartitionCount; i++)
                opened.GetPartition(i).ShouldHold(isOld ? contents[i] : [], $"{image}, partition {i}");
            // What belongs to neither is gone.
            Directory.GetFiles(image, "*.index").Length.ShouldBe(opened.PartitionCount);
            opened.Damage.ShouldBeNull();
            if (isOld)
                old++;
            else
                @new++;
        }
        old.ShouldBeGreaterThan(0);
        @new.ShouldBeGreaterThan(0);
    }

    /// <summary>
    /// Opening removes the files that mean nothing any more. A power cut behind that, or a sector that cannot be read, must not leave a superblock
    /// that names them: either copy alone is enough.
    /// </summary>
    [Fact]
    public void Opened_after_a_kill_either_superblock_names_files_that_are_there()
    {
        using var directory = new TestDirectory();
        using var images = new TestDirectory();
        List<Expected> content = CartridgeTesting.Sample(8);
        using Cartridge cartridge = Cartridge.Create(directory.File("a.cartridge"), CartridgeTesting.Spec(Capacity));
        cartridge.Format([Capacity / 2, Capacity / 2]).ShouldBe(AppendStatus.Written);
        cartridge.GetPartition(1).Append(content);
        cartridge.GetPartition(1).Sync().ShouldBeTrue();
        var kills = new Kills(directory, images);
        cartridge.File.Faults = kills;
        cartridge.Format([Capacity / 2, Capacity / 4, Capacity / 4]).ShouldBe(AppendStatus.Written);
        kills.Take();
        foreach (string image in kills.Images)
        {
            string path = Path.Combine(image, "a.cartridge");
            int count;
            using (Cartridge opened = Cartridge.Open(path))
                count = opened.PartitionCount;
            byte[] bytes = File.ReadAllBytes(path);
            ulong[] sequences = [BitConverter.ToUInt64(bytes, 16), BitConverter.ToUInt64(bytes, 4096 + 16)];
            bytes.AsSpan(sequences[1] > sequences[0] ? 4096 : 0, 4096).Slice(100, 8).Fill(0xEE);
            File.WriteAllBytes(path, bytes);
            using Cartridge again = Cartridge.Open(path);
            again.PartitionCount.ShouldBe(count, image);
            again.GetPartition(1).ShouldHold(count == 2 ? content : [], image);
        }
    }

    [Fact]
    public void A_full_disk_leaves_the_old_partitions()
    {
        using var directory = new TestDirectory();
        string path = directory.File("a.cartridge");
        List<Expected> contents = CartridgeTesting.Sample(6);
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec(Capacity)))
        {
            cartridge.Append(contents);
            cartridge.Sync().ShouldBeTrue();
            cartridge.File.Faults = new Full();
            cartridge.Format([Capacity / 2, Capacity / 2]).ShouldNotBe(AppendStatus.Written);
        }
        using Cartridge opened = Cartridge.Open(path);
        opened.PartitionCount.ShouldBe(1);
        opened.ShouldHold(contents);
    }

    [Fact]
    public void Write_once_lets_filemarks_before_end_of_data_be_overwritten_except_the_first()
    {
        using var directory = new TestDirectory();
        using Cartridge cartridge = Cartridge.Create(directory.File("a.cartridge"), CartridgeTesting.Spec(Capacity, worm: true));
        cartridge.WriteFilemarks(0, 3).Status.ShouldBe(AppendStatus.Written);
        cartridge.Append(0, new byte[10]).Status.ShouldBe(AppendStatus.WriteOnce);
        cartridge.Append(1, new byte[10]).Status.ShouldBe(AppendStatus.Written);
        cartridge.EndOfData.ShouldBe(2);
        cartridge.WriteFilemarks(2, 2).Status.ShouldBe(AppendStatus.Written);
        cartridge.Append(1, new byte[10]).Status.ShouldBe(AppendStatus.WriteOnce);
        cartridge.Append(2, new byte[10]).Status.ShouldBe(AppendStatus.Written);
        cartridge.EraseFrom(1).ShouldBe(AppendStatus.WriteOnce);
    }

    /// <summary>Any row of formats, appends, cuts and openings leaves what a list a partition holds.</summary>
    [Fact]
    public void Partitions_hold_what_a_model_of_them_holds()
    {
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 20]).Array[1, 60].Sample(steps =>
        {
            using var directory = new TestDirectory();
            string path = directory.File("a.cartridge");
            Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec(Capacity));
            List<List<Expected>> model = [[]];
            int seed = 0;
            try
            {
                foreach ((int action, int which, int amount) in steps)
                {
                    int partition = which % model.Count;
                    Cartridge target = cartridge.GetPartition(partition);
                    switch (action)
                    {
                        case 0:
                            cartridge.Format([.. Enumerable.Repeat(Capacity / (which + 1), which + 1)]).ShouldBe(AppendStatus.Written);
                            model = [.. Enumerable.Range(0, which + 1).Select(_ => new List<Expected>())];
                            break;
                        case 1:
                            cartridge.Dispose();
                            cartridge = Cartridge.Open(path);
                            break;
                        case 2:
                            int keep = Math.Min(amount, model[partition].Count);
                            target.EraseFrom(keep).ShouldBe(AppendStatus.Written);
                            model[partition].RemoveRange(keep, model[partition].Count - keep);
                            break;
                        default:
                            List<Expected> more = CartridgeTesting.Sample(amount % 4, ++seed);
                            target.Append(more);
                            model[partition].AddRange(more);
                            break;
                    }
                    cartridge.PartitionCount.ShouldBe(model.Count);
                }
                for (int i = 0; i < model.Count; i++)
                    cartridge.GetPartition(i).ShouldHold(model[i]);
            }
            finally
            {
                cartridge.Dispose();
            }
        }, iter: 100, threads: 1);
    }

    /// <summary>Copies the directory as it is, as the kernel has it when the process is gone.</summary>
    private sealed class Kills(TestDirectory directory, TestDirectory images) : IHostFaults
    {
        private readonly string _source = Path.GetDirectoryName(directory.File("x"))!;

        public List<string> Images { get; } = [];

        public int OnWrite(long offset, int length)
        {
            Take();
            return 0;
        }

        public int OnSync()
        {
            Take();
            return 0;
        }

        public void Take()
        {
            string image = images.File($"{Images.Count}");
            Directory.CreateDirectory(image);
            foreach (string file in Directory.GetFiles(_source))
                File.WriteAllBytes(Path.Combine(image, Path.GetFileName(file)), RawFile.ReadAll(file));
            Images.Add(image);
        }
    }

    private sealed class Full : IHostFaults
    {
        public int OnWrite(long offset, int length) => 28;

        public int OnSync() => 0;
    }
}
