namespace Capstan.Conformance.Spc;

/// <summary>MODE SELECT(10) (SPC-4 6.10). What it shares with MODE SELECT(6) is in Mode.</summary>
public abstract class ModeSelect10Conformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    // MODE SENSE(10) with DBD of page 0Fh, Data Compression: header of 8 bytes, then the page.
    private const string SenseCompression = "5A 08 0F 00 00 00 00 00 40 00";
    private const byte Dce = 0x80;

    [Fact]
    public void SetsTheBlockLength() => Check("SPC-4 6.10, SSC-4 8.3", device =>
    {
        device.Send("55 10 00 00 00 00 00 00 10 00", Header(1024)).Good();
        BlockLength(device).ShouldBe(1024);
    });

    [Fact]
    public void ChangesOneFieldOfAPage() => Check("SPC-4 6.10, SSC-4 8.5.2: DCE of page 0Fh", device =>
    {
        byte[] before = device.Good(SenseCompression, dataIn: 64);
        byte[] list = ForSelect(before);
        list[10] ^= Dce;
        Select(device, list).Good();
        byte[] after = device.Good(SenseCompression, dataIn: 64);
        (after[10] & Dce).ShouldNotBe(before[10] & Dce);
        Select(device, ForSelect(before)).Good();
        device.Good(SenseCompression, dataIn: 64).ShouldBe(before);
    });

    [Fact]
    public void NothingIsNoError() => Check("SPC-4 6.10: PARAMETER LIST LENGTH 0", device => device.Send("55 10 00 00 00 00 00 00 00 00").Good());

    [Fact]
    public void HalfAHeaderIsRefused() => Check("SPC-4 6.10: PARAMETER LIST LENGTH ERROR", device =>
        device.Send("55 10 00 00 00 00 00 00 04 00", new byte[4]).Checks("5/1A/00"));

    [Fact]
    public void HalfAPageIsRefusedAndNothingChanges() => Check("SPC-4 6.10: PARAMETER LIST LENGTH ERROR", device =>
    {
        byte[] list = [.. Header(512), .. ForSelect(device.Good(SenseCompression, dataIn: 64))[8..12]];
        Select(device, list).Checks("5/1A/00");
        BlockLength(device).ShouldBe(0);
    });

    [Fact]
    public void AnUnknownPageIsRefusedAndNothingChanges() => Check("SPC-4 6.10: INVALID FIELD IN PARAMETER LIST", device =>
    {
        Select(device, [.. Header(512), 0x2E, 2, 0, 0]).Checks("5/26/00");
        BlockLength(device).ShouldBe(0);
    });

    [Fact]
    public void WhatIsNotChangeableIsRefused() => Check("SPC-4 6.10, 6.11.2: INVALID FIELD IN PARAMETER LIST", device =>
    {
        byte[] list = ForSelect(device.Good(SenseCompression, dataIn: 64));
        byte[] changeable = device.Good("5A 08 4F 00 00 00 00 00 40 00", dataIn: 64);
        // DCC says whether the drive can compress; no drive lets it be written.
        (changeable[10] & 0x40).ShouldBe(0, "DCC");
        list[10] ^= 0x40;
        Select(device, list).Checks("5/26/00");
    });

    private static byte[] Header(int blockLengthBytes) =>
        [0, 0, 0, 0x10, 0, 0, 0, 8, 0x7F, 0, 0, 0, 0, (byte)(blockLengthBytes >> 16), (byte)(blockLengthBytes >> 8), (byte)blockLengthBytes];

    private static Reply Select(TargetDevice device, byte[] list) => device.Send($"55 10 00 00 00 00 00 {list.Length:X4} 00", list);

    /// <summary>MODE DATA LENGTH, MEDIUM TYPE, WP and PS are reserved in MODE SELECT.</summary>
    private static byte[] ForSelect(byte[] sensed)
    {
        byte[] list = [.. sensed];
        list[0] = list[1] = list[2] = 0;
        list[3] &= 0x7F;
        list[8] &= 0x3F;
        return list;
    }

    private static int BlockLength(TargetDevice device)
    {
        byte[] answer = device.Good("1A 00 3F 00 FF 00", dataIn: 255);
        return answer[9] << 16 | answer[10] << 8 | answer[11];
    }
}
