using Capstan.Transport;
using Capstan.Transport.Decorators;
using static Capstan.Drive.Tests.Rig;

namespace Capstan.Drive.Tests;

public class ReadTests
{
    private const int Requested = 1024;
    private readonly byte[] _buffer = new byte[Requested];

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++)
            bytes[i] = (byte)(i * 7);
        return bytes;
    }

    [Fact]
    public void A_block_as_long_as_the_buffer()
    {
        using Rig rig = Opened(Data(Bytes(Requested)));
        rig.Drive.Read(_buffer).ShouldBe(new ReadOutcome(ReadKind.Block, Requested));
        _buffer.ShouldBe(Bytes(Requested));
        // FIXED 0, SILI 0, TRANSFER LENGTH 000400h.
        rig.Sent.ShouldBe(["080000040000"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_shorter_block_is_as_long_as_INFORMATION_says(bool hidesResidual)
    {
        using Rig rig = Opened(Check("00/00/00", "ILI", 1000) with { Data = Bytes(24), HidesResidual = hidesResidual });
        rig.Drive.Read(_buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 24));
        _buffer[..24].ShouldBe(Bytes(24));
    }

    [Fact]
    public void A_shorter_block_that_took_retries_is_not_taken_for_a_whole_one()
    {
        using Rig rig = Opened(Check("01/17/01", "ILI", 1000) with { Data = Bytes(24), HidesResidual = true });
        rig.Drive.Read(_buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 24));
    }

    [Fact]
    public void An_adapter_that_always_says_residual_0_is_believed_to_not_count()
    {
        using Rig rig = Opened(Check("00/00/00", "ILI", 1000, residual: 0));
        rig.Drive.Read(_buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 24));
    }

    [Theory]
    [InlineData(-1, Requested + 1)]
    [InlineData(-261120, 262144)]
    public void A_longer_block_tells_its_true_length(int information, int length)
    {
        using Rig rig = Opened(Check("00/00/00", "ILI", information) with { Data = Bytes(Requested) });
        rig.Drive.Read(_buffer).ShouldBe(new ReadOutcome(ReadKind.Overlength, length));
    }

    [Fact]
    public void Descriptor_sense_tells_lengths_too()
    {
        using Rig rig = Opened(new ScriptedReply(Scsi.ScsiStatus.CheckCondition)
        {
            Sense = SenseBytes.Descriptor("00/00/00", SenseBytes.Ili, 1000),
            Data = Bytes(24),
        });
        rig.Drive.Read(_buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 24));
    }

    public static TheoryData<string> Lies => ["good-short", "no-information", "information-zero", "information-all",
        "information-negative-length", "information-huge", "residual-differs", "residual-of-overlength"];

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_length_that_cannot_be_proven_is_refused(string lie)
    {
        ScriptedReply reply = lie switch
        {
            "good-short" => Good with { Residual = 24 },
            "no-information" => Check("00/00/00", "ILI"),
            "information-zero" => Check("00/00/00", "ILI", 0),
            "information-all" => Check("00/00/00", "ILI", Requested),
            "information-negative-length" => Check("00/00/00", "ILI", Requested + 1),
            "information-huge" => Check("00/00/00", "ILI", int.MinValue),
            "residual-differs" => Check("00/00/00", "ILI", 1000, residual: 999),
            _ => Check("00/00/00", "ILI", -1, residual: 1),
        };
        using Rig rig = Opened(reply);
        TapeCommandException e = Should.Throw<TapeCommandException>(() => rig.Drive.Read(_buffer));
        e.Message.ShouldContain("length of a block cannot be told");
        e.IsTransient.ShouldBeFalse();
    }

    [Fact]
    public void Filemark_and_end_of_data_are_outcomes()
    {
        using Rig rig = Opened(Check("00/00/01", "FM", Requested), Check("08/00/05", "", Requested), Check("08/14/01"));
        rig.Drive.Read(_buffer).ShouldBe(new ReadOutcome(ReadKind.Filemark, 0));
        rig.Drive.Read(_buffer).ShouldBe(new ReadOutcome(ReadKind.EndOfData, 0));
        rig.Drive.Read(_buffer).ShouldBe(new ReadOutcome(ReadKind.EndOfData, 0));
    }

    [Fact]
    public void A_block_read_beyond_early_warning_is_a_block()
    {
        using Rig rig = Opened(Check("00/00/02", "EOM") with { Data = Bytes(Requested) });
        rig.Drive.Read(_buffer).ShouldBe(new ReadOutcome(ReadKind.Block, Requested));
    }

    [Fact]
    public void A_medium_error_names_its_object()
    {
        // Rewound, a block, a filemark: the third object is number 2.
        using Rig rig = Opened(Good, Data(Bytes(Requested)), Check("00/00/01", "FM"), Check("03/11/00"));
        rig.Drive.Rewind();
        rig.Drive.Read(_buffer);
        rig.Drive.Read(_buffer);
        TapeReadException e = Should.Throw<TapeReadException>(() => rig.Drive.Read(_buffer));
        e.ObjectId.ShouldBe(2);
        e.Message.ShouldContain("object 2");
        e.Sense!.Value.Key.ShouldBe(Scsi.SenseKey.MediumError);
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_medium_error_at_an_unknown_object_asks_the_drive()
    {
        using Rig rig = Opened(Check("03/11/00"), PositionAt(77));
        Should.Throw<TapeReadException>(() => rig.Drive.Read(_buffer)).ObjectId.ShouldBe(77);
    }

    [Fact]
    public void A_harmless_unit_attention_and_BUSY_are_sent_again()
    {
        using Rig rig = Opened(Check("06/2A/01"), new ScriptedReply(Scsi.ScsiStatus.Busy), Data(Bytes(Requested)));
        rig.Drive.Read(_buffer).Kind.ShouldBe(ReadKind.Block);
        rig.Sent.Count().ShouldBe(3);
    }

    [Theory]
    [InlineData("06/28/00", MediumFault.Changed)]
    [InlineData("02/3A/00", MediumFault.NotPresent)]
    [InlineData("03/30/01", MediumFault.Incompatible)]
    public void A_medium_that_is_gone(string code, MediumFault fault)
    {
        using Rig rig = Opened(Check(code));
        Should.Throw<TapeMediumException>(() => rig.Drive.Read(_buffer)).Fault.ShouldBe(fault);
    }

    [Theory]
    [InlineData("06/29/00", DeviceFault.Lost)]
    [InlineData("04/44/00", DeviceFault.HardwareFailure)]
    [InlineData("02/04/12", DeviceFault.NotReady)]
    public void A_drive_that_is_gone(string code, DeviceFault fault)
    {
        using Rig rig = Opened(Check(code));
        Should.Throw<TapeDeviceException>(() => rig.Drive.Read(_buffer)).Fault.ShouldBe(fault);
    }

    [Fact]
    public void An_aborted_command_may_be_tried_again()
    {
        using Rig rig = Opened(Check("0B/4B/00"));
        Should.Throw<TapeCommandException>(() => rig.Drive.Read(_buffer)).IsTransient.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void CHECK_CONDITION_without_sense_is_no_outcome(int senseLength)
    {
        using Rig rig = Opened(new ScriptedReply(Scsi.ScsiStatus.CheckCondition) { Sense = new byte[senseLength] });
        Should.Throw<TapeCommandException>(() => rig.Drive.Read(_buffer)).Message.ShouldContain("sense");
    }
}
