namespace Capstan.Conformance.Ssc;

/// <summary>WRITE FILEMARKS(6) (SSC-4 6.9).</summary>
public abstract class WriteFilemarksConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void ManyAtOnce() => Check("SSC-4 6.9", device =>
    {
        device.Write(TargetDevice.Block(1, 100)).Good();
        device.WriteFilemarks(3).Good();
        device.ShouldStandAt(4, "a filemark is an object");
        device.Rewind();
        device.Read(100).Good();
        for (int i = 0; i < 3; i++)
            device.Read(100).Checks("0/00/01 FM info=100");
        device.Read(100).Outcome.ShouldStartWith("8/");
    });

    [Fact]
    public void CountZeroOnlySynchronizes() => Check("SSC-4 6.9: nothing is written, and nothing cut off", device =>
    {
        device.WriteTwoFiles();
        device.Read(100).Good();
        device.WriteFilemarks(0).Good();
        device.ShouldStandAt(1, "nothing moved");
        device.Read(200).Good().ShouldBe(TargetDevice.Block(2, 200));
    });

    [Fact]
    public void Immediately() => Check("SSC-4 6.9: IMMED with buffered mode 1", device =>
    {
        device.Write(TargetDevice.Block(1, 100)).Good();
        device.WriteFilemarks(1, immediate: true).Good();
        device.ShouldStandAt(2, "it counts at once");
        device.WriteFilemarks(0).Good();
        device.Rewind();
        device.Read(100).Good();
        device.Read(100).Checks("0/00/01 FM info=100");
    });

    [Fact]
    public void InTheMiddleEndsTheData() => Check("SSC-4 4.2.5", device =>
    {
        device.WriteTwoFiles();
        device.Space(0, 1).Good();
        device.WriteFilemarks(1).Good();
        device.Read(100).Outcome.ShouldStartWith("8/");
        device.ShouldStandAt(2, "end of data is behind it");
    });

    [Fact]
    public void AReservedBitIsRefused() => Check("SSC-4 6.9, SPC-4 4.3.1", device =>
    {
        device.Send("10 08 00 00 01 00").RefusesField();
        device.ShouldStandAt(0, "nothing was written");
    });
}
