using CsCheck;

namespace Capstan.Scsi.Tests;

public class RewindTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Rewind(), "010000000000", "REWIND");
        Wire.ShouldBe(new Rewind(Immediate: true), "010100000000", "REWIND immed");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Rewind>("010200000000", BitField.Bit(1, 1));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Bool.Select(immediate => new Rewind(immediate)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Rewind>("010000000000");
}
