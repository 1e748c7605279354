using CsCheck;

namespace Capstan.Scsi.Tests;

public class ModeSense10Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ModeSense10(0x0A, 0xF0, false, PageControl.Current, 512), "5A000AF0000000020000", "MODE SENSE(10) page 0Ah/F0h current alloc 512");
        Wire.ShouldBe(new ModeSense10(0x3F, 0xFF, true, PageControl.Saved, 0xFFFF), "5A08FFFF000000FFFF00", "MODE SENSE(10) page 3Fh/FFh saved dbd alloc 65535");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ModeSense10>("5A100A00000000020000", BitField.Bit(1, 4));
        Wire.ShouldRefuse<ModeSense10>("5A000A00000000020080", BitField.Bit(9, 7));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gens.Bits6, Gen.Byte, Gen.Bool, Gen.Enum<PageControl>(), Gen.UShort, (page, subpage, dbd, pc, length) => new ModeSense10(page, subpage, dbd, pc, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ModeSense10>("5A08BF00000000020000");

    [Fact]
    public void Captured_cdb_is_this_command() =>
        Cdb.Of(new ModeSense10(0x3F, 0, false, PageControl.Current, 512)).ShouldBe(HexFixture.Load("lto5-mode-sense-10-3f").Cdb);
}
