using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SPC-2 7.16 to 7.22.</summary>
public class Release6Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Release6(), "170000000000", "RELEASE(6)");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Release6>("171000000000", BitField.Bit(1, 4));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Const(new Release6()));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Release6>("170000000000");
}
