using CsCheck;

namespace Capstan.Scsi.Tests;

public class RequestSenseTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new RequestSense(false, 252), "03000000FC00", "REQUEST SENSE alloc 252");
        Wire.ShouldBe(new RequestSense(true, 18), "030100001200", "REQUEST SENSE descriptor alloc 18");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<RequestSense>("03020000FC00", BitField.Bit(1, 1));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Bool, Gen.Byte, (desc, length) => new RequestSense(desc, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<RequestSense>("03000000FC00");
}
