using System.Text;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Spc;

/// <summary>INQUIRY, REPORT LUNS and REPORT SUPPORTED OPERATION CODES, SPC-4 6.6, 6.33, 6.35.</summary>
public class IdentityTests : IDisposable
{
    private readonly DriveRig _drive = new();

    public void Dispose() => _drive.Dispose();

    [Fact]
    public void Standard_inquiry_data_are_those_of_an_IBM_LTO9()
    {
        byte[] data = _drive.Good("12 00 00 00FF 00", dataIn: 255);
        data.Length.ShouldBe(96);
        // Tape, removable, SPC-4, HISUP and format 2, 91 more bytes, PROTECT, CMDQUE.
        Convert.ToHexString(data, 0, 8).ShouldBe("018006125B010002");
        Encoding.ASCII.GetString(data, 8, 28).ShouldBe("IBM     ULT3580-TD9     CAP1");
        _drive.Good("12 00 00 0024 00", dataIn: 255).ShouldBe(data[..36]);
    }

    [Fact]
    public void Vital_product_data()
    {
        Convert.ToHexString(_drive.Good("12 01 00 00FF 00", dataIn: 255)).ShouldBe("01000009" + "00808386B0B1B2B5C0");
        Convert.ToHexString(_drive.Good("12 01 80 00FF 00", dataIn: 255)).ShouldBe("0180000A" + Convert.ToHexString("CAP0000001"u8));
        byte[] names = _drive.Good("12 01 83 00FF 00", dataIn: 255);
        // T10 vendor identification, ASCII, 34 bytes.
        Convert.ToHexString(names, 4, 4).ShouldBe("02010022");
        Encoding.ASCII.GetString(names, 8, 34).ShouldBe("IBM     ULT3580-TD9     CAP0000001");
        // NAA, binary, 8 bytes, locally assigned.
        Convert.ToHexString(names, 42, 4).ShouldBe("01030008");
        (names[46] >> 4).ShouldBe(3);
        _drive.Good("12 01 B0 00FF 00", dataIn: 255)[4].ShouldBe((byte)0x01);
        // Simple, ordered and head of queue.
        Convert.ToHexString(_drive.Good("12 01 86 00FF 00", dataIn: 255), 0, 6).ShouldBe("0186003C0007");
        Convert.ToHexString(_drive.Good("12 01 B1 00FF 00", dataIn: 255)).ShouldBe("01B10010" + Convert.ToHexString("CAP0000001"u8) + "000000000000");
        // TapeAlert flags 3, 5, 6, 7; 9, 10, 15; 19 to 22; 53; 60, 61.
        Convert.ToHexString(_drive.Good("12 01 B2 00FF 00", dataIn: 255)).ShouldBe("01B20008" + "2EC23C0000000818");
        // Reed-Solomon and CRC32C, four bytes each, on write and read.
        Convert.ToHexString(_drive.Good("12 01 B5 00FF 00", dataIn: 255)).ShouldBe("01B5000C" + "00000000" + "030104C0" + "030204C0");
        _drive.Check("12 01 C7 00FF 00", "70 00 05 00000000 0A 00000000 2400 00 C00002", dataIn: 255);
        _drive.Check("12 00 80 00FF 00", "70 00 05 00000000 0A 00000000 2400 00 C00002", dataIn: 255);
    }

    /// <summary>LTO-4 has no logical block protection: neither the bit nor the page.</summary>
    [Fact]
    public void An_LTO4_says_nothing_of_logical_block_protection()
    {
        using var drive = new DriveRig(model: Emulation.Models.VirtualDriveModel.Find("ibm-lto4"));
        Convert.ToHexString(drive.Good("12 01 00 00FF 00", dataIn: 255)).ShouldBe("01000008" + "00808386B0B1B2C0");
        drive.Check("12 01 B5 00FF 00", "70 00 05 00000000 0A 00000000 2400 00 C00002", dataIn: 255);
        (drive.Good("12 00 00 00FF 00", dataIn: 255)[5] & 1).ShouldBe(0);
    }

    [Fact]
    public void There_is_logical_unit_0() =>
        Convert.ToHexString(_drive.Good("A0 00 00 000000 000000FF 00 00", dataIn: 255)).ShouldBe("00000008000000000000000000000000");

    [Fact]
    public void Supported_commands_come_with_timeouts_of_an_LTO9()
    {
        byte[] data = _drive.Good("A3 0C 80 00 0000 00000800 00 00", dataIn: 2048);
        SupportedOperationCodes.TryDecode(data, out SupportedOperationCodes codes).ShouldBeTrue();
        codes.Commands.Length.ShouldBe(CommandTable.TapeDrive.Count);
        codes.Commands.Single(c => c.OperationCode == 0x92).Timeouts!.Value.RecommendedSeconds.ShouldBe(2940u);
        codes.Commands.Single(c => c.OperationCode == 0x1B).Timeouts!.Value.RecommendedSeconds.ShouldBe(960u);
        // LOCATE(16): supported by a standard, 16 bytes, then the usage map.
        Convert.ToHexString(_drive.Good("A3 0C 01 92 0000 00000800 00 00", dataIn: 2048))
            .ShouldBe("00030010" + "921B00FFFFFFFFFFFFFFFFFF00000000");
        Convert.ToHexString(_drive.Good("A3 0C 03 34 0006 00000800 00 00", dataIn: 2048), 0, 4).ShouldBe("0003000A");
        // 0Ch is not there.
        _drive.Good("A3 0C 01 0C 0000 00000800 00 00", dataIn: 2048)[1].ShouldBe((byte)0x01);
        // READ POSITION has service actions: 001b does not fit.
        _drive.Check("A3 0C 01 34 0000 00000800 00 00", "70 00 05 00000000 0A 00000000 2400 00 CA0002", dataIn: 2048);
    }
}
