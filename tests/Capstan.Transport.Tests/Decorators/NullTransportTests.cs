using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Transport.Tests.Decorators;

public class NullTransportTests : TransportContract
{
    protected override bool HasDevice => false;

    protected override IScsiTransport Open() => new NullTransport();

    [Fact]
    public void Everything_is_good_and_nothing_is_left_over()
    {
        using var transport = new NullTransport(4096);
        transport.MaxTransferBytes.ShouldBe(4096);
        transport.Send("0A0010000000", DataTransfer.ToDevice(new byte[4096])).ShouldBe(
            new ScsiCompletion(ScsiStatus.Good, 0, 0));
    }
}
