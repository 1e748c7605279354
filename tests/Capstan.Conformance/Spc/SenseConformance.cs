namespace Capstan.Conformance.Spc;

/// <summary>TEST UNIT READY (SPC-4 6.47), REQUEST SENSE (6.39), formats of sense data (4.5), refusals.</summary>
public abstract class SenseConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const string Unknown = "1F 00 00 00 00 00";

    [Fact]
    public void ReadyWithATape() => Check("SPC-4 6.47", device => device.Send("00 00 00 00 00 00").Good());

    [Fact]
    public void AnUnknownOperationCodeIsRefused() => Check("SPC-4 4.3.1: INVALID COMMAND OPERATION CODE", device =>
        device.Send(Unknown).Checks("5/20/00"));

    [Fact]
    public void AnUnknownOperationCodeIsPointedAt() => Check("SPC-4 4.5.2.4.2: optional, LTO drives do", device =>
        RawSense.FieldPointer(device.Send(Unknown).Sense).ShouldBeOneOf("CDB 0", "CDB 0.7"));

    [Fact]
    public void ARefusedFieldIsPointedAt() => Check("SPC-4 4.5.2.4.2: optional, LTO drives do", device =>
    {
        // EVPD is byte 1 bit 0, the page code the whole of byte 2; a pointer to the bit is right, too.
        RawSense.FieldPointer(device.Send("12 01 F7 00 FF 00", dataIn: 255).Sense).ShouldBeOneOf("CDB 2", "CDB 2.7");
        RawSense.FieldPointer(device.Send("08 03 00 00 01 00", dataIn: 512).Sense).ShouldBeOneOf("CDB 1.0", "CDB 1.1");
    });

    [Fact]
    public void SenseIsToldOnce() => Check("SAM-5 5.13: autosense leaves nothing behind", device =>
    {
        device.Send(Unknown).Checks("5/20/00");
        RawSense.Describe(device.Good("03 00 00 00 FC 00", dataIn: 252)).ShouldBe("0/00/00");
    });

    [Fact]
    public void RequestSenseFixed() => Check("SPC-4 6.39, 4.5.3: 70h, at least 18 bytes", device =>
    {
        byte[] sense = device.Good("03 00 00 00 FC 00", dataIn: 252);
        sense.Length.ShouldBeGreaterThanOrEqualTo(18);
        (sense[0] & 0x7F).ShouldBe(0x70);
        (sense[7] + 8).ShouldBe(sense.Length, "ADDITIONAL SENSE LENGTH");
    });

    [Fact]
    public void RequestSenseDescriptor() => Check("SPC-4 6.39, 4.5.2: DESC, 72h", device =>
    {
        byte[] sense = device.Good("03 01 00 00 FC 00", dataIn: 252);
        sense.Length.ShouldBeGreaterThanOrEqualTo(8);
        (sense[0] & 0x7F).ShouldBe(0x72);
        (sense[7] + 8).ShouldBe(sense.Length, "ADDITIONAL SENSE LENGTH");
    });

    [Fact]
    public void RequestSenseIsCutAtTheAllocationLength() => Check("SPC-4 4.3.5.6", device =>
    {
        byte whole = device.Good("03 00 00 00 FC 00", dataIn: 252)[7];
        byte[] sense = device.Good("03 00 00 00 08 00", dataIn: 8);
        sense.Length.ShouldBe(8);
        sense[7].ShouldBe(whole);
    });

    [Fact]
    public void SenseInDescriptorFormat() => Check("SPC-4 7.5.8: D_SENSE of the control page, stream commands descriptor", device =>
    {
        device.WriteTwoFiles();
        SetDescriptorSense(device, true).Good();
        try
        {
            Reply reply = device.Read(1000).Checks("0/00/00 ILI info=900");
            (reply.Sense[0] & 0x7F).ShouldBe(0x72);
            device.Space(0, 2).Good();
            device.Read(1000).Checks("0/00/01 FM info=1000");
            device.Send(Unknown).Checks("5/20/00");
        }
        finally
        {
            SetDescriptorSense(device, false).Good();
        }
        (device.Send(Unknown).Sense[0] & 0x7F).ShouldBe(0x70);
    });

    private static Reply SetDescriptorSense(TargetDevice device, bool on)
    {
        byte[] answer = device.Good("1A 08 0A 00 FF 00", dataIn: 255);
        answer.Length.ShouldBeGreaterThanOrEqualTo(16);
        byte[] list = [0, 0, (byte)(answer[2] & 0x70), 0, .. answer[4..16]];
        list[4] &= 0x3F;
        list[6] = (byte)(on ? list[6] | 0x04 : list[6] & ~0x04);
        return device.Send("15 10 00 00 10 00", list);
    }
}
