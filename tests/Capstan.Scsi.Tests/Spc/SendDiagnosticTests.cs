using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SPC-4 6.42; the default self-test as sg_senddiag -t sends it, a page as sg_senddiag -p does.</summary>
public class SendDiagnosticTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new SendDiagnostic(SelfTest: true), "1D0400000000", "SEND DIAGNOSTIC self-test");
        Wire.ShouldBe(new SendDiagnostic(SelfTest: false, ParameterListLength: 4, PageFormat: true), "1D1000000400", "SEND DIAGNOSTIC list 4");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<SendDiagnostic>("1D2400000000", SendDiagnostic.SelfTestCodeField);
        Wire.ShouldRefuse<SendDiagnostic>("1D0401000000", BitField.Bit(2, 0));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Select(Gen.Bool, Gen.UShort, Gen.Bool, Gen.Byte[0, 7], Gen.Bool, Gen.Bool, (self, length, format, code, unit, device) => new SendDiagnostic(self, length, format, self ? (byte)0 : code, unit, device)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<SendDiagnostic>("1D0400000000");
}
