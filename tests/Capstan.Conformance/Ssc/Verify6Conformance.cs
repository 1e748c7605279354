namespace Capstan.Conformance.Ssc;

/// <summary>VERIFY(6) (SSC-4 6.7): reads without a transfer.</summary>
public abstract class Verify6Conformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void ABlock() => Check("SSC-4 6.7", device =>
    {
        device.WriteTwoFiles();
        device.Send("13 00 00 00 64 00").Good();
        device.ShouldStandAt(1, "behind the block");
    });

    [Fact]
    public void FixedBlocks() => Check("SSC-4 6.7", device =>
    {
        device.WriteBlocks(3, 512);
        device.SetBlockLength(512).Good();
        device.Send("13 01 00 00 02 00").Good();
        device.ShouldStandAt(2, "behind the blocks");
    });

    [Fact]
    public void AShorterBlock() => Check("SSC-4 6.7: ILI as READ(6)", device =>
    {
        device.WriteTwoFiles();
        device.Send("13 00 00 03 E8 00").Checks("0/00/00 ILI info=900");
        device.ShouldStandAt(1, "behind the block");
    });

    [Fact]
    public void AFilemarkStops() => Check("SSC-4 6.7", device =>
    {
        device.WriteTwoFiles();
        device.Space(0, 3).Good();
        device.Send("13 00 00 00 64 00").Checks("0/00/01 FM info=100");
        device.ShouldStandAt(4, "behind the filemark");
    });

    [Fact]
    public void TheEndOfDataIsBlank() => Check("SSC-4 6.7", device =>
    {
        device.WriteTwoFiles();
        device.Space(3, 0).Good();
        device.Send("13 00 00 00 64 00").Checks("8/00/05 info=100");
    });

    [Fact]
    public void LengthZero() => Check("SSC-4 6.7", device =>
    {
        device.WriteTwoFiles();
        device.Send("13 00 00 00 00 00").Good();
        device.ShouldStandAt(0, "nothing moved");
    });
}
