using CsCheck;

namespace Capstan.Scsi.Tests;

public class WriteFilemarks16Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new WriteFilemarks16(2, true), "80010000000000000000000000000200", "WRITE FILEMARKS(16) 2 partition 0 object 0 immed");
        Wire.ShouldBe(new WriteFilemarks16(0x0A0B0C, false, true, true, 1, 0x0102030405060708), "800C000101020304050607080A0B0C00", "WRITE FILEMARKS(16) 658188 partition 1 object 72623859790382856 fcs lcs");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<WriteFilemarks16>("80020000000000000000000000000100", BitField.Bit(1, 1));
        Wire.ShouldRefuse<WriteFilemarks16>("80000100000000000000000000000100", BitField.Bit(2, 0));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gens.UInt24, Gen.Bool, Gen.Bool, Gen.Bool, Gen.Byte, Gen.ULong, (count, immediate, first, last, partition, id) => new WriteFilemarks16(count, immediate, first, last, partition, id)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<WriteFilemarks16>("800C000101020304050607080A0B0C00");
}
