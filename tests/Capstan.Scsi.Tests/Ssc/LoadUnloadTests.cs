using CsCheck;

namespace Capstan.Scsi.Tests;

public class LoadUnloadTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new LoadUnload(true), "1B0000000100", "LOAD UNLOAD load");
        Wire.ShouldBe(new LoadUnload(false, Immediate: true), "1B0100000000", "LOAD UNLOAD unload immed");
        Wire.ShouldBe(new LoadUnload(false, EndOfTape: true), "1B0000000400", "LOAD UNLOAD unload eot");
        Wire.ShouldBe(new LoadUnload(true, Retension: true, Hold: true), "1B0000000B00", "LOAD UNLOAD load hold reten");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<LoadUnload>("1B0000000500", LoadUnload.EndOfTapeField);
        Wire.ShouldRefuse<LoadUnload>("1B0000001000", BitField.Bit(4, 4));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gens.Of((true, false), (false, true), (false, false)), Gen.Bool, Gen.Bool, Gen.Bool, (bits, immediate, retension, hold) => new LoadUnload(bits.Item1, immediate, bits.Item2, retension, hold)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<LoadUnload>("1B0000000100");
}
