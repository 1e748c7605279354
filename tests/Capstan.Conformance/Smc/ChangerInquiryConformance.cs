namespace Capstan.Conformance.Smc;

/// <summary>INQUIRY of a media changer, and its element map (SMC-3).</summary>
public abstract class ChangerInquiryConformance(ITargetFixture fixture) : ChangerConformance(fixture)
{
    [Fact]
    public void StandardData() => Check("SPC-4 6.6.2: device type 08h", device =>
    {
        byte[] answer = device.Good("12 00 00 00 60 00", dataIn: 96);
        answer.Length.ShouldBeGreaterThanOrEqualTo(36);
        answer[0].ShouldBe((byte)0x08);
        (answer[3] & 0x0F).ShouldBe(0x02, "RESPONSE DATA FORMAT");
    });

    [Fact]
    public void ElementAddressAssignment() => Check("SMC-3 7.3.4: mode page 1Dh, 20 bytes", device =>
    {
        byte[] answer = device.Good("1A 08 1D 00 FF 00", dataIn: 255);
        answer.Length.ShouldBe(24);
        (answer[4] & 0x3F).ShouldBe(0x1D);
        answer[5].ShouldBe((byte)0x12);
    });

    [Fact]
    public void AnUnknownOperationCodeIsRefused() => Check("SPC-4 4.3.1", device =>
        device.Send("0C 00 00 00 00 00").Checks("5/20/00"));
}
