using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Tests.Cartridges;

public class CartridgeCapacityTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly byte[] _block = CartridgeTesting.Block(1, 936);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Early_warning_and_end_of_medium_follow_from_the_bytes_before_the_position()
    {
        // 936 + 64 = 1000 bytes a record: early warning from the ninth, no room for the eleventh.
        using Cartridge cartridge = Cartridge.Create(_directory.File("small.cartridge"), CartridgeTesting.Spec(10_500, 2_000));
        for (int i = 0; i < 8; i++)
            cartridge.Append(i, _block).ShouldBe(new AppendResult(AppendStatus.Written, 1, false));
        cartridge.Append(8, _block).ShouldBe(new AppendResult(AppendStatus.Written, 1, true));
        cartridge.Append(9, _block).ShouldBe(new AppendResult(AppendStatus.Written, 1, true));
        cartridge.Append(10, _block).ShouldBe(new AppendResult(AppendStatus.EndOfMedium, 0, false));
        cartridge.EndOfData.ShouldBe(10);
        cartridge.UsedBytes.ShouldBe(10_000);
        cartridge.WriteFilemarks(10, 10).ShouldBe(new AppendResult(AppendStatus.EndOfMedium, 7, false));
        cartridge.FilemarkCount.ShouldBe(7);
        cartridge.Append(3, _block).ShouldBe(new AppendResult(AppendStatus.Written, 1, false));
        cartridge.UsedBytes.ShouldBe(4_000);
        cartridge.IsBeyondEarlyWarning(4).ShouldBeFalse();
    }

    [Fact]
    public void A_full_disk_loses_nothing_and_says_so()
    {
        string path = _directory.File("full.cartridge");
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            cartridge.Append(0, _block).Status.ShouldBe(AppendStatus.Written);
            var faults = new Faults { WriteErrno = 28 };
            cartridge.File.Faults = faults;
            cartridge.Append(1, _block).Status.ShouldBe(AppendStatus.HostFull);
            cartridge.HostError.ShouldBe(28);
            cartridge.EndOfData.ShouldBe(1);
            cartridge.ReadBlock(0, new byte[1000], out _).ShouldBe(ReadStatus.Block);
            faults.WriteErrno = 0;
            cartridge.Append(1, _block).Status.ShouldBe(AppendStatus.Written);
            cartridge.Sync().ShouldBeTrue();
        }
        using Cartridge again = Cartridge.Open(path);
        again.ShouldHold([new Expected(_block), new Expected(_block)]);
    }

    [Fact]
    public void After_a_failed_synchronisation_nothing_is_acknowledged_any_more()
    {
        string path = _directory.File("broken.cartridge");
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            cartridge.Append(0, _block);
            cartridge.Sync().ShouldBeTrue();
            cartridge.Append(1, _block);
            var faults = new Faults { SyncErrno = 5 };
            cartridge.File.Faults = faults;
            cartridge.Sync().ShouldBeFalse();
            faults.SyncErrno = 0;
            // Linux reports a lost page once; the second fdatasync would succeed.
            cartridge.Sync().ShouldBeFalse();
            cartridge.Append(2, _block).Status.ShouldBe(AppendStatus.HostError);
            cartridge.DurableObjectCount.ShouldBe(1);
            cartridge.ReadBlock(0, new byte[1000], out _).ShouldBe(ReadStatus.Block);
        }
        using Cartridge again = Cartridge.Open(path);
        again.EndOfData.ShouldBe(2);
    }

    [Fact]
    public void A_long_run_without_synchronisation_is_made_durable_on_the_way()
    {
        using Cartridge cartridge = Cartridge.Create(_directory.File("run.cartridge"), CartridgeTesting.Spec());
        cartridge.CheckpointIntervalBytes = 3_000;
        for (int i = 0; i < 5; i++)
            cartridge.Append(i, _block).Status.ShouldBe(AppendStatus.Written);
        cartridge.DurableObjectCount.ShouldBe(3);
        cartridge.File.Faults = new Faults { SyncErrno = 5 };
        cartridge.Append(5, _block).Status.ShouldBe(AppendStatus.Written);
        cartridge.Append(6, _block).Status.ShouldBe(AppendStatus.EarlierLost);
        cartridge.Append(6, _block).Status.ShouldBe(AppendStatus.HostError);
        cartridge.DurableObjectCount.ShouldBe(3);
    }

    [Fact]
    public void Write_once_is_written_once()
    {
        using Cartridge cartridge = Cartridge.Create(_directory.File("worm.cartridge"), CartridgeTesting.Spec(worm: true));
        cartridge.Append(0, _block).Status.ShouldBe(AppendStatus.Written);
        cartridge.Append(1, _block).Status.ShouldBe(AppendStatus.Written);
        cartridge.Append(1, _block).Status.ShouldBe(AppendStatus.WriteOnce);
        cartridge.EraseFrom(0).ShouldBe(AppendStatus.WriteOnce);
        cartridge.EndOfData.ShouldBe(2);
    }

    [Fact]
    public void The_write_protect_tab_outlives_the_process()
    {
        string path = _directory.File("tab.cartridge");
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec(writeProtected: true)))
        {
            cartridge.Append(0, _block).Status.ShouldBe(AppendStatus.WriteProtected);
            cartridge.SetWriteProtected(false).ShouldBeTrue();
            cartridge.Append(0, _block).Status.ShouldBe(AppendStatus.Written);
            cartridge.SetWriteProtected(true).ShouldBeTrue();
        }
        using Cartridge again = Cartridge.Open(path);
        again.IsWriteProtected.ShouldBeTrue();
        again.EndOfData.ShouldBe(1);
        again.Barcode.ShouldBe("CAP001L9");
        again.Medium.ShouldBe(MediumType.Lto9);
    }

    [Fact]
    public void A_block_longer_than_the_buffer_gives_its_beginning_and_is_checked_whole()
    {
        string path = _directory.File("long.cartridge");
        byte[] block = CartridgeTesting.Block(3, 600_000);
        using Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec());
        cartridge.Append(0, block);
        var start = new byte[1000];
        cartridge.ReadBlock(0, start, out int length).ShouldBe(ReadStatus.Block);
        length.ShouldBe(600_000);
        start.ShouldBe(block[..1000]);
        RawFile.Flip(path, 65536 + 64 + 599_999);
        cartridge.ReadBlock(0, start, out _).ShouldBe(ReadStatus.Damaged);
    }

    [Fact]
    public void Blocks_cost_no_allocation()
    {
        using Cartridge cartridge = Cartridge.Create(_directory.File("quiet.cartridge"), CartridgeTesting.Spec());
        var buffer = new byte[1000];
        for (int i = 0; i < 20_000; i++)
            cartridge.Append(i, _block);
        cartridge.WriteFilemarks(20_000, 3);
        cartridge.ReadBlock(5, buffer, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            cartridge.Append(20_003 + i, _block);
            cartridge.ReadBlock(i, buffer, out _);
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    /// <summary>As many objects as 100 GB of 256 KiB blocks, in small ones.</summary>
    [Fact]
    public void Opening_a_long_tape_takes_no_memory_for_its_objects()
    {
        const int count = 400_000;
        string path = _directory.File("hundred.cartridge");
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            for (int i = 0; i < count; i++)
            {
                if (i % 1000 == 999)
                    cartridge.WriteFilemarks(i, 1);
                else
                    cartridge.Append(i, _block.AsSpan(0, 16));
            }
        }
        Check(path, 500_000);
        File.Delete(Cartridge.IndexPathOf(path));
        Check(path, 1_000_000);

        static void Check(string path, long limit)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            using Cartridge cartridge = Cartridge.Open(path);
            cartridge.EndOfData.ShouldBe(count);
            cartridge.FindFilemark(399).ShouldBe(count - 1);
            cartridge.FindFilemark(200).ShouldBe(200_999);
            cartridge.FileNumberAt(250_500).ShouldBe(250);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(limit);
        }
    }

    private sealed class Faults : IHostFaults
    {
        public int WriteErrno { get; set; }

        public int SyncErrno { get; set; }

        public int OnWrite(long offset, int length) => WriteErrno;

        public int OnSync() => SyncErrno;
    }
}
