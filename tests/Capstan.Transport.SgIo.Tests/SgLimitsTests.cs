using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.SgIo;
using CsCheck;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>What one command carries, and what happens when it cannot. The kernel is <see cref="FakeSgFile"/>.</summary>
public sealed class SgLimitsTests : IDisposable
{
    private const int Page = FakeSgFile.Page;

    private static readonly Cdb Write = Cdb.FromBytes([0x0A, 0, 0x04, 0, 0, 0]);

    private readonly string _root = Directory.CreateTempSubdirectory("capstan-limits").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Device => Path.Combine(_root, "class/scsi_generic/sg3/device");

    private string Host => Path.Combine(_root, "class/scsi_host/host2");

    private static void Put(string directory, string name, string text)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, name), text + "\n");
    }

    private void AllowDirectIo() => Put(Path.Combine(_root, "module/sg/parameters"), "allow_dio", "1");

    private SgIoTransport Open(FakeSgFile file) => new("/dev/sg3", file, null, _root);

    // tcm_loop: 256 segments that must not cross a page, max_sectors at the block layer's default of 1280 KiB.
    [Fact]
    public void Segments_of_one_page_limit_what_max_sectors_would_allow()
    {
        SgLimits limits = SgLimits.Read(Device, "", 1_310_720, 256, Page);
        limits.CertainBytes.ShouldBe(1 << 20);
        limits.ClaimedBytes.ShouldBe(1_310_720);
    }

    // iscsi_tcp: 4096 segments.
    [Fact]
    public void Enough_segments_leave_max_sectors() =>
        SgLimits.Read(Device, "", 1_310_720, 4096, Page).ShouldBe(new SgLimits(1_310_720, 1_310_720, 4096));

    [Fact]
    public void The_host_s_table_and_a_queue_directory_count_where_they_are()
    {
        Put(Host, "sg_tablesize", "128");
        SgLimits.Read(Device, Host, 8 << 20, 256, Page).ShouldBe(new SgLimits(128 * Page, 8 << 20, 128));
        Put(Path.Combine(Device, "queue"), "max_segments", "64");
        Put(Path.Combine(Device, "queue"), "max_segment_size", "65536");
        Put(Path.Combine(Device, "queue"), "max_sectors_kb", "512");
        SgLimits.Read(Device, Host, 8 << 20, 256, Page).ShouldBe(new SgLimits(64 * Page, 512 << 10, 64));
        Put(Path.Combine(Device, "queue"), "max_segment_size", "2048");
        SgLimits.Read(Device, Host, 8 << 20, 256, Page).CertainBytes.ShouldBe(64 * 2048);
    }

    [Fact]
    public void Without_an_open_node_what_sysfs_does_not_tell_is_unknown()
    {
        SgLimits.Read(Device, Host, null, null, Page).ShouldBe(new SgLimits(0, 0, 0));
        Put(Host, "sg_tablesize", "128");
        SgLimits.Read(Device, Host, null, null, Page).ShouldBe(new SgLimits(128 * Page, 0, 128));
        Put(Path.Combine(Device, "queue"), "max_sectors_kb", "4294967295");
        SgLimits.Read(Device, Host, null, null, Page).ClaimedBytes.ShouldBe(int.MaxValue / 512 * 512);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("99999999999999999999")]
    public void What_is_no_number_is_not_told(string text)
    {
        Put(Host, "sg_tablesize", text);
        Put(Path.Combine(Device, "queue"), "max_sectors_kb", text);
        SgLimits.Read(Device, Host, 1 << 20, null, Page).ShouldBe(new SgLimits(1 << 20, 1 << 20, 0));
    }

    [Fact]
    public void What_is_found_is_the_largest_that_fits() => Gen.Select(Gen.Int[1, 600], Gen.Int[1, 600], Gen.Int[1, 600]).Sample((a, b, c) =>
    {
        int[] sorted = [a * Page, b * Page, c * Page];
        Array.Sort(sorted);
        int asked = 0;
        int found = new SgLimits(sorted[0], sorted[2], 1).FindLargest(Page, length =>
        {
            asked++;
            return length <= sorted[1];
        });
        found.ShouldBe(sorted[1]);
        asked.ShouldBeLessThan(12);
    });

    [Fact]
    public void A_kernel_that_cannot_tell_leaves_the_certain_limit() =>
        new SgLimits(Page, 10 * Page, 1).FindLargest(Page, static _ => null).ShouldBe(Page);

    [Theory]
    [InlineData(256, Page, 1_310_720, 1 << 20)]
    [InlineData(256, 32768, 1_310_720, 1_310_720)]
    [InlineData(128, 32768, 8 << 20, 4 << 20)]
    [InlineData(100, 8192, 8 << 20, 819_200)]
    public void The_limit_that_is_told_works_and_one_page_more_does_not(int segments, int segmentBytes, int reserved, int expected)
    {
        using SgIoTransport transport = Open(new FakeSgFile { Segments = segments, SegmentBytes = segmentBytes, ReservedBytes = reserved });
        transport.MaxTransferBytes.ShouldBe(expected);
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        transport.Execute(Write, DataTransfer.ToDevice(new byte[expected]), sense, TimeSpan.FromSeconds(1)).Status.ShouldBe(ScsiStatus.Good);
        ScsiTransportException e = Should.Throw<ScsiTransportException>(() =>
            transport.Execute(Write, DataTransfer.ToDevice(new byte[expected + 1]), sense, TimeSpan.FromSeconds(1)));
        e.Fault.ShouldBe(TransportFault.NotSent);
        e.Message.ShouldContain($"at most {expected} bytes");
    }

    [Fact]
    public void Opening_sends_nothing()
    {
        var file = new FakeSgFile { Segments = 256 };
        using SgIoTransport transport = Open(file);
        file.Calls.ShouldBeEmpty();
    }

    // Longer than what direct I/O takes in the worst case: sent through the kernel's buffer.
    [Fact]
    public void Direct_io_ends_at_a_page_for_each_segment()
    {
        AllowDirectIo();
        var file = new FakeSgFile { Segments = 64, ReservedBytes = 1 << 20 };
        using SgIoTransport transport = Open(file);
        using var pool = new AlignedBufferPool(1 << 20, 1);
        using AlignedBuffer buffer = pool.Rent();
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        transport.Execute(Write, DataTransfer.ToDevice(buffer.Span[..(64 * Page)]), sense, TimeSpan.FromSeconds(1));
        transport.Execute(Write, DataTransfer.ToDevice(buffer.Span[..(65 * Page)]), sense, TimeSpan.FromSeconds(1));
        file.Calls[0].ShouldBe((64 * Page, true));
        file.Calls[^1].ShouldBe((65 * Page, false));
        transport.DirectIo.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_passing_lack_of_memory_neither_loses_nor_doubles_a_block(int refusals)
    {
        var file = new FakeSgFile();
        using SgIoTransport transport = Open(file);
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        var block = new byte[256 << 10];
        for (byte i = 0; i < 5; i++)
        {
            block[0] = i;
            for (int j = 0; i is 1 or 3 && j < refusals; j++)
                file.Refusals.Enqueue(SgIoErrors.OutOfMemory);
            transport.Execute(Write, DataTransfer.ToDevice(block), sense, TimeSpan.FromSeconds(1)).Status.ShouldBe(ScsiStatus.Good);
        }
        file.Written.ShouldBe([.. Enumerable.Range(0, 5).Select(i => ((byte)i, block.Length))]);
        transport.MemoryRetryCount.ShouldBe(2 * refusals);
        transport.CommandCount.ShouldBe(5);
    }

    [Fact]
    public void Direct_io_without_memory_goes_through_the_kernel_s_buffer_whole_and_stays_on()
    {
        AllowDirectIo();
        var file = new FakeSgFile();
        using SgIoTransport transport = Open(file);
        using var pool = new AlignedBufferPool(256 << 10, 1);
        using AlignedBuffer buffer = pool.Rent();
        file.Refusals.Enqueue(SgIoErrors.OutOfMemory);
        transport.Execute(Write, DataTransfer.ToDevice(buffer.Span), new byte[ScsiCompletion.SenseBufferLength], TimeSpan.FromSeconds(1));
        file.Calls.ShouldBe([(256 << 10, true), (256 << 10, false)]);
        file.Written.ShouldHaveSingleItem().Length.ShouldBe(256 << 10);
        transport.DirectIo.ShouldBeTrue();
        transport.MemoryRetryCount.ShouldBe(0);
    }

    [Fact]
    public void A_lasting_lack_of_memory_ends_and_nothing_was_sent()
    {
        var file = new FakeSgFile();
        using SgIoTransport transport = Open(file);
        for (int i = 0; i < 1000; i++)
            file.Refusals.Enqueue(SgIoErrors.OutOfMemory);
        ScsiTransportException e = Should.Throw<ScsiTransportException>(() =>
            transport.Execute(Write, DataTransfer.ToDevice(new byte[256 << 10]), new byte[ScsiCompletion.SenseBufferLength], TimeSpan.FromSeconds(1)));
        e.Fault.ShouldBe(TransportFault.NotSent);
        e.Message.ShouldContain("no memory for a transfer of 262144 bytes");
        file.Written.ShouldBeEmpty();
        file.Calls.Count.ShouldBe(9);
        file.Calls.ShouldAllBe(call => call.Length == 256 << 10);
    }

    // Only what was certainly not sent is sent again.
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(16)]
    [InlineData(19)]
    public void No_other_error_is_tried_again(int errno)
    {
        var file = new FakeSgFile();
        using SgIoTransport transport = Open(file);
        file.Refusals.Enqueue(errno);
        Should.Throw<ScsiTransportException>(() =>
            transport.Execute(Write, DataTransfer.ToDevice(new byte[1024]), new byte[ScsiCompletion.SenseBufferLength], TimeSpan.FromSeconds(1)));
        file.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(null, 100_000u)]
    [InlineData(5, 5_000u)]
    [InlineData(500, 100_000u)]
    public void A_longest_timeout_only_shortens(int? longest, uint expected)
    {
        var file = new FakeSgFile();
        using SgIoTransport transport = Open(file);
        transport.LongestTimeout = longest is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        transport.Execute(Write, DataTransfer.ToDevice(new byte[1024]), new byte[ScsiCompletion.SenseBufferLength], TimeSpan.FromSeconds(100));
        file.LastTimeout.ShouldBe(expected);
    }
}
