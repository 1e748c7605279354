namespace Capstan.Conformance.Smc;

/// <summary>INITIALIZE ELEMENT STATUS, POSITION TO ELEMENT, PREVENT ALLOW MEDIUM REMOVAL, mode pages and volume tags of a changer (SMC-3).</summary>
public abstract class ChangerControlConformance(ITargetFixture fixture) : ChangerConformance(fixture)
{
    [Fact]
    public void InitializeElementStatus() => Check("SMC-3 6.4", device =>
    {
        List<Element> before = Element.ReadAll(device, 2);
        device.Send("07 00 00 00 00 00").Good();
        Element.ReadAll(device, 2).ShouldBe(before);
    });

    [Fact]
    public void InitializeElementStatusWithRange() => Check("SMC-3 6.5: 37h, or E7h of older changers", device =>
    {
        int slot = Element.ReadAll(device, 2)[0].Address;
        Reply reply = device.Send($"37 00 {slot:X4} 0000 0002 00 00");
        if (reply.Outcome == "5/20/00")
            reply = device.Send($"E7 01 {slot:X4} 0000 0002 00 00");
        DoesNotApply(reply.Outcome == "5/20/00", "the changer has neither");
        reply.Good();
    });

    [Fact]
    public void PositionToElement() => Check("SMC-3 6.10", device =>
    {
        int slot = Element.ReadAll(device, 2)[0].Address;
        Reply reply = device.Send($"2B 00 0000 {slot:X4} 0000 00 00");
        DoesNotApply(reply.Outcome == "5/20/00", "the changer has no POSITION TO ELEMENT");
        reply.Good();
        device.Send("2B 00 0000 FFFE 0000 00 00").Checks("5/21/01");
    });

    [Fact]
    public void PreventAndAllow() => Check("SPC-4 6.13", device =>
    {
        Reply reply = device.Send("1E 00 00 00 01 00");
        DoesNotApply(reply.Outcome == "5/20/00", "the changer has no PREVENT ALLOW MEDIUM REMOVAL");
        reply.Good();
        device.Send("1E 00 00 00 00 00").Good();
    });

    [Fact]
    public void TheElementMapAgreesWithWhatIsReported() => Check("SMC-3 7.3.4: mode page 1Dh against READ ELEMENT STATUS", device =>
    {
        byte[] page = device.Good("1A 08 1D 00 FF 00", dataIn: 255)[4..];
        (int type, int at)[] fields = [(1, 2), (2, 6), (4, 14)];
        foreach ((int type, int at) in fields)
        {
            List<Element> elements = Element.ReadAll(device, type);
            elements[0].Address.ShouldBe(page[at] << 8 | page[at + 1], "FIRST ADDRESS");
            elements.Count.ShouldBe(page[at + 2] << 8 | page[at + 3], "NUMBER");
        }
    });

    [Fact]
    public void TransportGeometry() => Check("SMC-3 7.3.6: mode page 1Eh", device =>
    {
        byte[] answer = device.Good("1A 08 1E 00 FF 00", dataIn: 255);
        (answer[4] & 0x3F).ShouldBe(0x1E);
        answer[5].ShouldBe((byte)2, "one transport element");
    });

    [Fact]
    public void DeviceCapabilities() => Check("SMC-3 7.3.3: mode page 1Fh: slots to drives and back", device =>
    {
        byte[] answer = device.Good("1A 08 1F 00 FF 00", dataIn: 255);
        (answer[4] & 0x3F).ShouldBe(0x1F);
        (answer[4 + 2] & 0x0A).ShouldBe(0x0A, "STORDT, STORST");
        (answer[4 + 5] & 0x08).ShouldBe(0x08, "ST->DT");
        (answer[4 + 7] & 0x02).ShouldBe(0x02, "DT->ST");
    });

    [Fact]
    public void ModeSelectChangesNothing() => Check("SMC-3 7.3.4: changeable values of mode page 1Dh", device =>
    {
        byte[] changeable = device.Good("1A 08 5D 00 FF 00", dataIn: 255);
        changeable[6..].ShouldAllBe(one => one == 0);
        Reply reply = device.Send("15 10 00 00 18 00", dataOut: [0, 0, 0, 0, 0x1D, 0x12, .. new byte[18]]);
        DoesNotApply(reply.Outcome == "5/20/00", "the changer has no MODE SELECT");
        reply.Checks("5/26/00");
    });

    [Fact]
    public void TapeAlert() => Check("SMC-3: log page 2Eh", device =>
    {
        Reply reply = device.Send("4D 00 6E 00 00 00 00 02 00 00", dataIn: 512);
        DoesNotApply(reply.Outcome == "5/20/00", "the changer has no LOG SENSE");
        byte[] page = device.Good("4D 00 6E 00 00 00 00 02 00 00", dataIn: 512);
        (page[0] & 0x3F).ShouldBe(0x2E);
        int length = page[2] << 8 | page[3];
        page.Length.ShouldBe(4 + length);
        (length % 5).ShouldBe(0);
    });

    [Fact]
    public void ASearchForAVolumeFindsIt() => Check("SMC-3 6.18, 6.14", device =>
    {
        Element full = Element.ReadAll(device, 2).First(element => element.IsFull);
        byte[] list = [.. System.Text.Encoding.ASCII.GetBytes(full.VolumeTag.PadRight(32)), .. new byte[8]];
        Reply reply = device.Send("B6 00 0000 00 05 0000 0028 00 00", dataOut: list);
        DoesNotApply(reply.Outcome == "5/20/00", "the changer has no SEND VOLUME TAG");
        reply.Good();
        byte[] answer = device.Good("B5 10 0000 03E8 00 00FFFF 00 00", dataIn: 0xFFFF);
        (answer[0] << 8 | answer[1]).ShouldBe(full.Address);
        (answer[2] << 8 | answer[3]).ShouldBe(1);
    });

    [Fact]
    public void SupportedOperationCodesAreAnswered() => Check("SPC-4 6.35", device =>
    {
        Reply reply = device.Send("A3 0C 00 00 00 00 00 00 10 00 00 00", dataIn: 4096);
        DoesNotApply(reply.Outcome == "5/20/00", "the changer has no REPORT SUPPORTED OPERATION CODES");
        byte[] answer = device.Good("A3 0C 00 00 00 00 00 00 10 00 00 00", dataIn: 4096);
        List<byte> codes = [];
        for (int at = 4; at + 8 <= answer.Length; at += 8)
            codes.Add(answer[at]);
        codes.ShouldContain((byte)0xA5);
        codes.ShouldContain((byte)0xB8);
        codes.ShouldNotContain((byte)0x08, "READ(6) is a tape drive's");
    });
}
