using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SPC-4 6.32; as sg_senddiag -l sends it.</summary>
public class ReceiveDiagnosticResultsTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReceiveDiagnosticResults(0, true, 0x1000), "1C0100100000", "RECEIVE DIAGNOSTIC RESULTS page 00h alloc 4096");
        Wire.ShouldBe(new ReceiveDiagnosticResults(0, false, 32), "1C0000002000", "RECEIVE DIAGNOSTIC RESULTS alloc 32");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReceiveDiagnosticResults>("1C0300002000", BitField.Bit(1, 1));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Select(Gen.Byte, Gen.Bool, Gen.UShort, (page, valid, length) => new ReceiveDiagnosticResults(page, valid, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReceiveDiagnosticResults>("1C0100100000");
}
