using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SPC-4 6.23; operation code ABh, service action 01h.</summary>
public class ReadMediaSerialNumberTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReadMediaSerialNumber(512), "AB0100000000000002000000", "READ MEDIA SERIAL NUMBER alloc 512");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReadMediaSerialNumber>("AB0200000000000002000000", ReadMediaSerialNumber.ServiceActionField);
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.UInt.Select(length => new ReadMediaSerialNumber(length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReadMediaSerialNumber>("AB0100000000000002000000");
}
