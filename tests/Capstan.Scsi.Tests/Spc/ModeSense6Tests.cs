using CsCheck;

namespace Capstan.Scsi.Tests;

public class ModeSense6Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ModeSense6(0x3F, 0, false, PageControl.Current, 252), "1A003F00FC00", "MODE SENSE(6) page 3Fh/00h current alloc 252");
        Wire.ShouldBe(new ModeSense6(0x10, 0xFF, true, PageControl.Changeable, 1), "1A0850FF0100", "MODE SENSE(6) page 10h/FFh changeable dbd alloc 1");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ModeSense6>("1A103F00FC00", BitField.Bit(1, 4));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gens.Bits6, Gen.Byte, Gen.Bool, Gen.Enum<PageControl>(), Gen.Byte, (page, subpage, dbd, pc, length) => new ModeSense6(page, subpage, dbd, pc, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ModeSense6>("1A08BF000400");

    [Fact]
    public void Captured_cdb_is_this_command() =>
        Cdb.Of(new ModeSense6(0x0F, 0, false, PageControl.Current, 252)).ShouldBe(HexFixture.Load("lto5-mode-sense-6-0f").Cdb);
}
