using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.SgIo;
using Capstan.Transport.Tests;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>
/// The contract against a real <c>/dev/sgN</c>, where there is one: <c>CAPSTAN_TEST_SG=/dev/sg0</c>. Sends nothing that moves or
/// changes a tape. The kernel's own <c>modprobe scsi_debug ptype=1</c> makes a device that is good for it.
/// </summary>
public class RealDeviceTests : TransportContract
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static string Node
    {
        get
        {
            string? node = Environment.GetEnvironmentVariable("CAPSTAN_TEST_SG");
            Assert.SkipWhen(string.IsNullOrEmpty(node), "no device: CAPSTAN_TEST_SG names none");
            return node!;
        }
    }

    // Without direct I/O the kernel copies its whole buffer out, whatever the device put into it.
    protected override bool LeavesTheRestAlone => false;

    protected override IScsiTransport Open()
    {
        SgIoTransport transport = SgIoTransport.Open(Node);
        // Power-on and other unit attentions, at most a few.
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        for (int attempt = 0; attempt < 5; attempt++)
        {
            if (transport.Execute(Cdb.FromBytes([0, 0, 0, 0, 0, 0]), DataTransfer.None, sense, Timeout).Status == ScsiStatus.Good)
                break;
        }
        return transport;
    }

    [Fact]
    public void The_largest_transfer_goes_through_and_is_aligned_or_not()
    {
        using var transport = (SgIoTransport)Open();
        using var pool = new AlignedBufferPool(transport.MaxTransferBytes, 1);
        using AlignedBuffer buffer = pool.Rent();
        Cdb inquiry = Cdb.FromBytes([0x12, 0, 0, 0, 0xFF, 0]);
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        ScsiCompletion whole = transport.Execute(inquiry, DataTransfer.FromDevice(buffer.Span), sense, Timeout);
        whole.Status.ShouldBe(ScsiStatus.Good);
        int length = buffer.Span[4] + 5;
        whole.Residual.ShouldBe(transport.MaxTransferBytes - length);
        ScsiCompletion odd = transport.Execute(inquiry, DataTransfer.FromDevice(buffer.Span.Slice(3, 255)), sense, Timeout);
        odd.Residual.ShouldBe(255 - length);
        TestContext.Current.TestOutputHelper?.WriteLine($"{transport.Name}: {transport.MaxTransferBytes} bytes, direct I/O {transport.DirectIo}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_byte_more_is_refused_with_the_limit(bool direct)
    {
        using var transport = (SgIoTransport)Open();
        transport.DirectIo = direct;
        using var pool = new AlignedBufferPool(transport.MaxTransferBytes + 4096, 1);
        using AlignedBuffer buffer = pool.Rent();
        Cdb inquiry = Cdb.FromBytes([0x12, 0, 0, 0, 0xFF, 0]);
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        int limit = transport.MaxTransferBytes;
        transport.Execute(inquiry, DataTransfer.FromDevice(buffer.Span[..limit]), sense, Timeout).Status.ShouldBe(ScsiStatus.Good);
        foreach (int more in (int[])[1, 512, 4096])
        {
            ScsiTransportException e = Should.Throw<ScsiTransportException>(() =>
                transport.Execute(inquiry, DataTransfer.FromDevice(buffer.Span[..(limit + more)]), sense, Timeout));
            e.Fault.ShouldBe(TransportFault.NotSent);
            e.Message.ShouldContain($"at most {limit}");
        }
    }

    [Fact]
    public void A_second_user_is_told_that_the_device_is_in_use()
    {
        using IScsiTransport first = Open();
        ScsiTransportException exception = Should.Throw<ScsiTransportException>(() => SgIoTransport.Open(Node));
        exception.Fault.ShouldBe(TransportFault.Busy);
        exception.Message.ShouldContain("in use by another program");
    }

    [Fact]
    public void The_device_is_listed_when_it_is_a_tape_or_a_changer() =>
        SgDevices.List().Select(device => device.Path).ShouldContain(Path.GetFullPath(Node));

    [Fact]
    public void The_kernel_tape_node_is_refused_with_the_generic_one_named()
    {
        SgDevice? device = SgDevices.List().FirstOrDefault(device => device.Path == Node);
        Assert.SkipWhen(device?.KernelTapeName is null, "the st driver is not attached");
        Should.Throw<ScsiTransportException>(() => SgIoTransport.Open("/dev/n" + device!.KernelTapeName)).Message.ShouldContain($"use {Node}");
    }
}
