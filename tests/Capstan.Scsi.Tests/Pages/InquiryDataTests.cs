using CsCheck;

namespace Capstan.Scsi.Tests;

public class InquiryDataTests
{
    [Fact]
    public void Captured_drive()
    {
        InquiryData.TryDecode(HexFixture.Load("lto5-inquiry").Data, out InquiryData inquiry).ShouldBeTrue();
        inquiry.ShouldBe(new InquiryData
        {
            Peripheral = new(0, PeripheralDeviceType.Tape),
            Removable = true,
            Version = 5,
            Protect = true,
            Vendor = "IBM",
            Product = "ULT3580-TD5",
            Revision = "K4K1",
            VersionDescriptors1To4 = 0x0300_0960_0200_0000,
        });
    }

    [Fact]
    public void Captured_changer()
    {
        InquiryData.TryDecode(HexFixture.Load("changer-inquiry").Data, out InquiryData inquiry).ShouldBeTrue();
        inquiry.Peripheral.DeviceType.ShouldBe(PeripheralDeviceType.MediumChanger);
        inquiry.Vendor.ShouldBe("STK");
        inquiry.Product.ShouldBe("L700");
        inquiry.Revision.ShouldBe("0108");
    }

    [Fact]
    public void Golden_bytes()
    {
        var inquiry = new InquiryData
        {
            Peripheral = Peripheral.Tape,
            Removable = true,
            Version = 6,
            HierarchicalLuns = true,
            Protect = true,
            MultiPort = true,
            CommandQueuing = true,
            Vendor = "CAPSTAN",
            Product = "LTO-9 VIRTUAL",
            Revision = "0001",
            VersionDescriptors1To4 = 0x0080_0460_0420_0000,
        };
        byte[] golden = Hex.Bytes(
            "01800612 5B011002 4341505354414E20 4C544F2D39205649525455414C202020 30303031"
            + "0000000000000000000000000000000000000000 0000"
            + "0080 0460 0420 0000 0000 0000 0000 0000"
            + "00000000000000000000000000000000000000000000");
        Wire.Written(inquiry.WriteTo, 96).ShouldBe(golden);
        InquiryData.TryDecode(golden, out InquiryData decoded).ShouldBeTrue();
        decoded.ShouldBe(inquiry);
    }

    [Fact]
    public void Additional_length_ends_the_data_even_in_a_longer_buffer()
    {
        byte[] data = HexFixture.Load("lto5-inquiry").Data;
        data[4] = 16 - 5;
        InquiryData.TryDecode(data, out InquiryData inquiry).ShouldBeTrue();
        inquiry.Vendor.ShouldBe("IBM");
        inquiry.Product.ShouldBeEmpty();
    }

    [Fact]
    public void Names_cannot_carry_control_bytes()
    {
        byte[] data = HexFixture.Load("lto5-inquiry").Data;
        data[8] = 0x1B;
        InquiryData.TryDecode(data, out InquiryData inquiry).ShouldBeTrue();
        inquiry.Vendor.ShouldBe("?BM");
    }

    [Fact]
    public void Name_that_does_not_fit_is_the_callers_mistake() =>
        Should.Throw<ArgumentException>(() => new InquiryData { Vendor = "NINECHARS" }.WriteTo(new byte[96]));

    [Fact]
    public void Total_over_bytes() =>
        Gen.Byte.Array[0, 120].Sample(data => InquiryData.TryDecode(data, out _) == data.Length >= 5, iter: 2000);
}
