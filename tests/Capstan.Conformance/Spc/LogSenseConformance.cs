using System.Buffers.Binary;

namespace Capstan.Conformance.Spc;

/// <summary>LOG SENSE (SPC-4 6.8).</summary>
public abstract class LogSenseConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const byte TapeAlert = 0x2E;
    private const byte SequentialAccess = 0x0C;

    [Fact]
    public void PagesAreListed() => Check("SPC-4 7.3.2: page 00h, ascending", device =>
    {
        byte[] pages = Page(device, 0x00);
        pages.ShouldContain((byte)0x00);
        pages.ShouldBe([.. pages.Order()]);
    });

    [Fact]
    public void EveryPageIsThere() => Check("SPC-4 7.3.1, 7.3.2: parameters fill the page", device =>
    {
        foreach (byte page in Page(device, 0x00).Where(page => page != 0))
        {
            byte[] list = Page(device, page);
            int at = 0;
            while (at + 4 <= list.Length)
                at += 4 + list[at + 3];
            at.ShouldBe(list.Length, $"page {page:X2}h");
        }
    });

    [Fact]
    public void AnUnsupportedPageIsRefused() => Check("SPC-4 6.8", device =>
        device.Send("4D 00 7F 00 00 00 00 02 00 00", dataIn: 512).RefusesField());

    [Fact]
    public void SixtyFourTapeAlertFlags() => Check("SSC-4 8.2.3: page 2Eh, 64 flags", device => Page(device, TapeAlert).Length.ShouldBe(64 * 5));

    [Fact]
    public void BytesWrittenAreCounted() => Check("SSC-4 8.2.2: page 0Ch, parameter 0000h", device =>
    {
        long before = Parameter(Page(device, SequentialAccess), 0x0000);
        device.Write(TargetDevice.Block(1, 3000)).Good();
        device.Write(TargetDevice.Block(2, 2000)).Good();
        (Parameter(Page(device, SequentialAccess), 0x0000) - before).ShouldBe(5000);
    });

    [Fact]
    public void CutAtTheAllocationLength() => Check("SPC-4 4.3.5.6: the length field is not altered", device =>
    {
        byte[] header = device.Good($"4D 00 {0x40 | TapeAlert:X2} 00 00 00 00 00 04 00", dataIn: 4);
        BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)).ShouldBe((ushort)(64 * 5));
    });

    [Fact]
    public void ThePointerIsTheFirstParameter() => Check("SPC-4 6.8: PARAMETER POINTER", device =>
    {
        byte[] answer = device.Good($"4D 00 {0x40 | TapeAlert:X2} 00 00 00 21 02 00 00", dataIn: 512);
        answer.Length.ShouldBe(4 + 32 * 5);
        BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(4)).ShouldBe((ushort)0x21);
    });

    [Fact]
    public void APointerBehindTheLastParameterIsRefused() => Check("SPC-4 6.8", device =>
        device.Send($"4D 00 {0x40 | TapeAlert:X2} 00 00 00 41 02 00 00", dataIn: 512).RefusesField());

    internal static byte[] Page(TargetDevice device, byte page)
    {
        byte[] answer = device.Good($"4D 00 {0x40 | page:X2} 00 00 00 00 40 00 00", dataIn: 16_384);
        answer.Length.ShouldBeGreaterThanOrEqualTo(4);
        (answer[0] & 0x3F).ShouldBe(page);
        int length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2));
        (4 + length).ShouldBe(answer.Length, $"page {page:X2}h: PAGE LENGTH");
        return answer[4..];
    }

    /// <summary>Value of a counter in a page without its header.</summary>
    internal static long Parameter(byte[] list, int code)
    {
        for (int at = 0; at + 4 <= list.Length; at += 4 + list[at + 3])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(list.AsSpan(at)) == code)
                return list.AsSpan(at + 4, list[at + 3]).ToArray().Aggregate(0L, (value, next) => value << 8 | next);
        }
        throw new InvalidDataException($"no parameter {code:X4}h");
    }
}
