using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>CDBs as Dell's TL2000, Quantum's Scalar and SuperLoader 3 SCSI references lay them out.</summary>
public class MoveMediumTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new MoveMedium(1, 0x03E8, 0x01F4), "A500000103E801F400000000", "MOVE MEDIUM from 1000 to 500 by 1", CommandTable.MediumChanger);
        Wire.ShouldBe(new MoveMedium(0, 1, 0xFFFF, Invert: true), "A50000000001FFFF00000100", "MOVE MEDIUM from 1 to 65535 by 0 invert", CommandTable.MediumChanger);
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<MoveMedium>("A500000103E801F400000200", BitField.Bit(10, 1));
        Wire.ShouldRefuse<MoveMedium>("A500000103E801F480000000", BitField.Bit(8, 7));
        Wire.ShouldRefuse<MoveMedium>("A500000103E8", BitField.WholeByte(6));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(
        Gen.Select(Gens.UInt16, Gens.UInt16, Gens.UInt16, Gen.Bool, (transport, source, destination, invert) => new MoveMedium(transport, source, destination, invert)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<MoveMedium>("A500000103E801F400000000");
}
