using System.Buffers.Binary;

namespace Capstan.Conformance.Spc;

/// <summary>MODE SENSE(6) and (10) (SPC-4 6.11, 6.12), MODE SELECT(6) and (10) (6.9, 6.10), pages of SSC-4 8.5.</summary>
public abstract class ModeConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const string Select6 = "15 10 00 00 0C 00";

    [Fact]
    public void SixHasHeaderAndBlockDescriptor() => Check("SPC-4 7.5.5, SSC-4 8.5.2", device =>
    {
        byte[] answer = device.Good("1A 00 3F 00 FF 00", dataIn: 255);
        answer.Length.ShouldBeGreaterThanOrEqualTo(12);
        (answer[0] + 1).ShouldBeGreaterThanOrEqualTo(answer.Length, "MODE DATA LENGTH does not count itself");
        (answer[2] & 0x70).ShouldBe(0x10, "BUFFERED MODE as it was set");
        answer[3].ShouldBe((byte)8, "BLOCK DESCRIPTOR LENGTH");
        (answer[9] << 16 | answer[10] << 8 | answer[11]).ShouldBe(0, "BLOCK LENGTH: variable, as it was set");
    });

    [Fact]
    public void TenHasHeaderAndBlockDescriptor() => Check("SPC-4 7.5.5, SSC-4 8.5.2", device =>
    {
        byte[] answer = device.Good("5A 00 3F 00 00 00 00 01 00 00", dataIn: 256);
        answer.Length.ShouldBeGreaterThanOrEqualTo(16);
        (BinaryPrimitives.ReadUInt16BigEndian(answer) + 2).ShouldBeGreaterThanOrEqualTo(answer.Length, "MODE DATA LENGTH does not count itself");
        (answer[3] & 0x70).ShouldBe(0x10, "BUFFERED MODE as it was set");
        BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6)).ShouldBe((ushort)8, "BLOCK DESCRIPTOR LENGTH");
        (answer[13] << 16 | answer[14] << 8 | answer[15]).ShouldBe(0, "BLOCK LENGTH: variable, as it was set");
    });

    [Fact]
    public void NoBlockDescriptorWithDbd() => Check("SPC-4 6.11.1: DBD", device =>
        device.Good("1A 08 10 00 FF 00", dataIn: 255)[3].ShouldBe((byte)0));

    [Fact]
    public void AllPagesAreInOrder() => Check("SPC-4 6.11.1: page 3Fh, ascending, each complete", device =>
    {
        List<(int Page, int Length)> pages = Pages(device, "5A 08 3F 00 00 00 00 04 00 00");
        pages.ShouldNotBeEmpty();
        pages.Select(page => page.Page).ShouldBe(pages.Select(page => page.Page).Order());
    });

    [Fact]
    public void ReadWriteErrorRecovery() => Check("SPC-4 7.5, SSC-4 8.5.5: page 01h", device => HasPage(device, 0x01, 12));

    [Fact]
    public void DisconnectReconnect() => Check("SPC-4 7.5.10: page 02h", device => HasPage(device, 0x02, 16));

    [Fact]
    public void Control() => Check("SPC-4 7.5.8: page 0Ah", device => HasPage(device, 0x0A, 12));

    [Fact]
    public void DataCompression() => Check("SSC-4 8.5.2: page 0Fh", device => HasPage(device, 0x0F, 16));

    [Fact]
    public void DeviceConfiguration() => Check("SSC-4 8.5.3: page 10h", device => HasPage(device, 0x10, 16));

    [Fact]
    public void InformationalExceptions() => Check("SPC-4 7.5.11, SSC-4 8.5.6: page 1Ch", device => HasPage(device, 0x1C, 12));

    [Fact]
    public void AnUnsupportedPageIsRefused() => Check("SPC-4 6.11.1", device => device.Send("1A 00 2E 00 FF 00", dataIn: 255).RefusesField());

    [Fact]
    public void SavedValuesAreThereOrRefused() => Check("SPC-4 6.11.3: SAVING PARAMETERS NOT SUPPORTED", device =>
        device.Send("1A 00 D0 00 FF 00", dataIn: 255).Outcome.ShouldBeOneOf("5/39/00", "GOOD"));

    [Fact]
    public void ChangeableValuesKeepTheHeaderOfThePage() => Check("SPC-4 6.11.2", device =>
    {
        byte[] answer = device.Good("1A 08 50 00 FF 00", dataIn: 255);
        answer.Length.ShouldBe(20);
        (answer[4] & 0x3F).ShouldBe(0x10);
        answer[5].ShouldBe((byte)0x0E);
    });

    [Fact]
    public void SelectSixSetsTheBlockLength() => Check("SPC-4 6.9, SSC-4 8.3", device =>
    {
        device.Send(Select6, [0, 0, 0x10, 8, 0x7F, 0, 0, 0, 0, 0, 0x02, 0x00]).Good();
        BlockLength(device).ShouldBe(512);
        device.Send(Select6, [0, 0, 0x10, 8, 0x7F, 0, 0, 0, 0, 0, 0, 0]).Good();
        BlockLength(device).ShouldBe(0);
    });

    [Fact]
    public void SelectTenSetsTheBlockLength() => Check("SPC-4 6.10, SSC-4 8.3", device =>
    {
        device.Send("55 10 00 00 00 00 00 00 10 00", [0, 0, 0, 0x10, 0, 0, 0, 8, 0x7F, 0, 0, 0, 0, 0, 0x04, 0x00]).Good();
        BlockLength(device).ShouldBe(1024);
    });

    [Fact]
    public void SelectOfNothingIsNoError() => Check("SPC-4 6.9: PARAMETER LIST LENGTH 0", device =>
    {
        device.SetBlockLength(512).Good();
        device.Send("15 10 00 00 00 00").Good();
        BlockLength(device).ShouldBe(512, "nothing changed");
    });

    [Fact]
    public void SelectOfHalfAHeaderIsRefused() => Check("SPC-4 6.9: PARAMETER LIST LENGTH ERROR", device =>
        device.Send("15 10 00 00 03 00", [0, 0, 0x10]).Checks("5/1A/00"));

    [Fact]
    public void SelectOfHalfABlockDescriptorIsRefused() => Check("SPC-4 6.9: PARAMETER LIST LENGTH ERROR, nothing changes", device =>
    {
        device.Send("15 10 00 00 08 00", [0, 0, 0x10, 8, 0x7F, 0, 0, 0]).Checks("5/1A/00");
        BlockLength(device).ShouldBe(0);
    });

    [Fact]
    public void SelectOfAnUnknownPageIsRefused() => Check("SPC-4 6.9: INVALID FIELD IN PARAMETER LIST, nothing changes", device =>
    {
        device.Send("15 10 00 00 10 00", [0, 0, 0x10, 8, 0x7F, 0, 0, 0, 0, 0, 0x02, 0x00, 0x2E, 2, 0, 0]).Checks("5/26/00");
        BlockLength(device).ShouldBe(0, "the whole list is checked first");
    });

    [Fact]
    public void UnbufferedModeCanBeSet() => Check("SSC-4 8.3: BUFFERED MODE 0", device =>
    {
        device.Send(Select6, [0, 0, 0x00, 8, 0x7F, 0, 0, 0, 0, 0, 0, 0]).Good();
        (device.Good("1A 00 3F 00 FF 00", dataIn: 255)[2] & 0x70).ShouldBe(0);
        device.Write(TargetDevice.Block(1, 100)).Good();
        device.Rewind();
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100));
    });

    private static int BlockLength(TargetDevice device)
    {
        byte[] answer = device.Good("1A 00 3F 00 FF 00", dataIn: 255);
        answer[3].ShouldBe((byte)8, "BLOCK DESCRIPTOR LENGTH");
        return answer[9] << 16 | answer[10] << 8 | answer[11];
    }

    private static void HasPage(TargetDevice device, int page, int length) =>
        Pages(device, $"5A 08 {page:X2} 00 00 00 00 04 00 00").ShouldHaveSingleItem().ShouldBe((page, length));

    /// <summary>Pages of a MODE SENSE(10) without block descriptor.</summary>
    private static List<(int Page, int Length)> Pages(TargetDevice device, string cdb)
    {
        byte[] answer = device.Good(cdb, dataIn: 1024);
        answer.Length.ShouldBeGreaterThanOrEqualTo(8);
        int end = BinaryPrimitives.ReadUInt16BigEndian(answer) + 2;
        end.ShouldBeLessThanOrEqualTo(answer.Length, "MODE DATA LENGTH");
        List<(int, int)> pages = [];
        for (int at = 8; at < end;)
        {
            (at + 2).ShouldBeLessThanOrEqualTo(end);
            // SPF: a subpage has a header of four bytes.
            int length = (answer[at] & 0x40) != 0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at + 2)) : 2 + answer[at + 1];
            (at + length).ShouldBeLessThanOrEqualTo(end, $"page {answer[at]:X2}h is complete");
            pages.Add((answer[at] & 0x3F, length));
            at += length;
        }
        return pages;
    }
}
