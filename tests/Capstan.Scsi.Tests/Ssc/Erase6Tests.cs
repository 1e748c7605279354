using CsCheck;

namespace Capstan.Scsi.Tests;

public class Erase6Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Erase6(Long: true), "190100000000", "ERASE(6) long");
        Wire.ShouldBe(new Erase6(Long: false, Immediate: true), "190200000000", "ERASE(6) short immed");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Erase6>("190400000000", BitField.Bit(1, 2));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Bool, Gen.Bool, (isLong, immediate) => new Erase6(isLong, immediate)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Erase6>("190100000000");
}
