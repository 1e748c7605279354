using Capstan.Scsi;
using Capstan.Transport;
using CsCheck;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>Data that go through the held node of the kernel's tape driver. Both nodes are <see cref="FakeSgFile"/>.</summary>
public sealed class TapeNodeTests : IDisposable
{
    private static readonly Cdb Write = Cdb.FromBytes([0x0A, 0, 0x04, 0, 0, 0]);
    private static readonly Cdb Ready = Cdb.FromBytes([0, 0, 0, 0, 0, 0]);

    private readonly string _root = Directory.CreateTempSubdirectory("capstan-node").FullName;
    private readonly AlignedBufferPool _pool = new(256 << 10, 1);
    private readonly AlignedBuffer _buffer;
    private readonly byte[] _sense = new byte[ScsiCompletion.SenseBufferLength];
    private readonly FakeSgFile _sg = new();
    private readonly FakeSgFile _st = new();
    private readonly SgIoTransport _transport;

    public TapeNodeTests()
    {
        _buffer = _pool.Rent();
        _transport = new SgIoTransport("/dev/sg3", _sg, null, _root);
    }

    public void Dispose()
    {
        _transport.Dispose();
        _buffer.Dispose();
        _pool.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private void Send(byte first, int length = 256 << 10)
    {
        _buffer.Span[0] = first;
        _transport.Execute(Write, DataTransfer.ToDevice(_buffer.Span[..length]), _sense, TimeSpan.FromSeconds(7)).Status.ShouldBe(ScsiStatus.Good);
    }

    [Fact]
    public void Only_data_go_there_and_only_while_it_is_held()
    {
        _transport.CanDirectIo.ShouldBeFalse("sg may not, and no node is held");
        Send(1);
        _transport.TryUseTapeNode(_st, "21:3").ShouldBeTrue();
        _transport.DirectIo.ShouldBeTrue();
        Send(2);
        _transport.Execute(Ready, DataTransfer.None, _sense, TimeSpan.FromSeconds(1));
        // Less than a page is copied anyway.
        Send(3, 512);
        _transport.LeaveTapeNode();
        Send(4);
        _st.Written.ShouldBe([((byte)2, 256 << 10)]);
        // SG_FLAG_DIRECT_IO is sg's alone (scsi/sg.h).
        _st.Calls.ShouldHaveSingleItem().Direct.ShouldBeFalse();
        _st.LastTimeout.ShouldBe(7000u);
        _sg.Written.Select(static write => write.First).ShouldBe([(byte)1, (byte)3, (byte)4]);
        // And four INQUIRYs.
        _transport.CommandCount.ShouldBe(5 + 4);
    }

    [Fact]
    public void Who_does_not_want_direct_io_gets_none()
    {
        _transport.DirectIo = false;
        _transport.TryUseTapeNode(_st, "21:3").ShouldBeTrue();
        _transport.CanDirectIo.ShouldBeTrue();
        Send(1);
        _st.Calls.ShouldBeEmpty();
        _transport.DirectIo = true;
        Send(2);
        _st.Written.Count.ShouldBe(1);
    }

    // st_ioctl without CAP_SYS_RAWIO: EPERM. A security module: EACCES. sg_io: EIO, EINVAL. No such ioctl: ENOTTY. errno.h.
    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(5)]
    [InlineData(22)]
    [InlineData(25)]
    public void What_the_node_refuses_goes_through_sg_once_and_so_does_everything_after_it(int errno)
    {
        _st.Refusals.Enqueue(errno);
        _transport.TryUseTapeNode(_st, "21:3").ShouldBeTrue();
        Send(1);
        Send(2);
        _st.Calls.Count.ShouldBe(1);
        _st.Written.ShouldBeEmpty();
        _sg.Written.Select(static write => write.First).ShouldBe([(byte)1, (byte)2]);
        _transport.CommandCount.ShouldBe(2 + 4);
    }

    [Fact]
    public void A_passing_lack_of_memory_costs_the_node_one_block()
    {
        _st.Refusals.Enqueue(12);
        _transport.TryUseTapeNode(_st, "21:3").ShouldBeTrue();
        Send(1);
        Send(2);
        _sg.Written.ShouldHaveSingleItem().First.ShouldBe((byte)1);
        _st.Written.ShouldHaveSingleItem().First.ShouldBe((byte)2);
    }

    // EFAULT: the answer could not be handed over. Everything that is refused is refused before it is sent.
    [Fact]
    public void What_may_have_been_sent_is_not_sent_again()
    {
        _st.Refusals.Enqueue(14);
        _transport.TryUseTapeNode(_st, "21:3").ShouldBeTrue();
        Should.Throw<ScsiTransportException>(() => Send(1));
        _sg.Calls.ShouldBeEmpty();
    }

