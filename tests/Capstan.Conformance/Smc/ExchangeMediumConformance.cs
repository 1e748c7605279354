namespace Capstan.Conformance.Smc;

/// <summary>EXCHANGE MEDIUM (SMC-3 6.1), which not every changer has.</summary>
public abstract class ExchangeMediumConformance(ITargetFixture fixture) : ChangerConformance(fixture)
{
    [Fact]
    public void TwoCartridgesChangePlaces() => Check("SMC-3 6.1", device =>
    {
        List<Element> full = [.. Element.ReadAll(device, 2).Where(element => element.IsFull)];
        Reply reply = Exchange(device, full[0].Address, full[1].Address, full[0].Address);
        DoesNotApply(reply.Outcome == "5/20/00", "the changer has no EXCHANGE MEDIUM");
        reply.Good();
        List<Element> after = Element.ReadAll(device, 2);
        after.Single(element => element.Address == full[0].Address).VolumeTag.ShouldBe(full[1].VolumeTag);
        after.Single(element => element.Address == full[1].Address).VolumeTag.ShouldBe(full[0].VolumeTag);
        Exchange(device, full[0].Address, full[1].Address, full[0].Address).Good();
        Element.ReadAll(device, 2).Where(element => element.IsFull).ShouldBe(full);
    });

    [Fact]
    public void AnEmptyFirstDestinationIsRefused() => Check("SMC-3 6.1: MEDIUM SOURCE ELEMENT EMPTY", device =>
    {
        (Element full, Element empty) = MoveMediumConformance.FullAndEmptySlot(device);
        Reply reply = Exchange(device, full.Address, empty.Address, full.Address);
        DoesNotApply(reply.Outcome == "5/20/00", "the changer has no EXCHANGE MEDIUM");
        reply.Checks("5/3B/0E");
        Element.ReadAll(device, 2).Single(element => element.Address == full.Address).ShouldBe(full, "nothing moved");
    });

    private static Reply Exchange(TargetDevice device, int source, int first, int second) =>
        device.Send($"A6 00 0000 {source:X4} {first:X4} {second:X4} 00 00");
}
