namespace Capstan.Conformance.Smc;

/// <summary>MOVE MEDIUM (SMC-3 6.8).</summary>
public abstract class MoveMediumConformance(ITargetFixture fixture) : ChangerConformance(fixture)
{
    [Fact]
    public void FromSlotToSlotAndBack() => Check("SMC-3 6.8", device =>
    {
        (Element from, Element to) = FullAndEmptySlot(device);
        Move(device, from.Address, to.Address).Good();
        List<Element> after = Element.ReadAll(device, 2);
        after.Single(element => element.Address == to.Address).VolumeTag.ShouldBe(from.VolumeTag);
        after.Single(element => element.Address == from.Address).IsFull.ShouldBeFalse();
        Move(device, to.Address, from.Address).Good();
        Element.ReadAll(device, 2).Single(element => element.Address == from.Address).VolumeTag.ShouldBe(from.VolumeTag);
    });

    [Fact]
    public void IntoTheDriveAndBack() => Check("SMC-3 6.8", device =>
    {
        Element drive = Element.ReadAll(device, 4)[0];
        drive.IsFull.ShouldBeFalse("the drive is empty at first");
        Element slot = Element.ReadAll(device, 2).First(element => element.IsFull);
        Move(device, slot.Address, drive.Address).Good();
        Element.ReadAll(device, 4)[0].ShouldBe(drive with { IsFull = true, VolumeTag = slot.VolumeTag });
        Move(device, drive.Address, slot.Address).Good();
        Element.ReadAll(device, 4)[0].IsFull.ShouldBeFalse();
    });

    [Fact]
    public void FromAnEmptyElementIsRefused() => Check("SMC-3 6.8: MEDIUM SOURCE ELEMENT EMPTY", device =>
    {
        List<Element> empty = [.. Element.ReadAll(device, 2).Where(element => !element.IsFull)];
        Move(device, empty[0].Address, empty[1].Address).Checks("5/3B/0E");
    });

    [Fact]
    public void IntoAFullElementIsRefused() => Check("SMC-3 6.8: MEDIUM DESTINATION ELEMENT FULL", device =>
    {
        List<Element> full = [.. Element.ReadAll(device, 2).Where(element => element.IsFull)];
        Move(device, full[0].Address, full[1].Address).Checks("5/3B/0D");
        Element.ReadAll(device, 2).Where(element => element.IsFull).ShouldBe(full, "nothing moved");
    });

    [Fact]
    public void AnAddressThatIsNotThereIsRefused() => Check("SMC-3 6.8: INVALID ELEMENT ADDRESS", device =>
    {
        Element slot = Element.ReadAll(device, 2).First(element => element.IsFull);
        Move(device, slot.Address, 0xFFFE).Checks("5/21/01");
    });

    internal static (Element Full, Element Empty) FullAndEmptySlot(TargetDevice device)
    {
        List<Element> slots = Element.ReadAll(device, 2);
        return (slots.First(element => element.IsFull), slots.First(element => !element.IsFull));
    }

    // Transport element address 0: the default one (SMC-3 6.8).
    internal static Reply Move(TargetDevice device, int source, int destination) =>
        device.Send($"A5 00 0000 {source:X4} {destination:X4} 0000 00 00");
}
