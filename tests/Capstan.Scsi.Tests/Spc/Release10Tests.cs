using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SPC-2 7.16 to 7.22.</summary>
public class Release10Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Release10(), "57000000000000000000", "RELEASE(10)");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Release10>("57100000000000000000", BitField.Bit(1, 4));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Const(new Release10()));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Release10>("57000000000000000000");
}
