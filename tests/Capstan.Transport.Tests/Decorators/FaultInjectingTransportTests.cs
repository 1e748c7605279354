using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Transport.Tests.Decorators;

public class FaultInjectingTransportTests : TransportContract
{
    private readonly TestDevice _device = new();

    protected override IScsiTransport Open() => new FaultInjectingTransport(new TestDevice(), [new Fault(1, OperationCode: 0xEE) { Throw = TransportFault.Lost }]);

    private FaultInjectingTransport With(params Fault[] plan) => new(_device, plan);

    private static readonly SenseData WriteError = new() { Key = SenseKey.MediumError, Code = SenseCode.WriteError, IsDeferred = true };

    [Fact]
    public void The_nth_command_of_all()
    {
        using FaultInjectingTransport transport = With(new Fault(2) { Status = ScsiStatus.Busy });
        transport.Send("000000000000").Status.ShouldBe(ScsiStatus.Good);
        transport.Send("0A0000000400", DataTransfer.ToDevice(new byte[4])).ShouldBe(new ScsiCompletion(ScsiStatus.Busy, 0, 4));
        transport.Send("000000000000").Status.ShouldBe(ScsiStatus.Good);
        _device.Executed.ShouldBe(2);
        transport.Injected.ShouldBe(1);
    }

    [Fact]
    public void The_nth_command_of_an_operation_code_with_sense()
    {
        using FaultInjectingTransport transport = With(
            new Fault(2, OperationCode: 0x0A) { Status = ScsiStatus.CheckCondition, Sense = WriteError, ReachesDevice = true });
        transport.Send("0A0000000400", DataTransfer.ToDevice(new byte[4])).Status.ShouldBe(ScsiStatus.Good);
        transport.Send("000000000000").Status.ShouldBe(ScsiStatus.Good);
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        ScsiCompletion completion = transport.Send("0A0000000400", DataTransfer.ToDevice(new byte[4]), sense);
        completion.Status.ShouldBe(ScsiStatus.CheckCondition);
        completion.Residual.ShouldBe(0);
        SenseData.TryDecode(sense.AsSpan(0, completion.SenseLength), out SenseData decoded).ShouldBeTrue();
        decoded.ShouldBe(WriteError);
        _device.Executed.ShouldBe(3);
    }

    [Fact]
    public void Residuals_can_be_dropped_for_a_while()
    {
        using FaultInjectingTransport transport = With(new Fault(1, OperationCode: 0x08) { DropResidual = true, Count = 2 });
        transport.Send("080000001000", DataTransfer.FromDevice(new byte[16])).Residual.ShouldBeNull();
        transport.Send("080000001000", DataTransfer.FromDevice(new byte[16])).Residual.ShouldBeNull();
        transport.Send("080000001000", DataTransfer.FromDevice(new byte[16])).Residual.ShouldBe(5);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void A_path_breaks_before_or_after_the_device_saw_the_command(bool reachesDevice, int executed)
    {
        using FaultInjectingTransport transport = With(new Fault(1) { Throw = TransportFault.Lost, ReachesDevice = reachesDevice });
        Should.Throw<ScsiTransportException>(() => transport.Send("000000000000")).Fault.ShouldBe(TransportFault.Lost);
        _device.Executed.ShouldBe(executed);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(11, 1, 8)]
    public void A_bit_flips_on_the_way_and_stays_with_the_sender(long bit, int index, byte value)
    {
        using FaultInjectingTransport transport = With(new Fault(1, OperationCode: 0x0A) { FlipBit = bit }, new Fault(1, OperationCode: 0x08) { FlipBit = bit });
        var sent = new byte[4];
        transport.Send("0A0000000400", DataTransfer.ToDevice(sent)).Status.ShouldBe(ScsiStatus.Good);
        sent.ShouldBe(new byte[4]);
        _device.Taken.ShouldNotBeNull()[index].ShouldBe(value);
        var plain = new byte[16];
        new TestDevice().Send("080000001000", DataTransfer.FromDevice(plain));
        var flipped = new byte[16];
        transport.Send("080000001000", DataTransfer.FromDevice(flipped));
        plain[index] ^= value;
        flipped.ShouldBe(plain);
    }

    [Fact]
    public void A_short_delay_only_delays()
    {
        using FaultInjectingTransport transport = With(new Fault(1) { Delay = TimeSpan.FromMilliseconds(1) });
        transport.Send("000000000000").Status.ShouldBe(ScsiStatus.Good);
        transport.Injected.ShouldBe(1);
    }

    [Fact]
    public void A_delay_beyond_the_timeout_times_out_after_the_command_was_carried_out()
    {
        using FaultInjectingTransport transport = With(new Fault(1) { Delay = TimeSpan.FromHours(1) });
        Should.Throw<ScsiTransportException>(() =>
        {
            transport.Execute(Cdb.FromBytes([0, 0, 0, 0, 0, 0]), DataTransfer.None, new byte[ScsiCompletion.SenseBufferLength], TimeSpan.FromMilliseconds(1));
        }).Fault.ShouldBe(TransportFault.TimedOut);
        _device.Executed.ShouldBe(1);
    }
}
