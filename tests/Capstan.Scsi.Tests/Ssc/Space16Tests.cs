using CsCheck;

namespace Capstan.Scsi.Tests;

public class Space16Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Space16(SpaceCode.Filemarks, -2), "91010000FFFFFFFFFFFFFFFE00000000", "SPACE(16) -2 filemarks");
        Wire.ShouldBe(new Space16(SpaceCode.LogicalBlocks, 0x0102030405060708), "91000000010203040506070800000000", "SPACE(16) 72623859790382856 blocks");
        Wire.ShouldBe(new Space16(SpaceCode.EndOfData, 0), "91030000000000000000000000000000", "SPACE(16) end of data");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Space16>("91050000000000000000000000000000", Space16.CodeField);
        Wire.ShouldRefuse<Space16>("91000000000000000000000100080000", BitField.Bit(13, 3));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Enum<SpaceCode>(), Gen.Long, (code, count) => new Space16(code, count)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Space16>("91010000000000000000000100000000");
}
