using CsCheck;

namespace Capstan.Scsi.Tests;

public class ModeSelect6Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ModeSelect6(12), "151000000C00", "MODE SELECT(6) length 12");
        Wire.ShouldBe(new ModeSelect6(255, SavePages: true), "15110000FF00", "MODE SELECT(6) length 255 save");
        Wire.ShouldBe(new ModeSelect6(12) { PageFormat = false }, "150000000C00", "MODE SELECT(6) length 12 vendor format");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ModeSelect6>("151200000C00", BitField.Bit(1, 1));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Byte, Gen.Bool, Gen.Bool, (length, save, format) => new ModeSelect6(length, save) { PageFormat = format }));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ModeSelect6>("151000000C00");
}
