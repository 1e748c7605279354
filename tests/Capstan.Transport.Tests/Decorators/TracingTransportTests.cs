using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Transport.Tests.Decorators;

public class TracingTransportTests : TransportContract
{
    protected override bool AllocatesNothing => false;

    protected override IScsiTransport Open() => new TracingTransport(new TestDevice(), TextWriter.Null);

    private static string Describe(in Cdb cdb) => $"OPERATION {cdb.OperationCode:X2}";

    private readonly StringWriter _writer = new() { NewLine = "\n" };

    private TracingTransport Trace(IScsiTransport inner) => new(inner, _writer, Describe, new StepClock());

    [Fact]
    public void One_line_a_command()
    {
        using TracingTransport transport = Trace(new TestDevice());
        transport.Send("000000000000");
        transport.Send("120000002400", DataTransfer.FromDevice(new byte[255]));
        transport.Send("0A0000000200", DataTransfer.ToDevice(new byte[2]));
        transport.Send("FF0000000000");
        _writer.ToString().Split('\n').ShouldBe(
        [
            "     1 22:25:17.000000    1.000 ms 000000000000 OPERATION 00 | none | GOOD",
            "     2 22:25:17.002000    1.000 ms 120000002400 OPERATION 12 | in 255 | residual 219 | GOOD",
            "     3 22:25:17.004000    1.000 ms 0A0000000200 OPERATION 0A | out 2 | residual 0 | GOOD",
            "     4 22:25:17.006000    1.000 ms FF0000000000 OPERATION FF | none | CHECK CONDITION | ILLEGAL REQUEST 20/00 \"Invalid command operation code\"; field pointer CDB byte 0",
            "",
        ]);
    }

    [Fact]
    public void Data_never_gets_into_the_trace()
    {
        using TracingTransport transport = Trace(new TestDevice());
        transport.Send("0A0000000600", DataTransfer.ToDevice("secret"u8.ToArray()));
        transport.Send("080000000B00", DataTransfer.FromDevice(new byte[11]));
        string trace = _writer.ToString();
        trace.ShouldNotContain("secret");
        trace.ShouldNotContain(Convert.ToHexString("secret"u8));
        trace.ShouldNotContain(Convert.ToHexString("hello"u8));
    }

    [Fact]
    public void A_broken_path_is_traced_and_thrown_on()
    {
        using TracingTransport transport = Trace(new TestDevice { Broken = TransportFault.Lost });
        Should.Throw<ScsiTransportException>(() => transport.Send("000000000000")).Fault.ShouldBe(TransportFault.Lost);
        _writer.ToString().ShouldBe("     1 22:25:17.000000    1.000 ms 000000000000 OPERATION 00 | none | !! Lost: test-device: the cable is cut # twice\n");
    }

    [Fact]
    public void What_becomes_of_a_broken_path_stands_between_the_commands()
    {
        using TracingTransport transport = Trace(new TestDevice { Broken = TransportFault.Lost, IsRecoverable = true });
        ITransportRecovery recovery = transport.Recovery.ShouldNotBeNull();
        recovery.HearsEveryUnitAttention.ShouldBeTrue();
        recovery.TryReconnect(out _).ShouldBeFalse();
        recovery.TryReconnect(out string problem).ShouldBeTrue();
        problem.ShouldBeEmpty();
        recovery.Remark("the drive stands\nat object 7");
        transport.Send("000000000000");
        _writer.ToString().Split('\n').ShouldBe(
        [
            "     # 22:25:17.000000 test-device: not reachable: the cable is still cut",
            "     # 22:25:17.000000 test-device: reachable again",
            "     # 22:25:17.000000 the drive stands at object 7",
            "     1 22:25:17.000000    1.000 ms 000000000000 OPERATION 00 | none | GOOD",
            "",
        ]);
    }

    [Fact]
    public void A_path_that_cannot_be_made_whole_stays_one()
    {
        using TracingTransport transport = Trace(new TestDevice());
        transport.Recovery.ShouldBeNull();
    }

    [Fact]
    public void Unknown_residuals_and_undecodable_sense_are_shown_as_such()
    {
        using TracingTransport transport = Trace(new ScriptedTransport(
            new ScriptedReply(ScsiStatus.CheckCondition) { HidesResidual = true, Sense = new byte[] { 0x7F, 0x01 } }));
        transport.Send("080000000B00", DataTransfer.FromDevice(new byte[11]));
        _writer.ToString().ShouldEndWith("| in 11 | residual unknown | CHECK CONDITION | undecodable sense 7F01\n");
    }

    [Fact]
    public void A_full_disk_stops_the_trace_and_not_the_tape()
    {
        using var transport = new TracingTransport(new TestDevice(), new FullDiskWriter());
        transport.Send("000000000000").Status.ShouldBe(ScsiStatus.Good);
        transport.Failure.ShouldBeOfType<IOException>();
        transport.Send("000000000000").Status.ShouldBe(ScsiStatus.Good);
    }

    [Fact]
    public void It_owns_the_inner_transport()
    {
        var device = new TestDevice();
        Trace(device).Dispose();
        device.IsDisposed.ShouldBeTrue();
    }
}

internal sealed class FullDiskWriter : StringWriter
{
    public override void Flush() => throw new IOException("No space left on device");
}
