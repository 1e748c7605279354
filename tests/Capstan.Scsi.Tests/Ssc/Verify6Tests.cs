using CsCheck;

namespace Capstan.Scsi.Tests;

public class Verify6Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Verify6(false, 0x040000), "130004000000", "VERIFY(6) 262144 bytes");
        Wire.ShouldBe(new Verify6(true, 0x010203, Immediate: true), "130501020300", "VERIFY(6) 66051 blocks immed");
        Wire.ShouldBe(new Verify6(false, 0xFFFFFF, ByteCompare: true), "1302FFFFFF00", "VERIFY(6) 16777215 bytes compare");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Verify6>("132000000100", BitField.Bit(1, 5));
        Wire.ShouldRefuse<Verify6>("130800000100", BitField.Bit(1, 3));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Bool, Gens.UInt24, Gen.Bool, Gen.Bool, (isFixed, length, immediate, compare) => new Verify6(isFixed, length, immediate, compare)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Verify6>("130004000000");
}
