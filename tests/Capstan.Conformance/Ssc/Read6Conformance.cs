namespace Capstan.Conformance.Ssc;

/// <summary>READ(6) with blocks of another length than asked for, filemarks and ends (SSC-4 6.4).</summary>
public abstract class Read6Conformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void AShorterBlockSetsIli() => Check("SSC-4 6.4: INFORMATION is requested minus actual", device =>
    {
        device.WriteTwoFiles();
        Reply reply = device.Read(1000).Checks("0/00/00 ILI info=900");
        reply.Buffer.Take(100).ShouldBe(TargetDevice.Block(1, 100));
        device.ShouldStandAt(1, "behind the block");
    });

    [Fact]
    public void AShorterBlockHasAResidual() => Check("SAM-5 5.3: what did not come is counted by the transport", device =>
    {
        device.WriteTwoFiles();
        Reply reply = device.Read(1000);
        reply.Residual.ShouldBe(900);
        reply.Data.ShouldBe(TargetDevice.Block(1, 100));
    });

    [Fact]
    public void AShorterBlockWithSili() => Check("SSC-4 6.4: SILI suppresses it", device =>
    {
        device.WriteTwoFiles();
        Reply reply = device.Read(1000, sili: true);
        reply.Good();
        reply.Buffer.Take(100).ShouldBe(TargetDevice.Block(1, 100));
        device.ShouldStandAt(1, "behind the block");
    });

    [Fact]
    public void AShorterBlockWithSiliHasAResidual() => Check("SAM-5 5.3: the only thing that tells the length then", device =>
    {
        device.WriteTwoFiles();
        Reply reply = device.Read(1000, sili: true);
        reply.Residual.ShouldBe(900);
    });

    [Fact]
    public void ALongerBlockSetsIli() => Check("SSC-4 6.4: INFORMATION is negative, two's complement", device =>
    {
        device.WriteTwoFiles();
        device.Read(40).Checks("0/00/00 ILI info=-60").Buffer.ShouldBe(TargetDevice.Block(1, 100)[..40]);
        device.ShouldStandAt(1, "behind the block");
        device.Read(200).Good().ShouldBe(TargetDevice.Block(2, 200), "the rest of it is not read as a block");
    });

    [Fact]
    public void ALongerBlockHasNoResidual() => Check("SAM-5 5.3: all that was asked for came", device =>
    {
        device.WriteTwoFiles();
        device.Read(40).Residual.ShouldBe(0);
    });

    [Fact]
    public void ALongerBlockWithSiliInVariableMode() => Check("SSC-4 6.4: not reported with BLOCK LENGTH 0", device =>
    {
        device.WriteTwoFiles();
        device.Read(40, sili: true).Good().ShouldBe(TargetDevice.Block(1, 100)[..40]);
        device.ShouldStandAt(1, "behind the block");
    });

    [Fact]
    public void ALongerBlockWithSiliAndABlockLength() => Check("SSC-4 6.4: reported with BLOCK LENGTH not 0", device =>
    {
        device.WriteTwoFiles();
        device.SetBlockLength(64).Good();
        device.Read(40, sili: true).Checks("0/00/00 ILI info=-60");
        device.ShouldStandAt(1, "behind the block");
    });

    [Fact]
    public void LengthZeroReadsNothing() => Check("SSC-4 6.4", device =>
    {
        device.WriteTwoFiles();
        device.Send("08 00 00 00 00 00").Good();
        device.ShouldStandAt(0, "a read of nothing moves nothing");
    });

    [Fact]
    public void AFilemarkStops() => Check("SSC-4 6.4: FM, INFORMATION is all that was asked for", device =>
    {
        device.WriteTwoFiles();
        device.Space(0, 3).Good();
        device.Read(1000).Checks("0/00/01 FM info=1000");
        device.ShouldStandAt(4, "behind the filemark");
        device.Read(400).Good().ShouldBe(TargetDevice.Block(4, 400));
    });

    [Fact]
    public void AFilemarkHasAResidual() => Check("SAM-5 5.3", device =>
    {
        device.WriteTwoFiles();
        device.Space(0, 3).Good();
        device.Read(1000).Residual.ShouldBe(1000);
    });

    [Fact]
    public void AFilemarkStopsAlsoWithSili() => Check("SSC-4 6.4", device =>
    {
        device.WriteTwoFiles();
        device.Space(0, 3).Good();
        device.Read(1000, sili: true).Checks("0/00/01 FM info=1000");
    });

    [Fact]
    public void TheEndOfDataIsBlank() => Check("SSC-4 6.4: BLANK CHECK, END-OF-DATA DETECTED", device =>
    {
        device.WriteTwoFiles();
        device.Space(3, 0).Good();
        for (int i = 0; i < 2; i++)
        {
            device.Read(1000).Checks("8/00/05 info=1000");
            device.ShouldStandAt(8, "at end of data");
        }
    });

    [Fact]
    public void FixedBlocks() => Check("SSC-4 6.4", device =>
    {
        device.WriteBlocks(4, 512);
        device.SetBlockLength(512).Good();
        device.Send("08 01 00 00 03 00", dataIn: 3 * 512).Good()
            .ShouldBe([.. TargetDevice.Block(1, 512), .. TargetDevice.Block(2, 512), .. TargetDevice.Block(3, 512)]);
        device.ShouldStandAt(3, "three blocks");
    });

    [Fact]
    public void FixedBlocksEndAtAFilemark() => Check("SSC-4 6.4: INFORMATION counts blocks", device =>
    {
        WriteFixedFile(device);
        Reply reply = device.Send("08 01 00 00 05 00", dataIn: 5 * 512).Checks("0/00/01 FM info=3");
        reply.Buffer.Take(1024).ShouldBe([.. TargetDevice.Block(1, 512), .. TargetDevice.Block(2, 512)]);
        device.ShouldStandAt(3, "behind the filemark");
    });

    [Fact]
    public void FixedBlocksEndAtEndOfData() => Check("SSC-4 6.4: INFORMATION counts blocks", device =>
    {
        WriteFixedFile(device);
        device.Space(1, 1).Good();
        device.Send("08 01 00 00 05 00", dataIn: 5 * 512).Checks("8/00/05 info=4");
        device.ShouldStandAt(4, "at end of data");
    });

    [Fact]
    public void FixedBlocksEndAtABlockOfAnotherLength() => Check("SSC-4 6.4: ILI, the odd block is not counted", device =>
    {
        device.Write(TargetDevice.Block(1, 512)).Good();
        device.Write(TargetDevice.Block(2, 100)).Good();
        device.Write(TargetDevice.Block(3, 512)).Good();
        device.Rewind();
        device.SetBlockLength(512).Good();
        device.Send("08 01 00 00 03 00", dataIn: 3 * 512).Checks("0/00/00 ILI info=2");
        device.ShouldStandAt(2, "behind the block of another length");
    });

    [Fact]
    public void FixedWithoutABlockLengthIsRefused() => Check("SSC-4 6.4", device =>
    {
        device.WriteTwoFiles();
        device.Send("08 01 00 00 01 00", dataIn: 512).RefusesField();
        device.ShouldStandAt(0, "nothing moved");
    });

    [Fact]
    public void FixedWithSiliIsRefused() => Check("SSC-4 6.4", device =>
    {
        device.WriteBlocks(1, 512);
        device.SetBlockLength(512).Good();
        device.Send("08 03 00 00 01 00", dataIn: 512).RefusesField();
        device.ShouldStandAt(0, "nothing moved");
    });

    private static void WriteFixedFile(TargetDevice device)
    {
        device.Write(TargetDevice.Block(1, 512)).Good();
        device.Write(TargetDevice.Block(2, 512)).Good();
        device.WriteFilemarks(1).Good();
        device.Write(TargetDevice.Block(3, 512)).Good();
        device.Rewind();
        device.SetBlockLength(512).Good();
    }
}
