namespace Capstan.Conformance.Ssc;

/// <summary>FORMAT MEDIUM (SSC-4 7.2) with the Medium Partition mode page (8.3.4), and LOCATE(16) between partitions.</summary>
public abstract class FormatMediumConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    // MODE SENSE(10) with DBD of page 11h: header of 8 bytes, then the page.
    private const string SensePartitions = "5A 08 11 00 00 00 00 00 40 00";

    [Fact]
    public void DefaultMakesOnePartition() => Checked("SSC-4 7.2: FORMAT 0h", device =>
    {
        device.WriteTwoFiles();
        device.Send("04 00 00 00 00 00").Good();
        device.Read(100).Outcome.ShouldStartWith("8/");
        device.ShouldStandAt(0, "a formatted tape");
        AdditionalPartitions(device).ShouldBe(0);
    });

    [Fact]
    public void PartitionsAreMadeAsThePageSays() => Checked("SSC-4 7.2: FORMAT 1h; 8.3.4: SDP", device =>
    {
        MakeTwo(device);
        AdditionalPartitions(device).ShouldBe(1);
        device.Send("04 00 00 00 00 00").Good();
        AdditionalPartitions(device).ShouldBe(0);
    });

    [Fact]
    public void ModeSelectAloneChangesNothing() => Checked("SSC-4 8.3.4: POFM=1", device =>
    {
        device.WriteTwoFiles();
        RequestTwo(device);
        device.Rewind();
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100));
    });

    [Fact]
    public void EachPartitionHasItsObjects() => Checked("SSC-4 7.4: CP, PARTITION", device =>
    {
        MakeTwo(device);
        device.Write(TargetDevice.Block(1, 100)).Good();
        device.Send("92 02 00 01 00 00 00 00 00 00 00 00 00 00 00 00").Good();
        Partition(device).ShouldBe(1u);
        device.Read(100).Outcome.ShouldStartWith("8/");
        device.Write(TargetDevice.Block(2, 200)).Good();
        device.Write(TargetDevice.Block(3, 300)).Good();
        device.Send("92 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00").Good();
        Partition(device).ShouldBe(0u);
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100));
        device.Send("92 02 00 01 00 00 00 00 00 00 00 01 00 00 00 00").Good();
        device.Read(300).Good().ShouldBe(TargetDevice.Block(3, 300));
    });

    [Fact]
    public void RewindStaysInThePartition() => Checked("SSC-4 7.9: to the beginning of the partition", device =>
    {
        MakeTwo(device);
        device.Send("92 02 00 01 00 00 00 00 00 00 00 00 00 00 00 00").Good();
        device.Write(TargetDevice.Block(2, 200)).Good();
        device.Rewind();
        Partition(device).ShouldBe(1u);
        device.ShouldStandAt(0, "the beginning of partition 1");
    });

    [Fact]
    public void OnlyAtTheBeginningOfPartitionZero() => Checked("SSC-4 7.2: POSITION PAST BEGINNING OF MEDIUM", device =>
    {
        device.WriteTwoFiles();
        device.Space(0, 1).Good();
        device.Send("04 00 00 00 00 00").Checks("5/3B/0C");
        device.Rewind();
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100));
    });

    [Fact]
    public void AReservedFormatIsRefused() => Checked("SSC-4 7.2: FORMAT 3h", device => device.Send("04 00 03 00 00 00").RefusesField());

    /// <summary>Whatever a check leaves behind, the next one finds a tape of one partition.</summary>
    private void Checked(string clause, Action<TargetDevice> check, [System.Runtime.CompilerServices.CallerMemberName] string method = "") => Check(clause, device =>
    {
        DoesNotApply(device.Send("04 00 00 00 00 00").Outcome == "5/20/00", "the drive has no FORMAT MEDIUM: it is of a generation without partitions, or emulates none");
        try
        {
            check(device);
        }
        finally
        {
            device.Send("92 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
            device.Send("01 00 00 00 00 00");
            device.Send("04 00 00 00 00 00");
        }
    }, method);

    private static void MakeTwo(TargetDevice device)
    {
        device.Rewind();
        RequestTwo(device);
        device.Send("04 00 01 00 00 00").Good();
    }

    /// <summary>One additional partition, SDP, as the page is else.</summary>
    private static void RequestTwo(TargetDevice device)
    {
        byte[] list = device.Good(SensePartitions, dataIn: 64);
        list[0] = list[1] = list[2] = 0;
        // WP is reserved in MODE SELECT, and so is PS.
        list[3] &= 0x7F;
        list[8] &= 0x3F;
        list[11] = 1;
        list[12] = (byte)((list[12] & 0x1F) | 0x40);
        device.Send($"55 10 00 00 00 00 00 00 {list.Length:X2} 00", list).Good();
    }

    private static int AdditionalPartitions(TargetDevice device) => device.Good(SensePartitions, dataIn: 64)[11];

    /// <summary>READ POSITION, long form: bytes 4 to 7.</summary>
    private static uint Partition(TargetDevice device) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(device.Good("34 06 00 00 00 00 00 00 00 00", dataIn: 32).AsSpan(4));
}
