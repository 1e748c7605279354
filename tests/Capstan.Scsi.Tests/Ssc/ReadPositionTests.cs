using CsCheck;

namespace Capstan.Scsi.Tests;

public class ReadPositionTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReadPosition(PositionForm.Short), "34000000000000000000", "READ POSITION short");
        Wire.ShouldBe(new ReadPosition(PositionForm.ShortVendorSpecific), "34010000000000000000", "READ POSITION shortvendorspecific");
        Wire.ShouldBe(new ReadPosition(PositionForm.Long), "34060000000000000000", "READ POSITION long");
        Wire.ShouldBe(new ReadPosition(PositionForm.Extended), "34080000000000002000", "READ POSITION extended alloc 32");
        Wire.ShouldBe(new ReadPosition(PositionForm.Extended, 32), "34080000000000002000", "READ POSITION extended alloc 32");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReadPosition>("34000000000000001400", ReadPosition.AllocationLengthField);
        Wire.ShouldRefuse<ReadPosition>("34060000000000002000", ReadPosition.AllocationLengthField);
        Wire.ShouldRefuse<ReadPosition>("34080000000000000000", ReadPosition.AllocationLengthField);
        Wire.ShouldRefuse<ReadPosition>("34080000000000001F00", ReadPosition.AllocationLengthField);
        Wire.ShouldRefuse<ReadPosition>("34020000000000000000", ReadPosition.ServiceActionField);
        Wire.ShouldRefuse<ReadPosition>("34070000000000000000", ReadPosition.ServiceActionField);
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.OneOf(Gens.Of(new ReadPosition(PositionForm.Short), new ReadPosition(PositionForm.ShortVendorSpecific), new ReadPosition(PositionForm.Long)), Gen.UShort[32, 0xFFFF].Select(length => new ReadPosition(PositionForm.Extended, length))));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReadPosition>("34080000000000002000");

    [Theory]
    [InlineData("lto5-read-position-short", PositionForm.Short)]
    [InlineData("lto5-read-position-long", PositionForm.Long)]
    [InlineData("lto5-read-position-extended", PositionForm.Extended)]
    public void Captured_cdb_is_this_command(string fixture, PositionForm form) =>
        Cdb.Of(new ReadPosition(form)).ShouldBe(HexFixture.Load(fixture).Cdb);
}
