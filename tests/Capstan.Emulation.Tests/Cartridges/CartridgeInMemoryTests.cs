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

    /// <summary>Blocks of the same lengths as another sample's, and other bytes: each new record lies exactly where an old one did.</summary>
    private static List<Expected> Other(List<Expected> objects) =>
        [.. objects.Select(static (item, i) => item.Block is { } block ? new Expected(CartridgeTesting.Block(50_000 + i, block.Length)) : item)];

    /// <summary>The buffer acknowledges only what has its pages: as far as there are old ones, and no further.</summary>
    [Fact]
    public void Writing_over_is_buffered_as_far_as_there_are_pages()
    {
        using TestDirectory directory = InMemory();
        string path = directory.File("buffered.cartridge");
        List<Expected> old = CartridgeTesting.Sample(60, seed: 7);
        List<Expected> now = [.. Other(old), .. CartridgeTesting.Sample(60, seed: 8)];
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            cartridge.BufferEverything();
            cartridge.Append(old);
            cartridge.IsBuffering.ShouldBeFalse("new pages may be refused");
            cartridge.Append(0, now[0].Block).Status.ShouldBe(AppendStatus.Written);
            cartridge.Append(now.Skip(1).Take(30));
            cartridge.IsBuffering.ShouldBeTrue();
            cartridge.ShouldHold(now.Take(31).ToList());
            // A second cut in the middle of a buffered run.
            cartridge.Append(20, now[20].Block).Status.ShouldBe(AppendStatus.Written);
            cartridge.Append(now.Skip(21));
            cartridge.IsBuffering.ShouldBeFalse();
            cartridge.ShouldHold(now);
        }

        using Cartridge again = Cartridge.Open(path);
        again.ShouldHold(now);
    }

    [Fact]
    public void Gaps_of_a_sparse_copy_are_no_room()
    {
        using TestDirectory directory = InMemory();
        string path = directory.File("sparse.cartridge");
        List<Expected> old = [.. Enumerable.Range(0, 8).Select(static _ => new Expected(new byte[9000]))];
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
            cartridge.Append(old);
        string copy = directory.File("copy.cartridge");
        using (var copying = System.Diagnostics.Process.Start("cp", ["--sparse=always", path, copy]))
            copying.WaitForExit();
        using (Cartridge cartridge = Cartridge.Open(copy))
        {
            cartridge.BufferEverything();
            cartridge.ShouldHold(old);
            List<Expected> now = Other(old);
            cartridge.Append(0, now[0].Block).Status.ShouldBe(AppendStatus.Written);
            foreach (Expected next in now.Skip(1))
            {
                cartridge.Append([next]);
                cartridge.IsBuffering.ShouldBeFalse();
            }

            cartridge.ShouldHold(now);
        }
    }

    [Fact]
    public void Erasing_in_the_middle_of_a_buffered_run_keeps_what_is_before()
    {
        using TestDirectory directory = InMemory();
        string path = directory.File("erased.cartridge");
        List<Expected> old = CartridgeTesting.Sample(60, seed: 7);
        List<Expected> now = Other(old);
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            cartridge.BufferEverything();
            cartridge.Append(old);
            cartridge.Append(0, now[0].Block).Status.ShouldBe(AppendStatus.Written);
            cartridge.Append(now.Skip(1).Take(9));
            cartridge.EraseFrom(10).ShouldBe(AppendStatus.Written);
            cartridge.ShouldHold(now.Take(10).ToList());
            cartridge.Append(now.Skip(10));
            cartridge.Sync().ShouldBeTrue();
            cartridge.ShouldHold(now);
        }

        using Cartridge again = Cartridge.Open(path);
        again.ShouldHold(now);
    }

    /// <summary>The index has no room, and there is some in what was left: that is given back first.</summary>
    [Fact]
    public void Room_is_made_before_the_host_is_called_full()
    {
        using TestDirectory directory = InMemory();
        string path = directory.File("full.cartridge");
        using Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec());
        cartridge.Append(Enumerable.Range(0, 20).Select(static i => new Expected(CartridgeTesting.Block(i, 9000))));
        long before = new FileInfo(path).Length;
        cartridge.Append(0, CartridgeTesting.Block(100, 10)).Status.ShouldBe(AppendStatus.Written);
        var full = new FullUntil(() => new FileInfo(path).Length < before);
        cartridge.File.Faults = full;
        cartridge.Index.File.Faults = full;
        List<Expected> now = [new(CartridgeTesting.Block(100, 10)), .. CartridgeTesting.Sample(9000, seed: 3).Select(static item => item.Block is null ? item : new Expected(item.Block[..1]))];
        cartridge.Append(now.Skip(1));
        full.Refused.ShouldBeGreaterThan(0);
        cartridge.Sync().ShouldBeTrue();
        cartridge.ShouldHold(now);
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
        List<Expected> old = CartridgeTesting.Sample(100);
        List<Expected> now = Other(old);
        int accepted = 1;
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            cartridge.BufferEverything();
            cartridge.Append(old);
            cartridge.Append(0, now[0].Block).Status.ShouldBe(AppendStatus.Written);
            cartridge.Sync().ShouldBeTrue();
            cartridge.File.Faults = new BreaksAfter(stepsBefore);
            AppendResult result = default;
            for (; accepted < now.Count; accepted++)
            {
                result = now[accepted].Block is { } block ? cartridge.Append(accepted, block) : cartridge.WriteFilemarks(accepted, 1);
                if (result.Status != AppendStatus.Written)
                    break;
            }

            result.Status.ShouldBe(AppendStatus.EarlierLost);
            cartridge.EndOfData.ShouldBe(accepted, "what is known to be lost is not acknowledged");
            cartridge.Sync().ShouldBeFalse();
            // The old blocks still lie there, whole: they are not what was written.
            int lost = 0;
            for (int i = 0; i < accepted; i++)
            {
                if (now[i].Block is null)
                    continue;
                ReadStatus status = cartridge.ReadBlock(i, new byte[16384], out _);
                lost += status == ReadStatus.Damaged ? 1 : 0;
                if (status != ReadStatus.Damaged)
                    cartridge.IsSameAs(i, now[i]).ShouldBeTrue($"object {i}");
            }

            lost.ShouldBeGreaterThan(0);
        }

        using Cartridge again = Cartridge.Open(path);
        again.EndOfData.ShouldBeInRange(1, accepted);
        again.ShouldHold(now.Take((int)again.EndOfData).ToList());
    }

    /// <summary>Full for everybody until somebody makes room.</summary>
    private sealed class FullUntil(Func<bool> isThereRoom) : IHostFaults
    {
        private bool _hasRoom;

        public int Refused { get; private set; }

        public int OnWrite(long offset, int length)
        {
            _hasRoom |= isThereRoom();
            if (_hasRoom)
                return 0;
            Refused++;
            return 28 /* ENOSPC */;
        }

        public int OnSync() => 0;
    }

    private sealed class BreaksAfter(int writes) : IHostFaults
    {
        private int _left = writes;

        public int OnWrite(long offset, int length) => _left-- > 0 ? 0 : 5 /* EIO */;

        public int OnSync() => 0;
    }
}
