using CsCheck;

namespace Capstan.Scsi.Tests;

public class VpdPageTests
{
    [Fact]
    public void Supported_pages()
    {
        byte[] data = HexFixture.Load("lto5-inquiry-vpd-00").Data;
        SupportedVpdPages.TryDecode(data, out SupportedVpdPages page).ShouldBeTrue();
        page.Pages.ShouldBe([0x00, 0x80, 0x83, 0x86, 0xB0, 0xB1, 0xB2, 0xB5, 0xC0, 0xC1]);
        Wire.Written(page.WriteTo, data.Length).ShouldBe(data);
    }

    [Theory]
    [InlineData("lto5-inquiry-vpd-80", "XYZZY_A2", PeripheralDeviceType.Tape)]
    [InlineData("changer-inquiry-vpd-80", "XYZZY_A", PeripheralDeviceType.MediumChanger)]
    public void Serial_numbers_lose_every_devices_own_padding(string fixture, string serial, PeripheralDeviceType type)
    {
        UnitSerialNumber.TryDecode(HexFixture.Load(fixture).Data, out UnitSerialNumber page).ShouldBeTrue();
        page.SerialNumber.ShouldBe(serial);
        page.Peripheral.DeviceType.ShouldBe(type);
    }

    [Fact]
    public void Serial_number_golden_bytes() =>
        Wire.Written(new UnitSerialNumber(Peripheral.Tape, "CAP0001").WriteTo, 11).ShouldBe(Hex.Bytes("01800007 43415030303031"));

    [Fact]
    public void Designators()
    {
        byte[] data = HexFixture.Load("lto5-inquiry-vpd-83").Data;
        DeviceIdentification.TryDecode(data, out DeviceIdentification page).ShouldBeTrue();
        page.Designators.Length.ShouldBe(2);
        page.Designators[0].Type.ShouldBe(DesignatorType.T10VendorId);
        page.Designators[0].CodeSet.ShouldBe(DesignatorCodeSet.Ascii);
        page.Designators[0].ToString().ShouldBe("IBM     ULT3580-TD5     XYZZY_A2");
        page.Designators[1].Type.ShouldBe(DesignatorType.Naa);
        page.Designators[1].Association.ShouldBe(DesignatorAssociation.LogicalUnit);
        page.Designators[1].Protocol.ShouldBeNull();
        page.Designators[1].ToString().ShouldBe("50223344ab000200");
        Wire.Written(page.WriteTo, data.Length).ShouldBe(data);
    }

    [Fact]
    public void Designator_of_a_port_golden_bytes()
    {
        var port = new Designator(DesignatorAssociation.TargetPort, DesignatorType.RelativeTargetPort, DesignatorCodeSet.Binary, [0, 0, 0, 1], Protocol: 6);
        byte[] golden = Hex.Bytes("01830008 61940004 00000001");
        Wire.Written(new DeviceIdentification(Peripheral.Tape, [port]).WriteTo, 12).ShouldBe(golden);
        DeviceIdentification.TryDecode(golden, out DeviceIdentification page).ShouldBeTrue();
        page.Designators[0].Protocol.ShouldBe((byte)6);
        page.Designators[0].Association.ShouldBe(DesignatorAssociation.TargetPort);
    }

    [Fact]
    public void A_designator_that_is_cut_off_is_left_out()
    {
        byte[] data = HexFixture.Load("lto5-inquiry-vpd-83").Data;
        DeviceIdentification.TryDecode(data.AsSpan(0, data.Length - 1), out DeviceIdentification page).ShouldBeTrue();
        page.Designators.Length.ShouldBe(1);
    }

    [Fact]
    public void Sequential_access_capabilities()
    {
        // This device sends four bytes where the standard has two.
        SequentialAccessCapabilities.TryDecode(HexFixture.Load("lto5-inquiry-vpd-b0").Data, out SequentialAccessCapabilities page).ShouldBeTrue();
        page.ShouldBe(new SequentialAccessCapabilities(Peripheral.Tape, Worm: true));
        Wire.Written(page.WriteTo, 6).ShouldBe(Hex.Bytes("01B00002 0100"));
        Wire.Written(new SequentialAccessCapabilities(Peripheral.Tape, false, true).WriteTo, 6).ShouldBe(Hex.Bytes("01B00002 0200"));
        SequentialAccessCapabilities.TryDecode(Hex.Bytes("01B00000"), out _).ShouldBeFalse();
    }

    [Fact]
    public void Another_page_than_the_one_asked_for_is_not_taken()
    {
        byte[] data = HexFixture.Load("lto5-inquiry-vpd-80").Data;
        SupportedVpdPages.TryDecode(data, out _).ShouldBeFalse();
        DeviceIdentification.TryDecode(data, out _).ShouldBeFalse();
    }

    [Fact]
    public void Total_over_bytes() => Gen.Select(Gens.Of<byte>(0, 0x80, 0x83, 0xB0), Gen.Byte[0, 40], Gen.Byte.Array[0, 48]).Sample(
        (code, length, data) =>
        {
            if (data.Length > 1) data[1] = code;
            if (data.Length > 3) (data[2], data[3]) = (0, length);
            bool hasHeader = data.Length >= 4;
            return (SupportedVpdPages.TryDecode(data, out _) == (hasHeader && code == 0) || !hasHeader)
                && UnitSerialNumber.TryDecode(data, out _) == (hasHeader && code == 0x80)
                && DeviceIdentification.TryDecode(data, out _) == (hasHeader && code == 0x83)
                && SequentialAccessCapabilities.TryDecode(data, out _) == (data.Length > 4 && length > 0 && code == 0xB0);
        },
        iter: 3000);
}
