namespace Capstan.Conformance.Spc;

/// <summary>SEND DIAGNOSTIC (SPC-4 6.42) and RECEIVE DIAGNOSTIC RESULTS (6.32).</summary>
public abstract class DiagnosticConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void TheDefaultSelfTestPasses() => Check("SPC-4 6.42: SELFTEST=1", device => device.Send("1D 04 00 00 00 00").Good());

    [Fact]
    public void ATestAndACodeExcludeEachOther() => Check("SPC-4 6.42: SELF-TEST CODE with SELFTEST=1", device =>
        device.Send("1D 24 00 00 00 00").RefusesField());

    [Fact]
    public void PagesAreListed() => Check("SPC-4 7.2.2: page 00h, ascending", device =>
    {
        byte[] answer = device.Good("1C 01 00 04 00 00", dataIn: 1024);
        answer[0].ShouldBe((byte)0);
        int length = answer[2] << 8 | answer[3];
        answer.Length.ShouldBe(4 + length);
        byte[] pages = answer[4..];
        pages.ShouldContain((byte)0);
        pages.ShouldBe([.. pages.Order()]);
    });

    [Fact]
    public void APageThatWasAskedForIsReceived() => Check("SPC-4 6.32: PCV=0, what SEND DIAGNOSTIC asked for", device =>
    {
        device.Send("1D 10 00 00 04 00", [0, 0, 0, 0]).Good();
        byte[] answer = device.Good("1C 00 00 04 00 00", dataIn: 1024);
        answer[0].ShouldBe((byte)0);
        answer.ShouldBe(device.Good("1C 01 00 04 00 00", dataIn: 1024));
    });

    [Fact]
    public void AnUnsupportedPageIsRefused() => Check("SPC-4 6.32", device =>
        device.Send("1C 01 3E 04 00 00", dataIn: 1024).RefusesField());

    [Fact]
    public void CutAtTheAllocationLength() => Check("SPC-4 4.3.5.6", device =>
        device.Good("1C 01 00 00 04 00", dataIn: 4).ShouldBe(device.Good("1C 01 00 04 00 00", dataIn: 1024)[..4]));
}
