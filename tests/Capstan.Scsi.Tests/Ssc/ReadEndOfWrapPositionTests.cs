using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>IBM LTO-8 SCSI Reference, after cern-cta/CTA SCSI/Structures.hpp.</summary>
public class ReadEndOfWrapPositionTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new ReadEndOfWrapPosition(null, ReportAll: true, 3360), "A31F4502000000000D200000", "READ END OF WRAP POSITION all alloc 3360");
        Wire.ShouldBe(new ReadEndOfWrapPosition(5, ReportAll: false, 12), "A31F450100050000000C0000", "READ END OF WRAP POSITION wrap 5 alloc 12");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReadEndOfWrapPosition>("A31F4402000000000D200000", ReadEndOfWrapPosition.QualifierField);
        Wire.ShouldRefuse<ReadEndOfWrapPosition>("A31D4502000000000D200000", ReadEndOfWrapPosition.ServiceActionField);
        Wire.ShouldRefuse<ReadEndOfWrapPosition>("A31F4504000000000D200000", BitField.Bit(3, 2));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Select(Gen.UShort, Gen.Bool, Gen.Bool, Gen.UInt, (wrap, valid, all, length) => new ReadEndOfWrapPosition(valid ? wrap : null, all, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReadEndOfWrapPosition>("A31F450100050000000C0000", WithoutIgnored);

    /// <summary>REQUESTED WRAP NUMBER is ignored without WNV.</summary>
    private static byte[] WithoutIgnored(byte[] cdb)
    {
        if ((cdb[3] & 0x01) == 0) cdb.AsSpan(4, 2).Clear();
        return cdb;
    }
}
