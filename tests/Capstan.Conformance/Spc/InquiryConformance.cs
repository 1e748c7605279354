using System.Buffers.Binary;
using System.Text;

namespace Capstan.Conformance.Spc;

/// <summary>INQUIRY (SPC-4 6.6) and the vital product data of a tape drive (SPC-4 7.8, SSC-4 8.6).</summary>
public abstract class InquiryConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const byte TapeDrive = 0x01;

    [Fact]
    public void StandardData() => Check("SPC-4 6.6.2", device =>
    {
        byte[] answer = device.Good("12 00 00 00 60 00", dataIn: 96);
        answer.Length.ShouldBeGreaterThanOrEqualTo(36, "36 bytes are mandatory");
        answer[0].ShouldBe(TapeDrive, "connected, sequential access");
        (answer[1] & 0x80).ShouldBe(0x80, "RMB: the medium can be taken out");
        answer[2].ShouldBeGreaterThanOrEqualTo((byte)0x03, "VERSION: SPC or later");
        (answer[3] & 0x0F).ShouldBe(0x02, "RESPONSE DATA FORMAT");
        (answer[4] + 5).ShouldBe(Math.Max(answer.Length, answer[4] + 5), "ADDITIONAL LENGTH covers what came");
        foreach (byte c in answer.AsSpan(8, 28))
            c.ShouldBeInRange((byte)0x20, (byte)0x7E, "identification is ASCII");
    });

    [Fact]
    public void CutAtTheAllocationLength() => Check("SPC-4 4.3.5.6: the length field is not altered", device =>
    {
        byte whole = device.Good("12 00 00 00 60 00", dataIn: 96)[4];
        byte[] answer = device.Good("12 00 00 00 05 00", dataIn: 5);
        answer.Length.ShouldBe(5);
        answer[4].ShouldBe(whole);
    });

    [Fact]
    public void LongAllocationHasAResidual() => Check("SAM-5 5.3", device =>
    {
        Reply reply = device.Send("12 00 00 04 00 00", dataIn: 1024);
        reply.Good();
        reply.Residual.ShouldBe(1024 - (reply.Data[4] + 5));
    });

    [Fact]
    public void AllocationLengthZeroIsNoError() => Check("SPC-4 4.3.5.6", device => device.Send("12 00 00 00 00 00").Good());

    [Fact]
    public void PageCodeWithoutEvpdIsRefused() => Check("SPC-4 6.6.1", device =>
        device.Send("12 00 80 00 60 00", dataIn: 96).RefusesField());

    [Fact]
    public void SupportedPages() => Check("SPC-4 7.8.14: ascending, 00h and 83h among them", device =>
    {
        byte[] pages = Page(device, 0x00);
        pages.ShouldContain((byte)0x00);
        pages.ShouldContain((byte)0x83);
        pages.ShouldBe([.. pages.Order()], "ascending");
    });

    [Fact]
    public void EverySupportedPageIsThere() => Check("SPC-4 7.8.14", device =>
    {
        foreach (byte page in Page(device, 0x00))
            Page(device, page);
    });

    [Fact]
    public void AnUnsupportedPageIsRefused() => Check("SPC-4 6.6.1", device =>
        device.Send("12 01 F7 00 FF 00", dataIn: 255).RefusesField());

    [Fact]
    public void UnitSerialNumber() => Check("SPC-4 7.8.16: ASCII", device =>
    {
        byte[] serial = Page(device, 0x80);
        serial.ShouldNotBeEmpty();
        Encoding.ASCII.GetString(serial).Trim().ShouldNotBeEmpty();
        serial.ShouldAllBe(c => c >= 0x20 && c <= 0x7E);
    });

    [Fact]
    public void DeviceIdentification() => Check("SPC-4 7.8.5: a designator of the logical unit, T10, EUI-64 or NAA", device =>
    {
        byte[] list = Page(device, 0x83);
        List<(int Association, int Type)> found = [];
        for (int at = 0; at < list.Length; at += 4 + list[at + 3])
        {
            (at + 4 + list[at + 3]).ShouldBeLessThanOrEqualTo(list.Length, "designators fill the page");
            found.Add((list[at + 1] >> 4 & 3, list[at + 1] & 0x0F));
        }
        found.ShouldContain(one => one.Association == 0 && one.Type >= 1 && one.Type <= 3, "logical unit name");
    });

    [Fact]
    public void SequentialAccessCapabilities() => Check("SSC-4 8.6.2: page B0h", device => Page(device, 0xB0).Length.ShouldBeGreaterThanOrEqualTo(1));

    private static byte[] Page(TargetDevice device, byte page)
    {
        byte[] answer = device.Good($"12 01 {page:X2} 00 FF 00", dataIn: 255);
        answer.Length.ShouldBeGreaterThanOrEqualTo(4, $"page {page:X2}h");
        answer[0].ShouldBe(TapeDrive, $"page {page:X2}h");
        answer[1].ShouldBe(page);
        int length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2));
        length.ShouldBeLessThanOrEqualTo(answer.Length - 4, $"page {page:X2}h: PAGE LENGTH");
        return answer[4..(4 + length)];
    }
}
