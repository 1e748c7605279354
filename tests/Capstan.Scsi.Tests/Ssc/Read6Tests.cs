using CsCheck;

namespace Capstan.Scsi.Tests;

public class Read6Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Read6(false, false, 0x040000), "080004000000", "READ(6) 262144 bytes");
        Wire.ShouldBe(new Read6(true, false, 0x010203), "080101020300", "READ(6) 66051 blocks");
        Wire.ShouldBe(new Read6(false, true, 0xFFFFFF), "0802FFFFFF00", "READ(6) 16777215 bytes sili");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Read6>("080300000100", Read6.SiliField);
        Wire.ShouldRefuse<Read6>("080400000100", BitField.Bit(1, 2));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gens.Of((true, false), (false, true), (false, false)), Gens.UInt24, (bits, length) => new Read6(bits.Item1, bits.Item2, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Read6>("080004000000");
}
