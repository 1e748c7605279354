using System.Buffers.Binary;

namespace Capstan.Conformance.Spc;

/// <summary>REPORT SUPPORTED OPERATION CODES (SPC-4 6.35).</summary>
public abstract class ReportConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
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
}
