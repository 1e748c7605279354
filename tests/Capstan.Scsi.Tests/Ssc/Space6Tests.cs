using CsCheck;

namespace Capstan.Scsi.Tests;

public class Space6Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Space6(SpaceCode.Filemarks, 1), "110100000100", "SPACE(6) 1 filemarks");
        Wire.ShouldBe(new Space6(SpaceCode.Filemarks, -1), "1101FFFFFF00", "SPACE(6) -1 filemarks");
        Wire.ShouldBe(new Space6(SpaceCode.LogicalBlocks, -0x800000), "110080000000", "SPACE(6) -8388608 blocks");
        Wire.ShouldBe(new Space6(SpaceCode.LogicalBlocks, 0x7FFFFF), "11007FFFFF00", "SPACE(6) 8388607 blocks");
        Wire.ShouldBe(new Space6(SpaceCode.EndOfData, 0), "110300000000", "SPACE(6) end of data");
        Wire.ShouldBe(new Space6(SpaceCode.SequentialFilemarks, 2), "110200000200", "SPACE(6) 2 sequential filemarks");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Space6>("110400000100", Space6.CodeField);
        Wire.ShouldRefuse<Space6>("110F00000100", Space6.CodeField);
        Wire.ShouldRefuse<Space6>("111000000100", BitField.Bit(1, 4));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Enum<SpaceCode>(), Gens.Int24, (code, count) => new Space6(code, count)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Space6>("110100000100");

    [Theory]
    [InlineData(-0x800001)]
    [InlineData(0x800000)]
    public void Count_beyond_signed_24_bits_is_the_callers_mistake(int count) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Cdb.Of(new Space6(SpaceCode.LogicalBlocks, count)));
}
