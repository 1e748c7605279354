using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>CDB as in Quantum's Scalar i7 RAPTOR SCSI reference: byte 10 has INV1 before INV2.</summary>
public class ExchangeMediumTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ExchangeMedium(1, 0x03E8, 0x01F4, 0x03E9), "A600000103E801F403E90000", "EXCHANGE MEDIUM from 1000 to 500 to 1001 by 1", CommandTable.MediumChanger);
        Wire.ShouldBe(new ExchangeMedium(0, 1, 2, 3, InvertFirst: true), "A60000000001000200030200", "EXCHANGE MEDIUM from 1 to 2 to 3 by 0 invert first", CommandTable.MediumChanger);
        Wire.ShouldBe(new ExchangeMedium(0, 1, 2, 3, InvertSecond: true), "A60000000001000200030100", "EXCHANGE MEDIUM from 1 to 2 to 3 by 0 invert second", CommandTable.MediumChanger);
    }

    [Fact]
    public void Refuses_naming_the_field() => Wire.ShouldRefuse<ExchangeMedium>("A600000103E801F403E90400", BitField.Bit(10, 2));

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(
        Gen.Select(Gens.UInt16, Gens.UInt16, Gens.UInt16, Gens.UInt16, Gen.Bool, Gen.Bool,
            (transport, source, first, second, inv1, inv2) => new ExchangeMedium(transport, source, first, second, inv1, inv2)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ExchangeMedium>("A600000103E801F403E90000");
}
