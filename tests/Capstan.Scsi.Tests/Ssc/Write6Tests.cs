using CsCheck;

namespace Capstan.Scsi.Tests;

public class Write6Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Write6(false, 0x040000), "0A0004000000", "WRITE(6) 262144 bytes");
        Wire.ShouldBe(new Write6(true, 0xFFFFFF), "0A01FFFFFF00", "WRITE(6) 16777215 blocks");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Write6>("0A0200000100", BitField.Bit(1, 1));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Bool, Gens.UInt24, (isFixed, length) => new Write6(isFixed, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Write6>("0A0004000000");

    [Theory]
    [InlineData(-1)]
    [InlineData(0x1000000)]
    public void Length_beyond_24_bits_is_the_callers_mistake(int length) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Cdb.Of(new Write6(false, length)));
}
