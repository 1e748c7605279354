using CsCheck;

namespace Capstan.Scsi.Tests;

public class ReadBlockLimitsTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReadBlockLimits(), "050000000000", "READ BLOCK LIMITS");
        Wire.ShouldBe(new ReadBlockLimits(MaximumLogicalObjectId: true), "050100000000", "READ BLOCK LIMITS mloi");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReadBlockLimits>("050200000000", BitField.Bit(1, 1));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Bool.Select(mloi => new ReadBlockLimits(mloi)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReadBlockLimits>("050000000000");

    [Fact]
    public void Captured_cdb_is_this_command() =>
        Cdb.Of(new ReadBlockLimits()).ShouldBe(HexFixture.Load("lto5-read-block-limits").Cdb);
}
