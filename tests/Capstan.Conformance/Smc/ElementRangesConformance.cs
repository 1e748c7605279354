namespace Capstan.Conformance.Smc;

/// <summary>READ ELEMENT STATUS (SMC-3 6.11): ranges, cuts, and identifiers of drives.</summary>
public abstract class ElementRangesConformance(ITargetFixture fixture) : ChangerConformance(fixture)
{
    [Fact]
    public void FromAStartingAddressOn() => Check("SMC-3 6.11: STARTING ELEMENT ADDRESS, NUMBER OF ELEMENTS", device =>
    {
        List<Element> slots = Element.ReadAll(device, 2);
        byte[] answer = device.Good($"B8 02 {slots[1].Address:X4} 0002 00 00FFFF 00 00", dataIn: 0xFFFF);
        answer[..4].ShouldBe([(byte)(slots[1].Address >> 8), (byte)slots[1].Address, 0, 2], "FIRST ELEMENT ADDRESS REPORTED, NUMBER OF ELEMENTS AVAILABLE");
    });

    [Fact]
    public void DescriptorsComeWholeOrNotAtAll() => Check("SMC-3 6.11: ALLOCATION LENGTH", device =>
    {
        byte[] whole = device.Good("B8 02 0000 03E8 00 00FFFF 00 00", dataIn: 0xFFFF);
        int descriptorBytes = whole[10] << 8 | whole[11];
        int allocated = 16 + descriptorBytes + descriptorBytes / 2;
        byte[] answer = device.Good($"B8 02 0000 03E8 00 {allocated:X6} 00 00", dataIn: allocated);
        answer.Length.ShouldBe(16 + descriptorBytes);
        answer[5..8].ShouldBe(whole[5..8]);
        answer[16..].ShouldBe(whole[16..(16 + descriptorBytes)]);
    });

    [Fact]
    public void AnUnknownElementTypeIsRefused() => Check("SMC-3 6.11: ELEMENT TYPE CODE", device =>
        device.Send("B8 05 0000 03E8 00 00FFFF 00 00", dataIn: 0xFFFF).Checks("5/24/00"));

    [Fact]
    public void DrivesHaveIdentifiers() => Check("SMC-3 6.11: DVCID=1", device =>
    {
        byte[] answer = device.Good("B8 04 0000 03E8 01 00FFFF 00 00", dataIn: 0xFFFF);
        (answer[9] & 0x80).ShouldBe(0, "PVOLTAG");
        int at = 16 + 12;
        (answer[at] & 0x0F).ShouldBe(0x02, "CODE SET: ASCII");
        answer[at + 3].ShouldBeGreaterThan((byte)0, "IDENTIFIER LENGTH");
        answer[(at + 4)..(at + 4 + answer[at + 3])].ShouldAllBe(one => one >= 0x20 && one < 0x7F);
    });

    [Fact]
    public void IdentifiersAndVolumeTagsTogether() => Check("SMC-3 6.11: VOLTAG=1, DVCID=1", device =>
    {
        byte[] answer = device.Good("B8 14 0000 03E8 01 00FFFF 00 00", dataIn: 0xFFFF);
        (answer[9] & 0x80).ShouldBe(0x80, "PVOLTAG");
        (answer[10] << 8 | answer[11]).ShouldBeGreaterThan(12 + 36 + 4);
    });

    [Fact]
    public void SlotsMayBeAskedForIdentifiers() => Check("SMC-3 6.11: DVCID=1 of elements without devices", device =>
        device.Good("B8 02 0000 03E8 01 00FFFF 00 00", dataIn: 0xFFFF).Length.ShouldBeGreaterThan(16));
}
