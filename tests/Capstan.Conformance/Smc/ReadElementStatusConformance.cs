namespace Capstan.Conformance.Smc;

/// <summary>READ ELEMENT STATUS (SMC-3 6.11).</summary>
public abstract class ReadElementStatusConformance(ITargetFixture fixture) : ChangerConformance(fixture)
{
    [Fact]
    public void AllElements() => Check("SMC-3 6.11: drives, slots and a transport", device =>
    {
        List<Element> elements = Element.ReadAll(device, 0);
        foreach (int type in new[] { 1, 2, 4 })
            elements.ShouldContain(element => element.Type == type);
        elements.Select(element => element.Address).ShouldBeUnique();
    });

    [Fact]
    public void EachTypeAlone() => Check("SMC-3 6.11: ELEMENT TYPE CODE", device =>
    {
        foreach (int type in new[] { 1, 2, 4 })
        {
            List<Element> elements = Element.ReadAll(device, type);
            elements.ShouldNotBeEmpty();
            elements.ShouldAllBe(element => element.Type == type);
        }
    });

    [Fact]
    public void TheByteCountDoesNotCountTheHeader() => Check("SMC-3 6.11: BYTE COUNT OF REPORT AVAILABLE", device =>
    {
        byte[] answer = device.Good("B8 02 0000 03E8 00 00FFFF 00 00", dataIn: 0xFFFF);
        (answer[5] << 16 | answer[6] << 8 | answer[7]).ShouldBe(answer.Length - 8);
    });

    [Fact]
    public void WithoutVolumeTags() => Check("SMC-3 6.11: VOLTAG=0", device =>
        Element.ReadAll(device, 2, volumeTags: false).Select(element => element.VolumeTag).Distinct().ShouldBe([""]));

    [Fact]
    public void FullSlotsHaveVolumeTags() => Check("SMC-3 6.11: VOLTAG=1", device =>
    {
        List<Element> full = [.. Element.ReadAll(device, 2).Where(element => element.IsFull)];
        full.ShouldNotBeEmpty();
        full.ShouldAllBe(element => element.VolumeTag.Length > 0);
    });

    [Fact]
    public void CutAtTheAllocationLength() => Check("SMC-3 6.11: the header says what there would be", device =>
    {
        byte[] whole = device.Good("B8 02 0000 03E8 00 00FFFF 00 00", dataIn: 0xFFFF);
        byte[] answer = device.Good("B8 02 0000 03E8 00 000008 00 00", dataIn: 8);
        answer.Length.ShouldBe(8);
        answer[5..8].ShouldBe(whole[5..8], "BYTE COUNT OF REPORT AVAILABLE");
    });

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
