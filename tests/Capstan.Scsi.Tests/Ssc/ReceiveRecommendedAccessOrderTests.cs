using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>IBM LTO-9 SCSI Reference, after cern-cta/CTA SCSI/Structures.hpp.</summary>
public class ReceiveRecommendedAccessOrderTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReceiveRecommendedAccessOrder(4, Limits: true), "A39D00000000000000040000", "RECEIVE RECOMMENDED ACCESS ORDER limits alloc 4");
        Wire.ShouldBe(new ReceiveRecommendedAccessOrder(72, ListOffset: 16), "A31D00000010000000480000", "RECEIVE RECOMMENDED ACCESS ORDER from 16 alloc 72");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReceiveRecommendedAccessOrder>("A39C00000000000000040000", ReceiveRecommendedAccessOrder.ServiceActionField);
        Wire.ShouldRefuse<ReceiveRecommendedAccessOrder>("A3DD00000000000000040000", BitField.Bit(1, 6));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Select(Gen.UInt, Gen.Bool, Gen.UInt, Gen.Byte[0, 7], (length, limits, offset, type) => new ReceiveRecommendedAccessOrder(length, limits, offset, type)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReceiveRecommendedAccessOrder>("A39D00000000000000040000");
}
