using CsCheck;

namespace Capstan.Scsi.Tests;

public class SecurityProtocolOutTests
{
    [Fact]
    public void Golden_bytes() =>
        // As stenc sends it: 20 bytes and a key of 32.
        Wire.ShouldBe(new SecurityProtocolOut(SecurityProtocol.TapeDataEncryption, 0x0010, 52), "B52000100000000000340000", "SECURITY PROTOCOL OUT protocol 20h page 0010h length 52");

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<SecurityProtocolOut>("B52000108000000000340000", BitField.Bit(4, 7));
        Wire.ShouldRefuse<SecurityProtocolOut>("B52000100000FFFFFFFF0000", SecurityProtocolOut.TransferLengthField);
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Byte, Gen.UShort, Gen.Int[0, int.MaxValue], (protocol, page, length) => new SecurityProtocolOut((SecurityProtocol)protocol, page, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<SecurityProtocolOut>("B52000100000000000340000");
}
