using CsCheck;

namespace Capstan.Scsi.Tests;

public class ReportSupportedOperationCodesTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReportSupportedOperationCodes(ReportingOptions.AllCommands, 0, 0, true, 0x2000), "A30C80000000000020000000", "REPORT SUPPORTED OPERATION CODES all timeouts alloc 8192");
        Wire.ShouldBe(new ReportSupportedOperationCodes(ReportingOptions.OneServiceAction, 0xA3, 0x001F, false, 64), "A30C02A3001F000000400000", "REPORT SUPPORTED OPERATION CODES A3h/001Fh alloc 64");
        Wire.ShouldBe(new ReportSupportedOperationCodes(ReportingOptions.OneOperationCode, 0x92, 0, false, 20), "A30C01920000000000140000", "REPORT SUPPORTED OPERATION CODES 92h alloc 20");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReportSupportedOperationCodes>("A30C84000000000020000000", ReportSupportedOperationCodes.ReportingOptionsField);
        Wire.ShouldRefuse<ReportSupportedOperationCodes>("A30D00000000000020000000", ReportSupportedOperationCodes.ServiceActionField);
        Wire.ShouldRefuse<ReportSupportedOperationCodes>("A30C40000000000020000000", BitField.Bit(2, 6));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.Enum<ReportingOptions>(), Gen.Byte, Gen.UShort, Gen.Bool, Gen.UInt, (options, code, action, timeouts, length) => new ReportSupportedOperationCodes(options, code, action, timeouts, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReportSupportedOperationCodes>("A30C01920000000000140000");

    [Fact]
    public void Captured_cdb_is_this_command() =>
        Cdb.Of(new ReportSupportedOperationCodes(ReportingOptions.AllCommands, 0, 0, true, 8192)).ShouldBe(HexFixture.Load("lto5-report-opcodes").Cdb);
}
