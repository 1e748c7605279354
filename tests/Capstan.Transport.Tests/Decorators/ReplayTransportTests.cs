using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;
using CsCheck;

namespace Capstan.Transport.Tests.Decorators;

public class ReplayTransportTests
{
    private const string Head = "capstan-recording 1\nname /dev/sg1\nmax-transfer 4096\n";

    private static ReplayTransport Replay(string text) => new(new StringReader(text));

    [Fact]
    public void A_recording_answers_as_the_device_did()
    {
        using ReplayTransport transport = Replay(RecordingTransportTests.Record());
        transport.Name.ShouldBe("test-device");
        transport.MaxTransferBytes.ShouldBe(65536);
        transport.IsExhausted.ShouldBeFalse();
        transport.Send("000000000000").ShouldBe(new ScsiCompletion(ScsiStatus.Good, 0, 0));
        transport.Send("0A0000002100", DataTransfer.ToDevice(new byte[33]));
        var buffer = new byte[16];
        transport.Send("080000001000", DataTransfer.FromDevice(buffer)).Residual.ShouldBe(5);
        buffer.ShouldBe("hello, tape\0\0\0\0\0"u8.ToArray());
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        ScsiCompletion refused = transport.Send("FF0000000000", DataTransfer.None, sense);
        refused.SenseLength.ShouldBe(18);
        SenseData.TryDecode(sense, out SenseData decoded).ShouldBeTrue();
        decoded.Code.ShouldBe(SenseCode.InvalidCommandOperationCode);
        Should.Throw<ScsiTransportException>(() => transport.Send("010000000000")).Message.ShouldBe("test-device: the cable is cut   twice");
        transport.IsExhausted.ShouldBeTrue();
        Should.Throw<ReplayMismatchException>(() => transport.Send("000000000000")).Message.ShouldContain("ends after 5 commands");
    }

    [Fact]
    public void Files_written_by_people_are_read()
    {
        using ReplayTransport transport = Replay("# from a capture\n" + Head + """
            cdb 120000002400   # INQUIRY
              in 36
            data 0180

            data 0602
            status 00
            residual unknown
            elapsed-us 5
            """);
        var buffer = new byte[36];
        transport.Send("120000002400", DataTransfer.FromDevice(buffer)).Residual.ShouldBeNull();
        buffer[..4].ShouldBe([0x01, 0x80, 0x06, 0x02]);
    }

    private static ReplayTransport OneWrite() =>
        Replay(Head + "cdb 0A0000000400\nout 4\ndata 01020304\nstatus 00\nresidual 0\nelapsed-us 1\n");

    [Fact]
    public void The_first_difference_is_named()
    {
        var data = new byte[] { 1, 2, 9, 4 };
        Message(transport => transport.Send("0A0000000500", DataTransfer.ToDevice(new byte[5])))
            .ShouldBe("Replay: command 1 (line 4): CDB 0A0000000500 came, 0A0000000400 was recorded.");
        Message(transport => transport.Send("0A0000000400", DataTransfer.FromDevice(new byte[4])))
            .ShouldBe("Replay: command 1 (line 4): 0A0000000400 came with direction FromDevice, ToDevice was recorded.");
        Message(transport => transport.Send("0A0000000400", DataTransfer.ToDevice(new byte[3])))
            .ShouldBe("Replay: command 1 (line 4): 0A0000000400 came with 3 bytes, 4 were recorded.");
        Message(transport => transport.Send("0A0000000400", DataTransfer.ToDevice(data)))
            .ShouldBe("Replay: command 1 (line 4): 0A0000000400: data byte 2 is 09, 03 was recorded.");

        static string Message(Action<IScsiTransport> send)
        {
            using ReplayTransport transport = OneWrite();
            return Should.Throw<ReplayMismatchException>(() => send(transport)).Message;
        }
    }

    [Theory]
    [InlineData("", "line 0: a recording begins with")]
    [InlineData("something else\n", "line 1: a recording begins with")]
    [InlineData(Head + "cdb\nnone\n", "a CDB has 1 to 16 bytes")]
    [InlineData(Head + "cdb 0g\n", "line 4")]
    [InlineData(Head + "cdb 000\n", "not hexadecimal")]
    [InlineData(Head + "cdb 00\nsideways\n", "line 5: expected \"none\", \"in\" or \"out\"")]
    [InlineData(Head + "cdb 00\nin many\n", "\"many\" is not a number")]
    [InlineData(Head + "cdb 00\nin 1\ndata 0000\n", "more data than the buffer holds")]
    [InlineData(Head + "cdb 00\nnone\nstatus 0200\n", "a status is one byte")]
    [InlineData(Head + "cdb 00\nnone\nstatus 00\n", "expected \"residual\"")]
    [InlineData(Head + "cdb 00\nnone\nfault Broken x\n", "unknown fault \"Broken\"")]
    public void A_damaged_recording_says_where(string text, string message) =>
        Should.Throw<InvalidDataException>(() => Replay(text)).Message.ShouldContain(message);

    [Fact]
    public void Any_exchange_comes_back_as_it_was()
    {
        Gen<(byte[] Cdb, byte[] Data, byte[] Sense, byte Status, int? Residual)> exchanges =
            from cdb in Gen.Byte.Array[1, 16]
            from data in Gen.Byte.Array[0, 100]
            from sense in Gen.Byte.Array[0, 252]
            from status in Gen.Byte
            from residual in Gen.Int[0, 100]
            select (cdb, data, sense, status, residual > data.Length ? (int?)null : data.Length - residual);
        exchanges.Sample(
            exchange =>
            {
                var reply = new ScriptedReply((ScsiStatus)exchange.Status)
                {
                    Data = exchange.Data,
                    Sense = exchange.Sense,
                    Residual = exchange.Residual,
                    HidesResidual = exchange.Residual is null,
                };
                var writer = new StringWriter();
                (ScsiCompletion Completion, string Sense, string Data) Run(IScsiTransport transport)
                {
                    var sense = new byte[ScsiCompletion.SenseBufferLength];
                    var data = new byte[exchange.Data.Length];
                    ScsiCompletion completion = transport.Send(Convert.ToHexString(exchange.Cdb), DataTransfer.FromDevice(data), sense);
                    return (completion, Convert.ToHexString(sense), Convert.ToHexString(data.AsSpan(0, data.Length - (completion.Residual ?? 0))));
                }
                var first = Run(new RecordingTransport(new ScriptedTransport(reply), writer));
                Run(Replay(writer.ToString())).ShouldBe(first);
            },
            iter: 500);
    }
}
