using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Transport.Tests.Decorators;

public class ScriptedTransportTests
{
    [Fact]
    public void Replies_come_in_order_with_data_sense_and_residual()
    {
        using var transport = new ScriptedTransport(
            new ScriptedReply { Data = new byte[] { 1, 2, 3 } },
            ScriptedReply.Check(new SenseData { Key = SenseKey.BlankCheck, Code = SenseCode.EndOfDataDetected }),
            new ScriptedReply { HidesResidual = true },
            new ScriptedReply(ScsiStatus.Busy) { Residual = 7 });

        var buffer = new byte[8];
        transport.Send("080000000800", DataTransfer.FromDevice(buffer)).Residual.ShouldBe(5);
        buffer[..4].ShouldBe([1, 2, 3, 0]);

        var sense = new byte[ScsiCompletion.SenseBufferLength];
        ScsiCompletion completion = transport.Send("080000000800", DataTransfer.FromDevice(buffer), sense);
        completion.Status.ShouldBe(ScsiStatus.CheckCondition);
        SenseData.TryDecode(sense.AsSpan(0, completion.SenseLength), out SenseData decoded).ShouldBeTrue();
        decoded.Code.ShouldBe(SenseCode.EndOfDataDetected);

        transport.Send("0A0000000800", DataTransfer.ToDevice(buffer)).Residual.ShouldBeNull();
        transport.Send("0A0000000800", DataTransfer.ToDevice(buffer)).Residual.ShouldBe(7);
        transport.Remaining.ShouldBe(0);
        transport.Commands.Count.ShouldBe(4);
    }

    [Fact]
    public void What_the_script_does_not_know_is_an_error()
    {
        using var transport = new ScriptedTransport(
            new ScriptedReply { ExpectedOperationCode = 0x08 },
            new ScriptedReply { Throw = TransportFault.Lost });
        Should.Throw<InvalidOperationException>(() => transport.Send("000000000000")).Message.ShouldContain("08h");
        Should.Throw<ScsiTransportException>(() => transport.Send("000000000000")).Fault.ShouldBe(TransportFault.Lost);
        Should.Throw<InvalidOperationException>(() => transport.Send("000000000000")).Message.ShouldContain("end of the script");
    }
}
