namespace Capstan.Conformance.Spc;

/// <summary>REPORT TIMESTAMP (SPC-4 6.36) and SET TIMESTAMP (6.45). The drive's clock is set by it.</summary>
public abstract class TimestampConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const string Report = "A3 0F 00 00 00 00 00 00 00 0C 00 00";

    // 2026-01-01 00:00:00 UTC in milliseconds.
    private const long Time = 1_767_225_600_000;

    [Fact]
    public void IsTwelveBytes() => Check("SPC-4 6.36: TIMESTAMP PARAMETER DATA LENGTH 000Ah", device =>
    {
        byte[] answer = device.Good(Report, dataIn: 12);
        answer.Length.ShouldBe(12);
        answer[0].ShouldBe((byte)0);
        answer[1].ShouldBe((byte)0x0A);
    });

    [Fact]
    public void WhatIsSetIsTold() => Check("SPC-4 6.45: TIMESTAMP ORIGIN 010b, and it counts on", device =>
    {
        Set(device, Time).Good();
        byte[] answer = device.Good(Report, dataIn: 12);
        (answer[2] & 0x07).ShouldBe(2);
        Milliseconds(answer).ShouldBeInRange(Time, Time + 60_000);
    });

    [Fact]
    public void AnEmptyListIsNoError() => Check("SPC-4 6.45: PARAMETER LIST LENGTH 0", device =>
        device.Send("A4 0F 00 00 00 00 00 00 00 00 00 00").Good());

    [Fact]
    public void AListThatIsCutOffIsRefused() => Check("SPC-4 6.45: PARAMETER LIST LENGTH ERROR", device =>
        device.Send("A4 0F 00 00 00 00 00 00 00 08 00 00", new byte[8]).Checks("5/1A/00"));

    [Fact]
    public void CutAtTheAllocationLength() => Check("SPC-4 4.3.5.6", device =>
        device.Good("A3 0F 00 00 00 00 00 00 00 04 00 00", dataIn: 4)[..2].ShouldBe(new byte[] { 0, 0x0A }));

    private static Reply Set(TargetDevice device, long milliseconds)
    {
        byte[] list = new byte[12];
        for (int i = 0; i < 6; i++)
            list[4 + i] = (byte)(milliseconds >> (40 - 8 * i));
        return device.Send("A4 0F 00 00 00 00 00 00 00 0C 00 00", list);
    }

    private static long Milliseconds(byte[] answer) => answer[4..10].Aggregate(0L, (value, next) => value << 8 | next);
}
