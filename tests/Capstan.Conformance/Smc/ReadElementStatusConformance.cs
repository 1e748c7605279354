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
}
