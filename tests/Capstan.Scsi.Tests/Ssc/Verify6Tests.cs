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
        // SSC-4 6.7: VBF is bit 3, VTE bit 5.
        Wire.ShouldBe(new Verify6(false, 2, ByFilemarks: true), "130800000200", "VERIFY(6) 2 filemarks");
        Wire.ShouldBe(new Verify6(false, 0, ToEndOfData: true), "132000000000", "VERIFY(6) to end of data");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Verify6>("131000000100", BitField.Bit(1, 4));
        Wire.ShouldRefuse<Verify6>("130900000100", BitField.Bit(1, 0));
        Wire.ShouldRefuse<Verify6>("132100000100", BitField.Bit(1, 0));
        Wire.ShouldRefuse<Verify6>("132800000100", BitField.Bit(1, 3));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Bool, Gens.UInt24, Gen.Bool, Gen.Bool, (isFixed, length, immediate, compare) => new Verify6(isFixed, length, immediate, compare)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Verify6>("130004000000");
}
