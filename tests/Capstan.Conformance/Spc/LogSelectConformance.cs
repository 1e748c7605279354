namespace Capstan.Conformance.Spc;

/// <summary>LOG SELECT (SPC-4 6.7).</summary>
public abstract class LogSelectConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const byte SequentialAccess = 0x0C;

    [Fact]
    public void CountersOfAPageAreReset() => Check("SPC-4 6.7: PCR", device =>
    {
        device.Write(TargetDevice.Block(1, 3000)).Good();
        LogSenseConformance.Parameter(LogSenseConformance.Page(device, SequentialAccess), 0x0000).ShouldBeGreaterThanOrEqualTo(3000);
        device.Send("4C 02 CC 00 00 00 00 00 00 00").Good();
        LogSenseConformance.Parameter(LogSenseConformance.Page(device, SequentialAccess), 0x0000).ShouldBe(0);
    });

    [Fact]
    public void AllCountersAreReset() => Check("SPC-4 6.7: PCR, page 00h without a list is every page", device =>
    {
        device.Write(TargetDevice.Block(1, 3000)).Good();
        device.Send("4C 02 C0 00 00 00 00 00 00 00").Good();
        LogSenseConformance.Parameter(LogSenseConformance.Page(device, SequentialAccess), 0x0000).ShouldBe(0);
    });

    [Fact]
    public void ThePositionStays() => Check("SPC-4 6.7", device =>
    {
        device.WriteTwoFiles();
        device.Read(100).Good();
        device.Send("4C 02 C0 00 00 00 00 00 00 00").Good();
        device.ShouldStandAt(1, "nothing moved");
    });

    [Fact]
    public void AnEmptyListIsNoError() => Check("SPC-4 6.7: PARAMETER LIST LENGTH 0", device =>
        device.Send("4C 00 C0 00 00 00 00 00 00 00").Good());

    [Fact]
    public void ResetWithAListIsRefused() => Check("SPC-4 6.7: PCR and PARAMETER LIST LENGTH not 0", device =>
        device.Send("4C 02 C0 00 00 00 00 00 04 00", [0x0C, 0, 0, 0]).RefusesField());

    [Fact]
    public void AnUnsupportedPageIsRefused() => Check("SPC-4 6.7", device =>
        device.Send("4C 02 FF 00 00 00 00 00 00 00").RefusesField());
}
