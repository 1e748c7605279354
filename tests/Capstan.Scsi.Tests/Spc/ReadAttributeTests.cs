using CsCheck;

namespace Capstan.Scsi.Tests;

public class ReadAttributeTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReadAttribute(AttributeServiceAction.Values, 0, 0x4000), "8C000000000000000000000040000000", "READ ATTRIBUTE values from 0000h partition 0 alloc 16384");
        Wire.ShouldBe(new ReadAttribute(AttributeServiceAction.List, 0, 0x1000), "8C010000000000000000000010000000", "READ ATTRIBUTE list partition 0 alloc 4096");
        Wire.ShouldBe(
            new ReadAttribute(AttributeServiceAction.Values, 0x080C, 0x01020304, Partition: 3, Volume: 2, Cache: true),
            "8C0000000002000308" + "0C" + "01020304" + "0100",
            "READ ATTRIBUTE values from 080Ch partition 3 volume 2 alloc 16909060 cache");
        Wire.ShouldBe(new ReadAttribute(AttributeServiceAction.PartitionList, 0, 4), "8C030000000000000000000000040000", "READ ATTRIBUTE partitions partition 0 alloc 4");
        Wire.ShouldBe(new ReadAttribute(AttributeServiceAction.Supported, 0, 512), "8C050000000000000000000002000000", "READ ATTRIBUTE supported partition 0 alloc 512");
    }

    [Theory]
    [InlineData("8C040000000000000000000010000000")]
    [InlineData("8C060000000000000000000010000000")]
    [InlineData("8C1F0000000000000000000010000000")]
    public void Refuses_service_actions_that_are_not_for_tapes(string hex) => Wire.ShouldRefuse<ReadAttribute>(hex, new BitField(1, 4, 0));

    [Fact]
    public void Refuses_an_element_address() => Wire.ShouldRefuse<ReadAttribute>("8C000001000000000000000010000000", BitField.Bit(3, 0));

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Select(
        Gens.Of(AttributeServiceAction.Values, AttributeServiceAction.List, AttributeServiceAction.VolumeList, AttributeServiceAction.PartitionList, AttributeServiceAction.Supported),
        Gen.UShort, Gen.UInt, Gen.Byte, Gen.Byte, Gen.Bool,
        (action, first, length, partition, volume, cache) => new ReadAttribute(action, first, length, partition, volume, cache)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReadAttribute>("8C000000000000000000000040000000");

    [Theory]
    [InlineData("lto5-read-attribute-values", 0x4000)]
    [InlineData("lto5-read-attribute-list", 0x1000)]
    public void Captured_cdbs_are_this_command(string fixture, int length)
    {
        var action = fixture.EndsWith("list", StringComparison.Ordinal) ? AttributeServiceAction.List : AttributeServiceAction.Values;
        Cdb.Of(new ReadAttribute(action, 0, (uint)length)).ShouldBe(HexFixture.Load(fixture).Cdb);
    }
}
