using CsCheck;

namespace Capstan.Scsi.Tests;

public class PreventAllowMediumRemovalTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new PreventAllowMediumRemoval(true), "1E0000000100", "PREVENT ALLOW MEDIUM REMOVAL prevent");
        Wire.ShouldBe(new PreventAllowMediumRemoval(false), "1E0000000000", "PREVENT ALLOW MEDIUM REMOVAL allow");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<PreventAllowMediumRemoval>("1E0000000200", PreventAllowMediumRemoval.PreventField);
        Wire.ShouldRefuse<PreventAllowMediumRemoval>("1E0000000300", PreventAllowMediumRemoval.PreventField);
        Wire.ShouldRefuse<PreventAllowMediumRemoval>("1E0000000400", BitField.Bit(4, 2));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Bool.Select(prevent => new PreventAllowMediumRemoval(prevent)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<PreventAllowMediumRemoval>("1E0000000100");
}
