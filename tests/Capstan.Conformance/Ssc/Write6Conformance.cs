namespace Capstan.Conformance.Ssc;

/// <summary>WRITE(6) (SSC-4 6.8).</summary>
public abstract class Write6Conformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void VariableBlocksComeBackAsWritten() => Check("SSC-4 6.8", device =>
    {
        int[] lengths = [1, 2, 511, 512, 513, 4096, 65_535, 65_536];
        for (int i = 0; i < lengths.Length; i++)
        {
            Reply reply = device.Write(TargetDevice.Block(i, lengths[i]));
            reply.Good();
            reply.Residual.ShouldBe(0, "all data were taken");
        }
        device.Position().ShouldBe(lengths.Length);
        device.Rewind();
        for (int i = 0; i < lengths.Length; i++)
            device.Read(lengths[i]).Good().ShouldBe(TargetDevice.Block(i, lengths[i]), $"block of {lengths[i]} bytes");
    });

    [Fact]
    public void LengthZeroWritesNothing() => Check("SSC-4 6.8: not an error, the position does not change", device =>
    {
        device.WriteTwoFiles();
        device.Read(100).Good();
        device.Send("0A 00 00 00 00 00").Good();
        device.ShouldStandAt(1, "a write of nothing moves nothing");
        device.Read(200).Good().ShouldBe(TargetDevice.Block(2, 200), "a write of nothing cuts nothing off");
    });

    [Fact]
    public void TheLongestBlock() => Check("SSC-4 6.8, 7.6", device =>
    {
        int maximum = device.BlockLimits().Maximum;
        int length = Math.Min(maximum == 0 ? 0xFFFFFF : maximum, device.Transport.MaxTransferBytes);
        byte[] block = TargetDevice.Block(7, length);
        device.Write(block).Good();
        device.Position().ShouldBe(1);
        device.Rewind();
        device.Read(length).Good().AsSpan().SequenceEqual(block).ShouldBeTrue($"a block of {length} bytes");
    });

    [Fact]
    public void LongerThanTheLongestIsRefused() => Check("SSC-4 6.8, 7.6", device =>
    {
        int maximum = device.BlockLimits().Maximum;
        DoesNotApply(maximum is 0 or 0xFFFFFF, "the maximum block length is what a CDB can say");
        DoesNotApply(maximum >= device.Transport.MaxTransferBytes && device.Transport.MaxTransferBytes != maximum, "the path carries no more than the drive takes");
        device.Write(new byte[maximum + 1]).RefusesField();
        device.ShouldStandAt(0, "nothing was written");
    });

    [Fact]
    public void FixedBlocks() => Check("SSC-4 6.8, 4.2.12", device =>
    {
        device.SetBlockLength(512).Good();
        byte[] data = TargetDevice.Block(3, 3 * 512);
        device.Send("0A 01 00 00 03 00", data).Good();
        device.ShouldStandAt(3, "three blocks");
        device.SetBlockLength(0).Good();
        device.Rewind();
        device.Read(512).Good().ShouldBe(data[..512], "each is a block of its own");
    });

    [Fact]
    public void FixedWithoutABlockLengthIsRefused() => Check("SSC-4 6.8", device =>
    {
        device.Send("0A 01 00 00 01 00", new byte[512]).RefusesField();
        device.ShouldStandAt(0, "nothing was written");
    });

    [Fact]
    public void WritingInTheMiddleEndsTheData() => Check("SSC-4 4.2.5", device =>
    {
        device.WriteTwoFiles();
        device.Space(0, 1).Good();
        device.Write(TargetDevice.Block(9, 900)).Good();
        device.Read(100).Outcome.ShouldStartWith("8/");
        device.ShouldStandAt(2, "end of data is behind what was written last");
        device.Rewind();
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100), "what is before it stays");
        device.Read(900).Good().ShouldBe(TargetDevice.Block(9, 900));
    });

    [Fact]
    public void AReservedBitIsRefused() => Check("SSC-4 6.8, SPC-4 4.3.1", device =>
    {
        device.Send("0A 04 00 00 10 00", new byte[16]).RefusesField();
        device.ShouldStandAt(0, "nothing was written");
    });
}
