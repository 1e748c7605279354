using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.SgIo;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>A node outlives a reset of its device, and not the device's removal.</summary>
public class RecoveryTests
{
    // errno.h: EIO, ENODEV.
    private const int InputOutput = 5;
    private const int NoDevice = 19;

    [Fact]
    public void After_a_failure_the_node_is_still_there()
    {
        using SgIoTransport transport = Broken(InputOutput);
        ITransportRecovery recovery = ((IScsiTransport)transport).Recovery.ShouldNotBeNull();
        recovery.TryReconnect(out string problem).ShouldBeTrue();
        problem.ShouldBeEmpty();
    }

    [Fact]
    public void After_the_device_was_removed_there_is_nothing_to_come_back()
    {
        using SgIoTransport transport = Broken(NoDevice);
        ITransportRecovery recovery = ((IScsiTransport)transport).Recovery.ShouldNotBeNull();
        Should.Throw<ScsiTransportException>(() => recovery.TryReconnect(out _)).Fault.ShouldBe(TransportFault.NotFound);
    }

    [Fact]
    public void The_kernel_may_keep_a_reset_to_itself()
    {
        using SgIoTransport transport = Broken(InputOutput);
        ((IScsiTransport)transport).Recovery!.HearsEveryUnitAttention.ShouldBeFalse();
    }

    private static SgIoTransport Broken(int errno)
    {
        var file = new FakeSgFile();
        var transport = new SgIoTransport("/dev/sg3", file, null, "/nonexistent");
        file.Refusals.Enqueue(errno);
        Should.Throw<ScsiTransportException>(() => transport.Execute(
            Cdb.Of(new TestUnitReady()), DataTransfer.None, new byte[ScsiCompletion.SenseBufferLength], TimeSpan.FromSeconds(1))).Fault.ShouldBe(TransportFault.Lost);
        return transport;
    }
}
