using System.Buffers.Binary;

namespace Capstan.Conformance.Spc;

/// <summary>LOG SENSE (SPC-4 6.8), REPORT LUNS (6.33), REPORT SUPPORTED OPERATION CODES (6.35).</summary>
public abstract class ReportConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void LogPagesAreListed() => Check("SPC-4 7.3.2: page 00h, ascending", device =>
    {
        byte[] pages = LogPage(device, 0x00);
        pages.ShouldContain((byte)0x00);
        pages.ShouldBe([.. pages.Order()]);
    });

    [Fact]
    public void EveryLogPageIsThere() => Check("SPC-4 7.3.1, 7.3.2: parameters fill the page", device =>
    {
        foreach (byte page in LogPage(device, 0x00).Where(page => page != 0))
        {
            byte[] list = LogPage(device, page);
            int at = 0;
            while (at + 4 <= list.Length)
                at += 4 + list[at + 3];
            at.ShouldBe(list.Length, $"page {page:X2}h");
        }
    });

    [Fact]
    public void AnUnsupportedLogPageIsRefused() => Check("SPC-4 6.8", device =>
        device.Send("4D 00 7F 00 00 00 00 02 00 00", dataIn: 512).RefusesField());

    [Fact]
    public void TapeAlert() => Check("SSC-4 8.2.3: page 2Eh, 64 flags", device => LogPage(device, 0x2E).Length.ShouldBe(64 * 5));

    [Fact]
    public void SequentialAccessDevice() => Check("SSC-4 8.2.2: page 0Ch", device => LogPage(device, 0x0C).Length.ShouldBeGreaterThan(0));

    [Fact]
    public void ReportLunsNamesTheUnit() => Check("SPC-4 6.33", device =>
    {
        byte[] answer = device.Good("A0 00 00 00 00 00 00 00 10 00 00 00", dataIn: 4096);
        int length = (int)BinaryPrimitives.ReadUInt32BigEndian(answer);
        (length % 8).ShouldBe(0);
        length.ShouldBeGreaterThanOrEqualTo(8);
        answer.Length.ShouldBe(8 + length);
    });

    [Fact]
    public void OperationCodesAreListed() => Check("SPC-4 6.35.2: what a tape drive must have is among them", device =>
    {
        byte[] answer = device.Good("A3 0C 00 00 00 00 00 00 40 00 00 00", dataIn: 16_384);
        int length = (int)BinaryPrimitives.ReadUInt32BigEndian(answer);
        answer.Length.ShouldBe(4 + length);
        List<byte> codes = [];
        for (int at = 4; at < answer.Length; at += (answer[at + 5] & 0x02) != 0 ? 20 : 8)
            codes.Add(answer[at]);
        // SSC-4 table "Commands", column implicit address mode: mandatory.
        foreach (byte code in new byte[] { 0x00, 0x01, 0x03, 0x05, 0x08, 0x0A, 0x10, 0x11, 0x12, 0x15, 0x19, 0x1A, 0x1B, 0x2B, 0x34, 0xA0 })
            codes.ShouldContain(code, $"{code:X2}h");
    });

    [Fact]
    public void AListedCodeIsDescribed() => Check("SPC-4 6.35.3: SUPPORT 011b, CDB SIZE, usage data", device =>
    {
        byte[] answer = device.Good("A3 0C 01 08 00 00 00 00 00 40 00 00", dataIn: 64);
        (answer[1] & 0x07).ShouldBe(3, "READ(6) is supported as the standard says");
        BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2)).ShouldBe((ushort)6);
        answer[4].ShouldBe((byte)0x08);
    });

    [Fact]
    public void AnUnknownCodeIsSaidToBeUnsupported() => Check("SPC-4 6.35.3: SUPPORT 001b", device =>
        (device.Good("A3 0C 01 1F 00 00 00 00 00 40 00 00", dataIn: 64)[1] & 0x07).ShouldBe(1));

    private static byte[] LogPage(TargetDevice device, byte page)
    {
        byte[] answer = device.Good($"4D 00 {0x40 | page:X2} 00 00 00 00 40 00 00", dataIn: 16_384);
        answer.Length.ShouldBeGreaterThanOrEqualTo(4);
        (answer[0] & 0x3F).ShouldBe(page);
        int length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2));
        (4 + length).ShouldBe(answer.Length, $"page {page:X2}h: PAGE LENGTH");
        return answer[4..];
    }
}
