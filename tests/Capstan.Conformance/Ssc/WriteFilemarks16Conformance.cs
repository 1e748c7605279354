namespace Capstan.Conformance.Ssc;

/// <summary>WRITE FILEMARKS(16) (SSC-4 5.7), in implicit address mode.</summary>
public abstract class WriteFilemarks16Conformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void ManyAtOnce() => Check("SSC-4 5.7", device =>
    {
        device.Write(TargetDevice.Block(1, 100)).Good();
        Send(device, "00", 3).Good();
        device.ShouldStandAt(4, "a filemark is an object");
        device.Rewind();
        device.Read(100).Good();
        for (int i = 0; i < 3; i++)
            device.Read(100).Checks("0/00/01 FM info=100");
        device.Read(100).Outcome.ShouldStartWith("8/");
    });

    [Fact]
    public void CountZeroOnlySynchronizes() => Check("SSC-4 5.7: nothing is written, and nothing cut off", device =>
    {
        device.WriteTwoFiles();
        device.Read(100).Good();
        Send(device, "00", 0).Good();
        device.ShouldStandAt(1, "nothing moved");
        device.Read(200).Good().ShouldBe(TargetDevice.Block(2, 200));
    });

    [Fact]
    public void Immediately() => Check("SSC-4 5.7: IMMED with buffered mode 1", device =>
    {
        device.Write(TargetDevice.Block(1, 100)).Good();
        Send(device, "01", 1).Good();
        Send(device, "00", 0).Good();
        device.ShouldStandAt(2, "it counts");
    });

    [Fact]
    public void AReservedBitIsRefused() => Check("SSC-4 5.7, SPC-4 4.3.1", device =>
    {
        Send(device, "40", 1).RefusesField();
        device.ShouldStandAt(0, "nothing was written");
    });

    private static Reply Send(TargetDevice device, string flags, int count) => device.Send($"80 {flags} 00 00 0000000000000000 {count:X6} 00");
}
