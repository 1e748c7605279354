using CsCheck;

namespace Capstan.Scsi.Tests;

public class InquiryTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Inquiry(null, 96), "120000006000", "INQUIRY alloc 96");
        Wire.ShouldBe(new Inquiry(0x83, 0x1234), "120183123400", "INQUIRY vpd 83h alloc 4660");
        Wire.ShouldBe(new Inquiry(0, 252), "12010000FC00", "INQUIRY vpd 00h alloc 252");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Inquiry>("120080006000", Inquiry.PageCodeField);
        Wire.ShouldRefuse<Inquiry>("120200006000", BitField.Bit(1, 1));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gens.MaybeByte, Gen.UShort, (page, length) => new Inquiry(page, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Inquiry>("120183001000");

    [Theory]
    [InlineData("lto5-inquiry", null, 96)]
    [InlineData("lto5-inquiry-vpd-00", 0x00, 252)]
    [InlineData("lto5-inquiry-vpd-83", 0x83, 252)]
    public void Captured_cdb_is_this_command(string fixture, int? page, int allocationLength)
    {
        Inquiry.TryDecode(HexFixture.Load(fixture).Cdb.Span, out Inquiry command, out _).ShouldBeTrue();
        command.ShouldBe(new Inquiry((byte?)page, (ushort)allocationLength));
    }
}
