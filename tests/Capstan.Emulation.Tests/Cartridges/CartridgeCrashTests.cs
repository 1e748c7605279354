using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>
/// Power cuts. A disk may have kept, of everything written since the last flush, any pages and any length: each crash image is
/// drawn from what was durable and what was written since, page by page.
/// </summary>
public class CartridgeCrashTests
{
    private const int PageLength = 4096;
    private static readonly int[] Lengths = [100, 4032, 64, 5000, 8128];

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, false)]
    [InlineData(3, false, false)]
    [InlineData(4, false, false)]
    [InlineData(5, false, true)]
    [InlineData(6, false, true)]
    [InlineData(7, true, true)]
    [InlineData(8, true, true)]
    [InlineData(9, true, true)]
    [InlineData(10, true, true)]
    [InlineData(11, true, false)]
    [InlineData(12, true, false)]
    [InlineData(13, true, false)]
    public void After_a_power_cut_the_tape_is_a_prefix_that_holds_everything_acknowledged(int seed, bool isBuffered, bool onDisk)
    {
        using var directory = new TestDirectory(onDisk);
        var run = new CrashRun(directory, seed, isBuffered);
        for (int i = 0; i < 60; i++)
            run.Step();
        run.CrashCount.ShouldBeGreaterThan(60);
    }

    [Fact]
    public void A_tail_torn_at_any_byte_is_cut_off()
    {
        using var directory = new TestDirectory();
        string path = directory.File("torn.cartridge");
        List<Expected> durable = CartridgeTesting.Sample(7);
        List<Expected> unsynced = [new(CartridgeTesting.Block(77, 300)), Expected.Filemark, new(CartridgeTesting.Block(78, 100))];
        using Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec());
        cartridge.Append(durable);
        cartridge.Sync().ShouldBeTrue();
        int start = (int)new FileInfo(path).Length;
        cartridge.Append(unsynced);
        byte[] full = RawFile.ReadAll(path);
        int[] ends = [start, start + 364, start + 364 + 64, start + 364 + 64 + 164];
        full.Length.ShouldBe(ends[3]);

        string torn = directory.File("copy.cartridge");
        for (int length = start; length <= full.Length; length++)
        {
            File.WriteAllBytes(torn, full.AsSpan(0, length));
            File.Delete(Cartridge.IndexPathOf(torn));
            int whole = ends.Count(end => end <= length) - 1;
            using Cartridge opened = Cartridge.Open(torn);
            opened.ShouldHold([.. durable, .. unsynced.Take(whole)], $"cut at {length}");
            opened.Damage.ShouldBeNull();
            new FileInfo(torn).Length.ShouldBe(ends[whole]);
        }
    }

    [Fact]
    public void An_old_record_behind_a_torn_one_never_comes_back()
    {
        using var directory = new TestDirectory();
        string path = directory.File("old.cartridge");
        var same = Enumerable.Range(0, 6).Select(i => new Expected(CartridgeTesting.Block(i, 4032))).ToList();
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
            cartridge.Append(same);
        byte[] before = RawFile.ReadAll(path);
        using (Cartridge cartridge = Cartridge.Open(path))
        {
            cartridge.Append(2, CartridgeTesting.Block(100, 4032)).Status.ShouldBe(AppendStatus.Written);
            byte[] after = RawFile.ReadAll(path);
            // The disk kept the new object 2 and, behind it, the pages from before the cut.
            byte[] mixed = [.. after, .. before.AsSpan(after.Length)];
            string copy = directory.File("copy.cartridge");
            File.WriteAllBytes(copy, mixed);
            using Cartridge opened = Cartridge.Open(copy);
            opened.ShouldHold([same[0], same[1], new(CartridgeTesting.Block(100, 4032))]);
        }
    }

    /// <summary>Runs operations on a cartridge, and after each, and at every flush inside, opens what a power cut would leave.</summary>
    private sealed class CrashRun : IHostFaults
    {
        private readonly Random _random;
        private readonly string _path;
        private readonly string _imagePath;
        private readonly Cartridge _cartridge;
        private readonly List<Expected> _current = [];
        private byte[] _durableFile;
        private byte[] _durableIndex = [];
        private int _durableCount;
        private List<Expected>? _before;
        private int _cutPosition;
        private int _counter;

        public CrashRun(TestDirectory directory, int seed, bool isBuffered)
        {
            _random = new Random(seed);
            _path = directory.File("crash.cartridge");
            _imagePath = directory.File("image.cartridge");
            _cartridge = Cartridge.Create(_path, CartridgeTesting.Spec());
            if (isBuffered)
                _cartridge.BufferEverything();
            _durableFile = RawFile.ReadAll(_path);
            _cartridge.File.Faults = this;
            _cartridge.Index.File.Faults = new IndexWatch(this);
        }

        public int CrashCount { get; private set; }

        public void Step()
        {
            int choice = _random.Next(10);
            _cutPosition = _current.Count;
            if (choice < 2 && _current.Count > 0)
                _cutPosition = _random.Next(_current.Count);
            _before = [.. _current];
            if (_cutPosition < _current.Count)
            {
                _current.RemoveRange(_cutPosition, _current.Count - _cutPosition);
                int acknowledged = _durableCount;
                _durableCount = Math.Min(acknowledged, _cutPosition);
                AppendOne(choice);
                _durableCount = _cutPosition;
            }
            else if (choice < 4)
            {
                int count = _current.Count;
                _cartridge.Sync().ShouldBeTrue();
                _durableCount = count;
            }
            else
            {
                for (int i = _random.Next(1, 6); i > 0; i--)
                    AppendOne(choice);
            }
            _before = null;
            Crash();
        }

        int IHostFaults.OnWrite(long offset, int length) => 0;

        // Called before the flush: what is durable is still the old image, and afterwards everything is.
        int IHostFaults.OnSync()
        {
            Crash();
            _durableFile = RawFile.ReadAll(_path);
            return 0;
        }

        private void AppendOne(int choice)
        {
            bool filemark = choice % 2 == 1 && _random.Next(3) == 0;
            var next = filemark ? Expected.Filemark : new Expected(CartridgeTesting.Block(++_counter, Lengths[_random.Next(Lengths.Length)]));
            long position = _current.Count;
            _current.Add(next);
            AppendResult result = filemark ? _cartridge.WriteFilemarks(position, 1) : _cartridge.Append(position, next.Block);
            result.Status.ShouldBe(AppendStatus.Written);
        }

        private void Crash()
        {
            CrashCount++;
            File.WriteAllBytes(_imagePath, Mix(_durableFile, RawFile.ReadAll(_path)));
            string index = Cartridge.IndexPathOf(_imagePath);
            switch (_random.Next(3))
            {
                case 0:
                    File.Delete(index);
                    break;
                default:
                    File.WriteAllBytes(index, Mix(_durableIndex, RawFile.ReadAll(Cartridge.IndexPathOf(_path))));
                    break;
            }
            List<Expected> recovered = Recover();
            // What came back is settled: appending to it and opening it again brings nothing old to light.
            var more = new Expected(CartridgeTesting.Block(1_000_000 + CrashCount, Lengths[_random.Next(Lengths.Length)]));
            using (Cartridge opened = Cartridge.Open(_imagePath))
            {
                opened.ShouldHold(recovered);
                opened.Append([more]);
            }
            using Cartridge again = Cartridge.Open(_imagePath);
            again.ShouldHold([.. recovered, more]);
        }

        private List<Expected> Recover()
        {
            using Cartridge opened = Cartridge.Open(_imagePath);
            opened.Damage.ShouldBeNull();
            opened.EndOfData.ShouldBeGreaterThanOrEqualTo(_durableCount);
            int count = (int)opened.EndOfData;
            bool isNow = count <= _current.Count && Enumerable.Range(0, count).All(i => opened.IsSameAs(i, _current[i]));
            bool isBefore = _before is { } before && count <= before.Count
                && Enumerable.Range(0, count).All(i => opened.IsSameAs(i, before[i]));
            (isNow || isBefore).ShouldBeTrue($"{count} objects are neither a prefix of the tape nor of the tape before the cut");
            List<Expected> result = (isNow ? _current : _before!).Take(count).ToList();
            opened.ShouldHold(result);
            return result;
        }

        /// <summary>Any page of either image, any length between theirs.</summary>
        private byte[] Mix(byte[] durable, byte[] written)
        {
            int length = _random.Next(3) switch
            {
                0 => written.Length,
                1 => durable.Length,
                _ => _random.Next(Math.Min(durable.Length, written.Length), Math.Max(durable.Length, written.Length) + 1),
            };
            double chance = _random.Next(4) * 0.33;
            var image = new byte[length];
            for (int page = 0; page < length; page += PageLength)
            {
                byte[] source = _random.NextDouble() < chance ? written : durable;
                int valid = Math.Clamp(source.Length - page, 0, Math.Min(PageLength, length - page));
                source.AsSpan(Math.Min(page, source.Length), valid).CopyTo(image.AsSpan(page));
            }
            return image;
        }

        private sealed class IndexWatch(CrashRun run) : IHostFaults
        {
            public int OnWrite(long offset, int length) => 0;

            public int OnSync()
            {
                run._durableIndex = RawFile.ReadAll(Cartridge.IndexPathOf(run._path));
                return 0;
            }
        }
    }
}
