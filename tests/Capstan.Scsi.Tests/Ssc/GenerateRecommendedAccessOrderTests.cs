using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>IBM LTO-9 SCSI Reference, after cern-cta/CTA SCSI/Structures.hpp.</summary>
public class GenerateRecommendedAccessOrderTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new GenerateRecommendedAccessOrder(72), "A41D02000000000000480000", "GENERATE RECOMMENDED ACCESS ORDER process 2 type 0 list 72");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<GenerateRecommendedAccessOrder>("A41C02000000000000480000", GenerateRecommendedAccessOrder.ServiceActionField);
        Wire.ShouldRefuse<GenerateRecommendedAccessOrder>("A41D0A000000000000480000", BitField.Bit(2, 3));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Select(Gen.UInt, Gen.Byte[0, 7], Gen.Byte[0, 7], (length, process, type) => new GenerateRecommendedAccessOrder(length, process, type)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<GenerateRecommendedAccessOrder>("A41D02000000000000480000");
}
