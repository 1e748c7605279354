using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SSC-4 7.11.</summary>
public class SetCapacityTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new SetCapacity(0xFFFF), "0B0000FFFF00", "SET CAPACITY 65535/65535");
        Wire.ShouldBe(new SetCapacity(0x1234, Immediate: true), "0B0100123400", "SET CAPACITY 4660/65535 immed");
    }

    [Fact]
    public void Refuses_naming_the_field() => Wire.ShouldRefuse<SetCapacity>("0B0200FFFF00", BitField.Bit(1, 1));

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.UShort, Gen.Bool, (proportion, immediate) => new SetCapacity(proportion, immediate)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<SetCapacity>("0B000000FF00");
}
