using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SPC-4 6.18; descriptor and data as LTFS reads an IBM drive's dump (src/tape_drivers/linux/sg/sg_tape.c).</summary>
public class ReadBufferTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReadBuffer(BufferMode.Descriptor, 0x01, 0, 4), "3C030100000000000400", "READ BUFFER mode 03h buffer 01h offset 0 alloc 4");
        Wire.ShouldBe(new ReadBuffer(BufferMode.Data, 0x01, 0x010203, 0x040506), "3C020101020304050600", "READ BUFFER mode 02h buffer 01h offset 66051 alloc 263430");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReadBuffer>("3C230100000000000400", BitField.Bit(1, 5));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Select(Gen.Byte[0, 31], Gen.Byte, Gens.UInt24, Gens.UInt24, (mode, id, offset, length) => new ReadBuffer((BufferMode)mode, id, offset, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReadBuffer>("3C020101020304050600");
}
