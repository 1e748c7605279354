using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>On a file system in memory what is written over is not freed first: the pages are used again.</summary>
public class CartridgeInMemoryTests
{
    private static readonly List<Expected> Old = [.. Enumerable.Range(0, 8).Select(static i => new Expected(CartridgeTesting.Block(i, 4032)))];

    // Blocks of the same lengths: behind the new ones lie whole records, in their right places.
    private static readonly List<Expected> New = [.. Enumerable.Range(100, 3).Select(static i => new Expected(CartridgeTesting.Block(i, 4032)))];

    private static TestDirectory InMemory()
    {
        var directory = new TestDirectory();
        if (HostFile.TryOpen(directory.File("probe"), 0x42 /* O_RDWR | O_CREAT */, out HostFile? file) != 0)
            Assert.Fail("the test's own directory cannot be written");
        bool isInMemory = file!.IsInMemory;
        file.Dispose();
        if (isInMemory)
            return directory;
        directory.Dispose();
        Assert.Skip("there is no file system in memory here (/dev/shm)");
        return directory;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void What_is_written_over_stays_in_the_file_until_it_is_closed_and_never_comes_back(int position)
    {
        using TestDirectory directory = InMemory();
        string path = directory.File("old.cartridge");
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
            cartridge.Append(Old);
        long before = new FileInfo(path).Length;
        List<Expected> now = [.. Old.Take(position), .. New];
        using (Cartridge cartridge = Cartridge.Open(path))
        {
            for (int i = 0; i < New.Count; i++)
                cartridge.Append(position + i, New[i].Block).Status.ShouldBe(AppendStatus.Written);
            cartridge.ShouldHold(now);
            new FileInfo(path).Length.ShouldBe(before);

            // What another process finds when this one is killed here, with the index and without.
            string copy = directory.File("copy.cartridge");
            foreach (bool hasIndex in (bool[])[true, false])
            {
                File.WriteAllBytes(copy, RawFile.ReadAll(path));
                File.Delete(Cartridge.IndexPathOf(copy));
                if (hasIndex)
                    File.WriteAllBytes(Cartridge.IndexPathOf(copy), RawFile.ReadAll(Cartridge.IndexPathOf(path)));
                using (Cartridge reader = Cartridge.Open(copy, readOnly: true))
                    reader.ShouldHold(now);
                using (Cartridge opened = Cartridge.Open(copy))
                {
                    opened.ShouldHold(now);
                    opened.Damage.ShouldBeNull();
                }

                new FileInfo(copy).Length.ShouldBeLessThan(before);
            }
        }

        new FileInfo(path).Length.ShouldBeLessThan(before);
        using Cartridge again = Cartridge.Open(path);
        again.ShouldHold(now);
    }

    [Fact]
    public void Erasing_frees_the_memory_at_once()
    {
        using TestDirectory directory = InMemory();
        string path = directory.File("erased.cartridge");
        using Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec());
        cartridge.Append(Old);
        long before = new FileInfo(path).Length;
        cartridge.Append(0, New[0].Block).Status.ShouldBe(AppendStatus.Written);
        new FileInfo(path).Length.ShouldBe(before);
        cartridge.EraseFrom(1).ShouldBe(AppendStatus.Written);
        new FileInfo(path).Length.ShouldBeLessThan(before);
        cartridge.ShouldHold([New[0]]);
    }

    /// <summary>The buffer acknowledges only what has its pages: as far as there are old ones, and no further.</summary>
    [Fact]
    public void Writing_over_is_buffered_as_far_as_there_are_pages()
    {
        using TestDirectory directory = InMemory();
        string path = directory.File("buffered.cartridge");
        List<Expected> sample = CartridgeTesting.Sample(120, seed: 7);
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            cartridge.BufferEverything();
            cartridge.Append(sample.Take(60));
            cartridge.IsBuffering.ShouldBeFalse("new pages may be refused");
            cartridge.Append(0, sample[0].Block).Status.ShouldBe(AppendStatus.Written);
            cartridge.Append(sample.Skip(1).Take(30));
            cartridge.IsBuffering.ShouldBeTrue();
            cartridge.ShouldHold(sample.Take(31).ToList());
            cartridge.Append(sample.Skip(31));
            cartridge.IsBuffering.ShouldBeFalse();
            cartridge.ShouldHold(sample);
        }

        using Cartridge again = Cartridge.Open(path);
        again.ShouldHold(sample);
    }

    [Fact]
    public void The_file_is_the_same_as_without_the_buffer()
    {
        using TestDirectory directory = InMemory();
        byte[][] files = [.. ((bool[])[false, true]).Select(isBuffered =>
        {
            string path = directory.File($"same{isBuffered}.cartridge");
            using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
                cartridge.Append(CartridgeTesting.Sample(60));
            using (Cartridge cartridge = Cartridge.Open(path))
            {
                cartridge.BufferingThresholdBytes = isBuffered ? 0 : long.MaxValue;
                List<Expected> other = CartridgeTesting.Sample(40, seed: 5);
                cartridge.Append(3, other[0].Block).Status.ShouldBe(AppendStatus.Written);
                cartridge.Append(other.Skip(1));
                cartridge.IsBuffering.ShouldBe(isBuffered);
            }

            return RawFile.ReadAll(path);
        })];
        // Identity and memory of each cartridge are its own, and with them the headers' checksums; lengths, payloads and places are not.
        files[1].Length.ShouldBe(files[0].Length);
        using Cartridge plain = Cartridge.Open(directory.File("sameFalse.cartridge")), buffered = Cartridge.Open(directory.File("sameTrue.cartridge"));
        List<Expected> all = [.. CartridgeTesting.Sample(60).Take(3), .. CartridgeTesting.Sample(40, seed: 5)];
        plain.ShouldHold(all);
        buffered.ShouldHold(all);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void What_the_buffer_cannot_bring_out_is_told_and_the_tape_stays_a_prefix(int stepsBefore)
    {
        using TestDirectory directory = InMemory();
        string path = directory.File("lost.cartridge");
        List<Expected> objects = CartridgeTesting.Sample(100);
        int accepted = 1;
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            cartridge.BufferEverything();
            cartridge.Append(objects);
            cartridge.Append(0, objects[0].Block).Status.ShouldBe(AppendStatus.Written);
            cartridge.Sync().ShouldBeTrue();
            cartridge.File.Faults = new BreaksAfter(stepsBefore);
            AppendResult result = default;
            for (; accepted < objects.Count; accepted++)
            {
                result = objects[accepted].Block is { } block ? cartridge.Append(accepted, block) : cartridge.WriteFilemarks(accepted, 1);
                if (result.Status != AppendStatus.Written)
                    break;
            }

            result.Status.ShouldBe(AppendStatus.EarlierLost);
            cartridge.Sync().ShouldBeFalse();
        }

        using Cartridge again = Cartridge.Open(path);
        again.EndOfData.ShouldBeInRange(1, accepted);
        again.ShouldHold(objects.Take((int)again.EndOfData).ToList());
    }

    private sealed class BreaksAfter(int writes) : IHostFaults
    {
        private int _left = writes;

        public int OnWrite(long offset, int length) => _left-- > 0 ? 0 : 5 /* EIO */;

        public int OnSync() => 0;
    }
}
