using CsCheck;

namespace Capstan.Scsi.Tests;

public class LogSelectTests
{
    [Fact]
    public void Golden_bytes()
    {
        // sg_logs --select --reset --page=0x2 sends this (sg3_utils, sg_logs.c); PC 01b, cumulative values.
        Wire.ShouldBe(new LogSelect(0x02, 0, LogPageControl.Cumulative, 0, ResetsParameters: true), "4C024200000000000000", "LOG SELECT page 02h/00h reset");
        Wire.ShouldBe(new LogSelect(0x11, 0x02, LogPageControl.DefaultCumulative, 0x0104, ResetsParameters: false), "4C00D102000000010400", "LOG SELECT page 11h/02h length 260");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        // PCR with a parameter list, SPC-4 6.7.
        Wire.ShouldRefuse<LogSelect>("4C024200000000000400", BitField.Bit(1, 1));
        // SP: nothing is saved on demand.
        Wire.ShouldRefuse<LogSelect>("4C034200000000000000", BitField.Bit(1, 0));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gens.Bits6, Gen.Byte, Gen.Enum<LogPageControl>(), Gen.UShort, Gen.Bool,
            (page, subpage, pc, length, resets) => new LogSelect(page, subpage, pc, resets ? (ushort)0 : length, resets)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<LogSelect>("4C024200000000000000");
}
