using CsCheck;

namespace Capstan.Scsi.Tests;

public class SecurityProtocolInTests
{
    [Fact]
    public void Golden_bytes()
    {
        // As stenc sends it, with its buffer of 8 KiB and a header.
        Wire.ShouldBe(new SecurityProtocolIn(SecurityProtocol.TapeDataEncryption, 0x0020, 0x2004), "A22000200000000020040000", "SECURITY PROTOCOL IN protocol 20h page 0020h alloc 8196");
        Wire.ShouldBe(new SecurityProtocolIn(SecurityProtocol.Information, 0x0001, 4), "A20000010000000000040000", "SECURITY PROTOCOL IN protocol 00h page 0001h alloc 4");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<SecurityProtocolIn>("A22000208000000020040000", BitField.Bit(4, 7));
        Wire.ShouldRefuse<SecurityProtocolIn>("A22000200000800000000000", SecurityProtocolIn.AllocationLengthField);
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Byte, Gen.UShort, Gen.Int[0, int.MaxValue], (protocol, page, length) => new SecurityProtocolIn((SecurityProtocol)protocol, page, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<SecurityProtocolIn>("A22000200000000020040000");

    [Fact]
    public void Captured_cdb_is_this_command() =>
        Cdb.Of(new SecurityProtocolIn(SecurityProtocol.TapeDataEncryption, TapeEncryptionPage.Capabilities, 0x1000)).ShouldBe(HexFixture.Load("lto5-security-protocol-in-0010").Cdb);
}
