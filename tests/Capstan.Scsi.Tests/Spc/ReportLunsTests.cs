using CsCheck;

namespace Capstan.Scsi.Tests;

public class ReportLunsTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReportLuns(0, 16), "A00000000000000000100000", "REPORT LUNS select 00h alloc 16");
        Wire.ShouldBe(new ReportLuns(2, 0x12345678), "A00002000000123456780000", "REPORT LUNS select 02h alloc 305419896");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReportLuns>("A00003000000000000100000", ReportLuns.SelectReportField);
        Wire.ShouldRefuse<ReportLuns>("A00000000000000000100100", BitField.Bit(10, 0));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gens.Of<byte>(0x00, 0x01, 0x02, 0x10, 0x11, 0x12, 0xF8, 0xFF), Gen.UInt, (select, length) => new ReportLuns(select, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReportLuns>("A00002000000000000100000");
}
