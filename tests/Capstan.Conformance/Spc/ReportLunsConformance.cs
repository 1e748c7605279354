using System.Buffers.Binary;

namespace Capstan.Conformance.Spc;

/// <summary>REPORT LUNS (SPC-4 6.33).</summary>
public abstract class ReportLunsConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void NamesTheUnit() => Check("SPC-4 6.33: SELECT REPORT 00h", device => List(device, "00").Length.ShouldBeGreaterThanOrEqualTo(8));

    [Fact]
    public void AllAreNotFewer() => Check("SPC-4 6.33: SELECT REPORT 02h, with those of 00h", device =>
    {
        string all = Convert.ToHexString(List(device, "02"));
        foreach (byte[] one in List(device, "00").Chunk(8))
            all.ShouldContain(Convert.ToHexString(one));
    });

    [Fact]
    public void WellKnownOnesOnly() => Check("SPC-4 6.33: SELECT REPORT 01h, extended addressing C1h", device =>
    {
        foreach (byte[] one in List(device, "01").Chunk(8))
            one[0].ShouldBe((byte)0xC1);
    });

    [Fact]
    public void AReservedReportIsRefused() => Check("SPC-4 6.33: SELECT REPORT 7Fh", device =>
        device.Send("A0 00 7F 00 00 00 00 00 10 00 00 00", dataIn: 4096).RefusesField());

    [Fact]
    public void CutAtTheAllocationLength() => Check("SPC-4 4.3.5.6: the length field is not altered", device =>
        device.Good("A0 00 00 00 00 00 00 00 00 10 00 00", dataIn: 16).ShouldBe(
            device.Good("A0 00 00 00 00 00 00 00 10 00 00 00", dataIn: 4096)[..16]));

    private static byte[] List(TargetDevice device, string select)
    {
        byte[] answer = device.Good($"A0 00 {select} 00 00 00 00 00 10 00 00 00", dataIn: 4096);
        int length = (int)BinaryPrimitives.ReadUInt32BigEndian(answer);
        (length % 8).ShouldBe(0);
        answer.Length.ShouldBe(8 + length);
        return answer[8..];
    }
}
