using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SPC-4 6.38; as sg_timestamp sends it.</summary>
public class ReportTimestampTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReportTimestamp(12), "A30F000000000000000C0000", "REPORT TIMESTAMP alloc 12");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReportTimestamp>("A30E000000000000000C0000", ReportTimestamp.ServiceActionField);
        Wire.ShouldRefuse<ReportTimestamp>("A30F010000000000000C0000", BitField.Bit(2, 0));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.UInt.Select(length => new ReportTimestamp(length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReportTimestamp>("A30F000000000000000C0000");
}
