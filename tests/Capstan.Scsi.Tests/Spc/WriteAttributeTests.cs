using CsCheck;

namespace Capstan.Scsi.Tests;

public class WriteAttributeTests
{
    /// <summary>SPC-4 table 376: WTC is bit 0 of byte 1, the list's length in bytes 10 to 13.</summary>
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new WriteAttribute(0xA9), "8D0000000000000000000000" + "00A9" + "0000", "WRITE ATTRIBUTE partition 0 length 169");
        Wire.ShouldBe(new WriteAttribute(0x01020304, WriteThrough: true, Partition: 1, Volume: 2), "8D01000000020001000001020304" + "0000", "WRITE ATTRIBUTE partition 1 volume 2 length 16909060 write through");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<WriteAttribute>("8D0200000000000000000000000A0000", BitField.Bit(1, 1));
        Wire.ShouldRefuse<WriteAttribute>("8D0000000000000008030000000A0000", BitField.Bit(8, 3));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Select(
        Gen.UInt, Gen.Bool, Gen.Byte, Gen.Byte, (length, through, partition, volume) => new WriteAttribute(length, through, partition, volume)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<WriteAttribute>("8D010000000000000000000000A90000");
}
