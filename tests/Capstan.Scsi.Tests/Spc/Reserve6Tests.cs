using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SPC-2 7.16 to 7.22.</summary>
public class Reserve6Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Reserve6(), "160000000000", "RESERVE(6)");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Reserve6>("161000000000", BitField.Bit(1, 4));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Const(new Reserve6()));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Reserve6>("160000000000");
}
