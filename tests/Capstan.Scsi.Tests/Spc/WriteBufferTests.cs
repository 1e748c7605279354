using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SPC-4 6.49.</summary>
public class WriteBufferTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new WriteBuffer(BufferMode.Echo, 0, 0, 8), "3B0A0000000000000800", "WRITE BUFFER mode 0Ah buffer 00h offset 0 list 8");
        Wire.ShouldBe(new WriteBuffer(BufferMode.Data, 0x02, 0x010203, 0x040506), "3B020201020304050600", "WRITE BUFFER mode 02h buffer 02h offset 66051 list 263430");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<WriteBuffer>("3B2A0000000000000800", BitField.Bit(1, 5));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Select(Gen.Byte[0, 31], Gen.Byte, Gens.UInt24, Gens.UInt24, (mode, id, offset, length) => new WriteBuffer((BufferMode)mode, id, offset, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<WriteBuffer>("3B0A0000000000000800");
}
