using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Transport.Tests.Decorators;

public class RecordingTransportTests : TransportContract
{
    // Written by hand from the format's description.
    private const string Expected = """
        capstan-recording 1
        name test-device
        max-transfer 65536

        cdb 000000000000
        none
        status 00
        residual 0
        elapsed-us 1000

        cdb 0A0000002100
        out 33
        data 0000000000000000000000000000000000000000000000000000000000000000
        data 00
        status 00
        residual 0
        elapsed-us 1000

        cdb 080000001000
        in 16
        data 68656C6C6F2C2074617065
        status 00
        residual 5
        elapsed-us 1000

        cdb FF0000000000
        none
        status 02
        residual 0
        sense 70000500000000 0A00000000200000C00000
        # ILLEGAL REQUEST 20/00 "Invalid command operation code"; field pointer CDB byte 0
        elapsed-us 1000

        cdb 010000000000
        none
        fault Lost test-device: the cable is cut   twice

        """;

    protected override bool AllocatesNothing => false;

    protected override IScsiTransport Open() => new RecordingTransport(new TestDevice(), TextWriter.Null);

    internal static void SendAll(IScsiTransport transport, Action breakIt)
    {
        transport.Send("000000000000");
        transport.Send("0A0000002100", DataTransfer.ToDevice(new byte[33]));
        transport.Send("080000001000", DataTransfer.FromDevice(new byte[16]));
        transport.Send("FF0000000000");
        breakIt();
        Should.Throw<ScsiTransportException>(() => transport.Send("010000000000")).Fault.ShouldBe(TransportFault.Lost);
    }

    internal static string Record()
    {
        var device = new TestDevice();
        var writer = new StringWriter();
        using var transport = new RecordingTransport(device, writer, new StepClock());
        SendAll(transport, () => device.Broken = TransportFault.Lost);
        return writer.ToString();
    }

    [Fact]
    public void The_file_is_as_documented() =>
        Record().ShouldBe(Expected.ReplaceLineEndings("\n").Replace("00000000 0A", "000000000A"));

    /// <summary>A Set Data Encryption page as stenc sends it (tests/scsi.cpp there); an unknown page is secret as a whole.</summary>
    [Theory]
    [InlineData("B52000100000000000440000", "00100040404002020100020000000000000000 20", "0000000C48656C6C6F20776F726C6421")]
    [InlineData("B52000110000000000440000", "", "")]
    [InlineData("B5EF00100000000000440000", "", "")]
    public void Keys_are_not_recorded_and_any_key_replays(string cdb, string head, string tail)
    {
        string key = string.Concat(Enumerable.Repeat("A5", 32));
        string page = ("0010004040400202010002000000000000000020" + key + "0000000C48656C6C6F20776F726C6421").Replace(" ", "", StringComparison.Ordinal);
        var writer = new StringWriter();
        using (var transport = new RecordingTransport(new TestDevice(), writer, new StepClock()))
            transport.Send(cdb, DataTransfer.ToDevice(Convert.FromHexString(page)));
        string recorded = string.Concat(writer.ToString().Split('\n').Where(line => line.StartsWith("data ", StringComparison.Ordinal)).Select(line => line[5..]));
        recorded.Length.ShouldBe(page.Length);
        recorded.ShouldNotContain("A5A5");
        head = head.Replace(" ", "", StringComparison.Ordinal);
        recorded.ShouldStartWith(head);
        recorded.ShouldEndWith(tail);
        recorded[head.Length..(recorded.Length - tail.Length)].ShouldAllBe(digit => digit == '0');
        using var replay = new ReplayTransport(new StringReader(writer.ToString()));
        replay.Send(cdb, DataTransfer.ToDevice(Convert.FromHexString(page.Replace("A5", "5A", StringComparison.Ordinal)))).Status.ShouldNotBe((ScsiStatus)0xFF);
    }

    [Fact]
    public void A_full_disk_stops_the_recording_and_not_the_tape()
    {
        using var transport = new RecordingTransport(new TestDevice(), new FullDiskWriter());
        transport.Send("000000000000").Status.ShouldBe(ScsiStatus.Good);
        transport.Failure.ShouldBeOfType<IOException>();
    }
}
