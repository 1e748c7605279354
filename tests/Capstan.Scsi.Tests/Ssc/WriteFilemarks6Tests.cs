using CsCheck;

namespace Capstan.Scsi.Tests;

public class WriteFilemarks6Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new WriteFilemarks6(1, false), "100000000100", "WRITE FILEMARKS(6) 1");
        Wire.ShouldBe(new WriteFilemarks6(0, false), "100000000000", "WRITE FILEMARKS(6) 0");
        Wire.ShouldBe(new WriteFilemarks6(0x010203, true), "100101020300", "WRITE FILEMARKS(6) 66051 immed");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<WriteFilemarks6>("100200000100", BitField.Bit(1, 1));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gens.UInt24, Gen.Bool, (count, immediate) => new WriteFilemarks6(count, immediate)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<WriteFilemarks6>("100000000100");
}
