using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SSC-4 7.1.</summary>
public class AllowOverwriteTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new AllowOverwrite(OverwriteScope.CurrentPosition, 1, 0x0102030405060708), "82000101010203040506070800000000", "ALLOW OVERWRITE at object 72623859790382856 partition 1");
        Wire.ShouldBe(new AllowOverwrite(OverwriteScope.Format), "82000200000000000000000000000000", "ALLOW OVERWRITE format");
        Wire.ShouldBe(new AllowOverwrite(OverwriteScope.Disabled), "82000000000000000000000000000000", "ALLOW OVERWRITE off");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<AllowOverwrite>("82000300000000000000000000000000", AllowOverwrite.ScopeField);
        Wire.ShouldRefuse<AllowOverwrite>("82010100000000000000000000000000", BitField.Bit(1, 0));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(
        Gen.Select(Gen.Int[0, 2], Gen.Byte, Gen.ULong, (scope, partition, id) => new AllowOverwrite((OverwriteScope)scope, partition, id)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<AllowOverwrite>("82000100000000000000000000000000");
}
