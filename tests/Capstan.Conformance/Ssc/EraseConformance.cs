namespace Capstan.Conformance.Ssc;

/// <summary>ERASE(6) (SSC-4 6.2).</summary>
public abstract class EraseConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void FromTheBeginning() => Check("SSC-4 6.2: LONG=0", device =>
    {
        device.WriteTwoFiles();
        device.Send("19 00 00 00 00 00").Good();
        device.Rewind();
        device.Read(100).Outcome.ShouldStartWith("8/");
        device.ShouldStandAt(0, "a tape without data");
    });

    [Fact]
    public void LongFromTheBeginning() => Check("SSC-4 6.2: LONG=1", device =>
    {
        device.WriteTwoFiles();
        device.Send("19 01 00 00 00 00").Good();
        device.Rewind();
        device.Read(100).Outcome.ShouldStartWith("8/");
    });

    [Fact]
    public void FromTheMiddle() => Check("SSC-4 6.2: what is before stays", device =>
    {
        device.WriteTwoFiles();
        device.Space(0, 2).Good();
        device.Send("19 00 00 00 00 00").Good();
        device.Rewind();
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100));
        device.Read(200).Good().ShouldBe(TargetDevice.Block(2, 200));
        device.Read(300).Outcome.ShouldStartWith("8/");
    });
}