    /// <summary>st says ENODEV for a device that is only offline, where sg says ENXIO: it is sg's word that counts, and the node is tried again.</summary>
    [Theory]
    [InlineData(19)]
    [InlineData(6)]
    public void An_offline_device_is_not_taken_for_a_removed_one(int errno)
    {
        _st.Refusals.Enqueue(errno);
        _sg.Refusals.Enqueue(6);
        _transport.TryUseTapeNode(_st, "21:3").ShouldBeTrue();
        Should.Throw<ScsiTransportException>(() => Send(1));
        ((IScsiTransport)_transport).Recovery!.TryReconnect(out _).ShouldBeTrue();
        Send(2);
        _st.Written.ShouldHaveSingleItem().First.ShouldBe((byte)2);
    }

    [Fact]
    public void Another_drive_s_node_is_never_used()
    {
        _transport.TryUseTapeNode(_st, "21:4").ShouldBeFalse("the open sg node is not the one that sysfs means");
        _transport.TryUseTapeNode(_st, "").ShouldBeFalse("sysfs says nothing");
        _transport.TryUseTapeNode(new FakeSgFile { Serial = "CAP0002" }, "21:3").ShouldBeFalse();
        _transport.TryUseTapeNode(new FakeSgFile { HasNoSerial = true }, "21:3").ShouldBeFalse();
        _transport.CanDirectIo.ShouldBeFalse();
        Send(1);
        _sg.Written.Count.ShouldBe(1);
    }

    // Without CAP_SYS_RAWIO the first look is refused (EPERM), and st that has lost its position refuses everything (EIO).
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(13)]
    public void A_node_that_takes_no_command_is_not_used(int errno)
    {
        _transport.TryUseTapeNode(new FakeSgFile { InquiryRefusal = errno }, "21:3").ShouldBeFalse();
        _transport.CanDirectIo.ShouldBeFalse();
        Send(1);
        _sg.Written.Count.ShouldBe(1);
    }

    [Fact]
    public void A_drive_without_a_serial_number_is_known_by_its_device_number()
    {
        var sg = new FakeSgFile { HasNoSerial = true };
        using var transport = new SgIoTransport("/dev/sg3", sg, null, _root);
        transport.TryUseTapeNode(new FakeSgFile { HasNoSerial = true }, "21:3").ShouldBeTrue();
    }

    // BLK_MIN_SG_TIMEOUT: the block layer makes seven seconds of anything shorter.
    [Fact]
    public void A_short_time_limit_goes_where_it_holds()
    {
        _transport.TryUseTapeNode(_st, "21:3").ShouldBeTrue();
        _transport.LongestTimeout = TimeSpan.FromSeconds(3);
        Send(1);
        _st.Calls.ShouldBeEmpty();
        _sg.LastTimeout.ShouldBe(3000u);
    }

    /// <summary>Whatever the two nodes refuse, before anything is sent: each block reaches the drive once, in order.</summary>
    [Fact]
    public void No_block_is_lost_or_doubled() =>
        Gen.Select(OneOf(0, 0, 0, 1, 5, 6, 12, 13, 19, 22, 25).Array[0, 12], OneOf(0, 0, 0, 12).Array[0, 6], Gen.Bool).Sample((refused, refusedBySg, isAllowed) =>
        {
            if (isAllowed)
                File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_root, "module/sg/parameters")).FullName, "allow_dio"), "1\n");
            var seen = new List<(byte, int)>();
            var sg = new FakeSgFile { Written = seen };
            var st = new FakeSgFile { Written = seen };
            using var transport = new SgIoTransport("/dev/sg3", sg, null, _root);
            transport.TryUseTapeNode(st, "21:3").ShouldBeTrue();
            foreach (int errno in refused)
                st.Refusals.Enqueue(errno);
            foreach (int errno in refusedBySg)
                sg.Refusals.Enqueue(errno);
            for (byte i = 0; i < 8; i++)
            {
                _buffer.Span[0] = i;
                transport.Execute(Write, DataTransfer.ToDevice(_buffer.Span), _sense, TimeSpan.FromSeconds(1)).Status.ShouldBe(ScsiStatus.Good);
            }

            seen.ShouldBe([.. Enumerable.Range(0, 8).Select(i => ((byte)i, 256 << 10))]);
            transport.CommandCount.ShouldBe(8 + 4);
        }, iter: 60, threads: 1);

    private static Gen<int> OneOf(params int[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
