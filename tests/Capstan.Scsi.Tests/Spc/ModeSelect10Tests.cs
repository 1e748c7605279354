using CsCheck;

namespace Capstan.Scsi.Tests;

public class ModeSelect10Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ModeSelect10(0x1234), "55100000000000123400", "MODE SELECT(10) length 4660");
        Wire.ShouldBe(new ModeSelect10(24, SavePages: true), "55110000000000001800", "MODE SELECT(10) length 24 save");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ModeSelect10>("55100100000000001800", BitField.Bit(2, 0));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.UShort, Gen.Bool, Gen.Bool, (length, save, format) => new ModeSelect10(length, save) { PageFormat = format }));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ModeSelect10>("55100000000000001800");
}
