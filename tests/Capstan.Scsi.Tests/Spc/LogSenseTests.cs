using CsCheck;

namespace Capstan.Scsi.Tests;

public class LogSenseTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new LogSense(0x17, 0, LogPageControl.Cumulative, 0, 0x2000), "4D005700000000200000", "LOG SENSE page 17h/00h cumulative alloc 8192");
        Wire.ShouldBe(new LogSense(0x11, 0x02, LogPageControl.DefaultCumulative, 0x8001, 4), "4D00D102008001000400", "LOG SENSE page 11h/02h default cumulative from 8001h alloc 4");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<LogSense>("4D015700000000200000", BitField.Bit(1, 0));
        Wire.ShouldRefuse<LogSense>("4D025700000000200000", BitField.Bit(1, 1));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gens.Bits6, Gen.Byte, Gen.Enum<LogPageControl>(), Gen.UShort, Gen.UShort, (page, subpage, pc, pointer, length) => new LogSense(page, subpage, pc, pointer, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<LogSense>("4D005700000000200000");

    [Fact]
    public void Captured_cdb_is_this_command() =>
        Cdb.Of(new LogSense(0, 0, LogPageControl.Cumulative, 0, 512)).ShouldBe(HexFixture.Load("lto5-log-sense-00").Cdb);
}
