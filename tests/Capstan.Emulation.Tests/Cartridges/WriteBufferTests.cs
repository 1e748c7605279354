using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>Long runs that go past the page cache. Where the host has no such way the records take the other one, and most of this holds, too.</summary>
public sealed class WriteBufferTests : IDisposable
{
    // docs/formats/cartridge.md
    private const int RecordsBegin = 65536;

    private readonly TestDirectory _directory = new(onDisk: true);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_file_is_the_same_byte_for_byte_with_and_without_the_buffer()
    {
        List<Expected> objects = CartridgeTesting.Sample(200, seed: 3);
        byte[] Write(bool isBuffered)
        {
            string path = _directory.File($"same{isBuffered}.cartridge");
            using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
            {
                if (isBuffered)
                    cartridge.BufferEverything();
                cartridge.Append(objects.Take(70));
                cartridge.Sync().ShouldBeTrue();
                cartridge.Append(objects.Skip(70));
                cartridge.Sync().ShouldBeTrue();
                cartridge.ShouldHold(objects);
            }
            using (Cartridge again = Cartridge.Open(path))
                again.ShouldHold(objects);
            return RawFile.ReadAll(path);
        }

        byte[] plain = Write(isBuffered: false);
        byte[] buffered = Write(isBuffered: true);
        buffered.Length.ShouldBe(plain.Length);
        Lengths(buffered).ShouldBe(Lengths(plain));
    }

    [Fact]
    public void A_buffered_run_goes_past_the_page_cache()
    {
        using Cartridge cartridge = Cartridge.Create(_directory.File("past.cartridge"), CartridgeTesting.Spec());
        cartridge.BufferingThresholdBytes = 20_000;
        cartridge.Append(CartridgeTesting.Sample(2));
        cartridge.IsBuffering.ShouldBeFalse("a short run is not worth it");
        cartridge.Append(CartridgeTesting.Sample(12));
        SkipWithoutBuffer(cartridge);
        cartridge.EraseFrom(1).ShouldBe(AppendStatus.Written);
        cartridge.IsBuffering.ShouldBeFalse();
    }

    [Fact]
    public void What_is_in_the_buffer_can_be_read_before_it_is_synchronised()
    {
        using Cartridge cartridge = Cartridge.Create(_directory.File("read.cartridge"), CartridgeTesting.Spec());
        cartridge.BufferEverything();
        List<Expected> objects = CartridgeTesting.Sample(30);
        for (int i = 0; i < objects.Count; i++)
        {
            cartridge.Append([objects[i]]);
            cartridge.IsSameAs(i, objects[i]).ShouldBeTrue();
            cartridge.IsSameAs(i / 2, objects[i / 2]).ShouldBeTrue();
        }
        cartridge.ShouldHold(objects);
    }

    [Fact]
    public void Overwriting_in_the_middle_of_a_buffered_run_keeps_what_is_before()
    {
        string path = _directory.File("over.cartridge");
        List<Expected> objects = CartridgeTesting.Sample(60);
        var other = new Expected(CartridgeTesting.Block(99, 5000));
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            cartridge.BufferEverything();
            cartridge.Append(objects);
            cartridge.Append(41, other.Block).Status.ShouldBe(AppendStatus.Written);
            cartridge.Append(objects.Take(20));
            cartridge.ShouldHold([.. objects.Take(41), other, .. objects.Take(20)]);
        }
        using Cartridge again = Cartridge.Open(path);
        again.ShouldHold([.. objects.Take(41), other, .. objects.Take(20)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void When_buffered_data_are_lost_the_next_write_says_so_and_the_tape_stays_a_prefix(int stepsBefore)
    {
        string path = _directory.File("lost.cartridge");
        List<Expected> objects = CartridgeTesting.Sample(300);
        int accepted = 1;
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            cartridge.BufferEverything();
            cartridge.Append(objects.Take(1));
            SkipWithoutBuffer(cartridge);
            cartridge.Sync().ShouldBeTrue();
            cartridge.File.Faults = new BreaksAfter(stepsBefore);
            AppendResult result = default;
            for (; accepted < objects.Count; accepted++)
            {
                result = objects[accepted].Block is { } block ? cartridge.Append(accepted, block) : cartridge.WriteFilemarks(accepted, 1);
                if (result.Status != AppendStatus.Written)
                    break;
            }
            accepted.ShouldBeLessThan(objects.Count, "the failure must be told");
            result.Status.ShouldBe(AppendStatus.EarlierLost);
            cartridge.HostError.ShouldBe(5);
            cartridge.Append(accepted, new byte[10]).Status.ShouldBe(AppendStatus.HostError);
            cartridge.Sync().ShouldBeFalse();
            cartridge.IsSameAs(0, objects[0]).ShouldBeTrue();
        }
        using Cartridge again = Cartridge.Open(path);
        again.EndOfData.ShouldBeInRange(1, accepted);
        again.ShouldHold(objects.Take((int)again.EndOfData).ToList());
    }

    [Fact]
    public void After_a_record_was_taken_back_disk_blocks_are_reserved_anew()
    {
        string path = _directory.File("anew.cartridge");
        using Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec());
        cartridge.Append(CartridgeTesting.Sample(1));
        if (AllocatedBytes(path) < 1 << 20)
            Assert.Skip($"the file system of {path} has no fallocate");
        cartridge.File.Faults = new BreaksAfter(0);
        cartridge.Append(1, new byte[100]).Status.ShouldBe(AppendStatus.HostError);
        cartridge.File.Faults = null;
        AllocatedBytes(path).ShouldBeLessThan(1 << 20);
        // What the buffer acknowledges from here on must have its place on the disk.
        cartridge.Append(1, new byte[100]).Status.ShouldBe(AppendStatus.Written);
        AllocatedBytes(path).ShouldBeGreaterThan(1 << 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(1000)]
    public void No_filemark_is_acknowledged_that_the_disk_has_no_place_for(int filemarks)
    {
        string path = _directory.File("filemarks.cartridge");
        long objects = 0;
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            cartridge.BufferEverything();
            // As much as is reserved at first, and not a byte more.
            cartridge.File.Faults = new SmallDisk(RecordsBegin + (4 << 20));
            cartridge.Append(objects++, CartridgeTesting.Block(1, 936)).Status.ShouldBe(AppendStatus.Written);
            SkipWithoutBuffer(cartridge);
            // 1000 bytes a record; 304 bytes are left in the end: room for four filemarks.
            while (objects < 4194)
                cartridge.Append(objects++, CartridgeTesting.Block(1, 936)).Status.ShouldBe(AppendStatus.Written);
            cartridge.IsBuffering.ShouldBeTrue();

            AppendResult result = cartridge.WriteFilemarks(objects, filemarks);
            result.ShouldBe(filemarks == 1 ? new AppendResult(AppendStatus.Written, 1, false) : new AppendResult(AppendStatus.HostFull, 0, false));
            objects += result.Count;
            cartridge.Sync().ShouldBeTrue("nothing that was acknowledged is lost");
            cartridge.EndOfData.ShouldBe(objects);
        }
        using Cartridge again = Cartridge.Open(path);
        again.EndOfData.ShouldBe(objects);
        again.FilemarkCount.ShouldBe(objects - 4194);
    }

