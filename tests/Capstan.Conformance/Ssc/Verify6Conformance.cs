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

    [Fact]
    public void ByFilemarks() => Verifying("SSC-4 6.7: VBF", "13 08 00 00 00 00", device =>
    {
        device.WriteTwoFiles();
        device.Read(100).Good();
        device.Send("13 08 00 00 01 00").Good();
        device.ShouldStandAt(4, "behind the filemark");
        device.Rewind();
        device.Send("13 08 00 00 02 00").Good();
        device.ShouldStandAt(8, "behind the second filemark");
    });

    [Fact]
    public void ByFilemarksIntoEndOfData() => Verifying("SSC-4 6.7: BLANK CHECK, INFORMATION counts filemarks", "13 08 00 00 00 00", device =>
    {
        device.WriteTwoFiles();
        device.Send("13 08 00 00 05 00").Checks("8/00/05 info=3");
        device.ShouldStandAt(8, "the end of data");
    });

    [Fact]
    public void ToEndOfData() => Verifying("SSC-4 6.7: VTE", "13 20 00 00 00 00", device =>
    {
        device.WriteTwoFiles();
        device.Send("13 20 00 00 00 00").Good();
        device.ShouldStandAt(8, "the end of data");
    });

    private void Verifying(string clause, string probe, Action<TargetDevice> check, [System.Runtime.CompilerServices.CallerMemberName] string method = "") => Check(clause, device =>
    {
        device.WriteTwoFiles();
        device.Space(3, 0).Good();
        DoesNotApply(device.Send(probe).Outcome == "5/24/00", "the drive verifies blocks only: LTO-5 and newer know filemarks");
        check(device);
    }, method);
}
