namespace Capstan.Conformance.Ssc;

/// <summary>What WRITE says near and at the end of the tape (SSC-4 4.2.6, 6.8).</summary>
public abstract class EndOfMediumConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const int BlockBytes = 256 * 1024;

    // More than any tape of a test has; a bound, so that a real cartridge is not filled.
    private const int MaxBlocks = 4096;

    [Fact]
    public void EarlyWarningWritesTheBlock() => Check("SSC-4 6.8: EOM, NO SENSE, the block is written", device =>
    {
        int block = FillUntilCheck(device, out Reply reply);
        reply.Outcome.ShouldBeOneOf("0/00/02 EOM", "0/00/02 EOM info=0");
        reply.Residual.ShouldBe(0, "all data were taken");
        device.ShouldStandAt(block + 1, "the block counts");
    });

    [Fact]
    public void AfterEarlyWarningFilemarksGo() => Check("SSC-4 6.9: EOM, and written", device =>
    {
        int block = FillUntilCheck(device, out _);
        device.WriteFilemarks(1).Outcome.ShouldBeOneOf("0/00/02 EOM", "0/00/02 EOM info=0", "GOOD");
        device.ShouldStandAt(block + 2, "the filemark counts");
    });

    [Fact]
    public void TheEndIsVolumeOverflow() => Check("SSC-4 6.8: EOM, VOLUME OVERFLOW, INFORMATION is what was not written", device =>
    {
        int block = FillUntilCheck(device, out Reply reply);
        for (int i = block + 1; reply.Outcome.StartsWith("0/00/02 EOM", StringComparison.Ordinal); i++)
        {
            i.ShouldBeLessThan(MaxBlocks);
            reply = device.Write(TargetDevice.Block(1, BlockBytes));
        }
        reply.Checks($"D/00/02 EOM info={BlockBytes}");
        long position = device.Position();
        device.Write(TargetDevice.Block(1, BlockBytes)).Outcome.ShouldStartWith("D/00/02 EOM");
        device.ShouldStandAt(position, "nothing was written");
        device.Space(0, -1).Good();
        device.Read(BlockBytes).Good().AsSpan().SequenceEqual(TargetDevice.Block(1, BlockBytes)).ShouldBeTrue("the last block that was taken");
    });

    [Fact]
    public void ThePositionSaysEndOfPartition() => Check("SSC-4 7.7.2: EOP from early warning on", device =>
    {
        FillUntilCheck(device, out _);
        byte[] answer = device.Good("34 00 00 00 00 00 00 00 00 00", dataIn: 20);
        (answer[0] & 0xC0).ShouldBe(0x40, "EOP, not BOP");
    });

    /// <returns>The number of the block that was the first not to be GOOD, from 0.</returns>
    private static int FillUntilCheck(TargetDevice device, out Reply reply)
    {
        byte[] block = TargetDevice.Block(1, BlockBytes);
        for (int i = 0; i < MaxBlocks; i++)
        {
            reply = device.Write(block);
            if (reply.Outcome != "GOOD")
                return i;
        }
        throw new NotApplicableException($"no end after {MaxBlocks} blocks of {BlockBytes} bytes: a tape too long to be filled here");
    }
}