    /// <summary>As stat(1) counts them.</summary>
    private static long AllocatedBytes(string path)
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%b", path]) { RedirectStandardOutput = true })!;
        long blocks = long.Parse(stat.StandardOutput.ReadToEnd(), System.Globalization.CultureInfo.InvariantCulture);
        stat.WaitForExit();
        return blocks * 512;
    }

    [Fact]
    public void The_drive_reports_lost_buffered_data_as_a_deferred_error()
    {
        using var drive = new DriveRig(onDisk: true);
        var block = new byte[5000];
        drive.WriteBlock(block);
        drive.Tape.BufferEverything();
        drive.WriteBlock(block);
        SkipWithoutBuffer(drive.Tape);
        drive.Tape.File.Faults = new BreaksAfter(0);
        ScsiStatus status = ScsiStatus.Good;
        byte[] sense = new byte[18];
        for (int i = 0; i < 100 && status == ScsiStatus.Good; i++)
            status = drive.Transport.Execute(Cdb.Of(new Write6(false, 5000)), Capstan.Transport.DataTransfer.ToDevice(block), sense, TimeSpan.Zero).Status;
        status.ShouldBe(ScsiStatus.CheckCondition);
        // SPC-4 4.5.3: 71h is a deferred error; HARDWARE ERROR, INTERNAL TARGET FAILURE.
        Convert.ToHexString(sense.AsSpan(0, 14)).ShouldBe("710004" + "00000000" + "0A" + "00000000" + "4400");
    }

    private static void SkipWithoutBuffer(Cartridge cartridge)
    {
        if (!cartridge.IsBuffering)
            Assert.Skip($"the file system of {cartridge.Path} has no O_DIRECT or no fallocate");
    }

    /// <summary>Where the records lie, which is all of the format that does not depend on the cartridge's random identity.</summary>
    private static List<int> Lengths(byte[] file)
    {
        var lengths = new List<int>();
        for (int at = RecordsBegin; at < file.Length;)
        {
            file.AsSpan(at, 4).SequenceEqual("CREC"u8).ShouldBeTrue($"a record at {at}");
            int stored = BitConverter.ToInt32(file, at + 28);
            lengths.Add(stored);
            at += 64 + stored;
        }
        return lengths;
    }

    /// <summary>A disk that has room for so many bytes of the cartridge file.</summary>
    private sealed class SmallDisk(long bytes) : IHostFaults
    {
        public int OnWrite(long offset, int length) => offset + length > bytes ? 28 : 0;

        public int OnReserve(long offset, long length) => offset + length > bytes ? 28 : 0;

        public int OnSync() => 0;
    }

    private sealed class BreaksAfter(int writes) : IHostFaults
    {
        private int _count;

        public int OnWrite(long offset, int length) => Interlocked.Increment(ref _count) > writes ? 5 : 0;

        public int OnSync() => 0;
    }
}
