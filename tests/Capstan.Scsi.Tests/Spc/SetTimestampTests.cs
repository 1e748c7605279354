using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SPC-4 6.45; as sg_timestamp --milliseconds sends it.</summary>
public class SetTimestampTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new SetTimestamp(12), "A40F000000000000000C0000", "SET TIMESTAMP list 12");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<SetTimestamp>("A40E000000000000000C0000", SetTimestamp.ServiceActionField);
        Wire.ShouldRefuse<SetTimestamp>("A48F000000000000000C0000", BitField.Bit(1, 7));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.UInt.Select(length => new SetTimestamp(length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<SetTimestamp>("A40F000000000000000C0000");
}
