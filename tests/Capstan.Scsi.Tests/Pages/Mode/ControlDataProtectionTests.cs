using CsCheck;

namespace Capstan.Scsi.Tests;

public class ControlDataProtectionTests
{
    /// <summary>SSC-4 8.3.9; sent so by LTFS to protect (method 2, LBP_W, LBP_R).</summary>
    private const string Crc32C = "4AF0001C 0204C000 0000000000000000 0000000000000000 0000000000000000";

    [Fact]
    public void Golden_bytes() =>
        Convert.ToHexString(Wire.Written(data => ControlDataProtection.On(ProtectionMethod.Crc32C).WriteTo(data), ControlDataProtection.Length))
            .ShouldBe(Crc32C.Replace(" ", "", StringComparison.Ordinal));

    [Fact]
    public void Off_is_off() => new ControlDataProtection { InformationLengthBytes = 4 }.IsOn.ShouldBeFalse();

    [Fact]
    public void Another_page_is_not_this_one()
    {
        byte[] page = Hex.Bytes(Crc32C.Replace(" ", "", StringComparison.Ordinal));
        ControlDataProtection.TryDecode(page, out ControlDataProtection found).ShouldBeTrue();
        found.ShouldBe(ControlDataProtection.On(ProtectionMethod.Crc32C));
        found.IsOn.ShouldBeTrue();
        ControlDataProtection.TryDecode(page.AsSpan(0, 31), out _).ShouldBeFalse();
        page[1] = 0x01;
        ControlDataProtection.TryDecode(page, out _).ShouldBeFalse();
        ControlDataProtection.TryDecode(Hex.Bytes("0A1E0000000000000000000000000000"), out _).ShouldBeFalse();
    }

    [Fact]
    public void Total_over_bytes() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        byte[] copy = [.. bytes];
        if (copy.Length > 3)
            (copy[0], copy[1]) = (0x4A, 0xF0);
        ControlDataProtection.TryDecode(copy, out _);
    });
}
