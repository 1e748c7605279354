using System.Collections.Immutable;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Scsi;
using Capstan.Transport;
using static Capstan.Drive.Tests.Rig;

namespace Capstan.Drive.Tests;

/// <summary>Reading mode pages, and changing one field of one and nothing else.</summary>
public class ModePageTests
{
    // MODE SENSE(10), page 0Fh with PS and bits that no standard names: medium type 58h, buffered mode 1, speed 2, density 58h, blocks of 512.
    private const string Sense10 = "001E 58 12 0000 0008 58 000000 00 000200 8F0EC0E3 00000001 00000001 0000AB00";

    // Mode data length, medium type, PS and density as MODE SELECT wants them, DCE off, every other bit as it was.
    private const string Select10 = "0000 00 12 0000 0008 7F 000000 00 000200 0F0E40E3 00000001 00000001 0000AB00";
    private const string Sense6 = "1B 58 92 08 58 000000 00 000000 0F0EC080 00000001 00000001 00000000";
    private const string Select6 = "00 00 12 08 7F 000000 00 000000 0F0E4080 00000001 00000001 00000000";

    [Fact]
    public void One_bit_changes_and_the_rest_is_sent_back()
    {
        using var transport = new Listening(Data(InquiryBytes), Check("05/24/00"), Good, Data(Hex(Sense10)), Good);
        using TapeDrive drive = TapeDrive.Open(transport, new InstantTime());
        drive.ChangeModes(0x0F, 0, SwitchOff);
        transport.Commands[^2].ShouldBe("5A000F00000000100000");
        transport.Commands[^1].ShouldBe("55100000000000002000");
        transport.LastData.ShouldBe(Hex(Select10));
    }

    [Fact]
    public void A_drive_without_the_ten_byte_commands_gets_the_six_byte_ones()
    {
        using var transport = new Listening(Data(InquiryBytes), Check("05/24/00"), Good, Check("05/20/00"), Data(Hex(Sense6)), Good);
        using TapeDrive drive = TapeDrive.Open(transport, new InstantTime());
        drive.ChangeModes(0x0F, 0, SwitchOff);
        transport.Commands[^2].ShouldBe("1A000F00FF00");
        transport.Commands[^1].ShouldBe("151000001C00");
        transport.LastData.ShouldBe(Hex(Select6));
    }

    [Fact]
    public void A_drive_with_MODE_SENSE_10_and_without_MODE_SELECT_10()
    {
        using var transport = new Listening(Data(InquiryBytes), Check("05/24/00"), Good, Data(Hex(Sense10)), Check("05/20/00"), Good);
        using TapeDrive drive = TapeDrive.Open(transport, new InstantTime());
        drive.ChangeModes(0x0F, 0, SwitchOff);
        transport.Commands[^1].ShouldBe("151000001C00");
        transport.LastData.ShouldBe([.. Hex("00 00 12 08"), .. Hex(Select10)[8..]]);
    }

    /// <summary>Who refuses a value would refuse it in the other form too.</summary>
    [Fact]
    public void A_value_that_is_refused_is_not_sent_again()
    {
        using Rig rig = Opened(Data(Hex(Sense10)), Check("05/26/00"));
        Should.Throw<TapeCommandException>(() => rig.Drive.ChangeModes(0x0F, 0, SwitchOff)).IsUnsupported.ShouldBeTrue();
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_page_that_is_not_there()
    {
        using Rig rig = Opened(Check("05/24/00"), Check("05/24/00"));
        Should.Throw<TapeCommandException>(() => rig.Drive.ReadModes(0x0F)).IsUnsupported.ShouldBeTrue();
        using Rig other = Opened(Data(Hex("000E 58 10 0000 0008 58 000000 00 000000")));
        Should.Throw<TapeCommandException>(() => other.Drive.ChangeModes(0x0F, 0, SwitchOff)).Message.ShouldContain("lacks the page");
    }

    [Fact]
    public void On_the_virtual_drive()
    {
        using var drive = new VirtualDrive();
        drive.Drive.ChangeModes(0x0F, 0, SwitchOff);
        ModeAnswer answer = drive.Drive.ReadModes(0x0F);
        ModeParameters.TryDecode(answer.Data, answer.Form, out ModeParameters parameters).ShouldBeTrue();
        parameters.TryGet(out DataCompression page).ShouldBeTrue();
        page.CompressionEnabled.ShouldBeFalse();
        page.CompressionCapable.ShouldBeTrue();
        // Backups write variable blocks whatever is set, and leave the compression alone.
        drive.Drive.WaitUntilReady();
        answer = drive.Drive.ReadModes(0x3F, 0xFF);
        ModeParameters.TryDecode(answer.Data, answer.Form, out parameters).ShouldBeTrue();
        parameters.IsWhole.ShouldBeTrue();
        parameters.TryGet(out page).ShouldBeTrue();
        page.CompressionEnabled.ShouldBeFalse();
    }

    /// <summary>Quantum's LTO-7 answers as many bytes as were allocated; densities are what the descriptors say.</summary>
    [Theory]
    [InlineData("quantum-lto7", "5A 5C", 0x5C)]
    [InlineData("hpe-lto8", "5C 5D 5E", 0x5E)]
    [InlineData("ibm-lto10-hh", "62 63", 0x62)]
    public void Densities(string model, string writable, byte medium)
    {
        using var directory = new TestDirectory();
        VirtualLibrary.Create(directory.File("library"), new LibraryOptions { CartridgeCount = 1, Model = VirtualDriveModel.Find(model)! });
        using VirtualLibrary library = VirtualLibrary.Open(directory.File("library"));
        using TapeDrive drive = TapeDrive.Open(library.OpenDrive("virtual:test"));
        ImmutableArray<DensityDescriptor> densities = drive.ReadDensities(ofLoadedMedium: false);
        string.Join(' ', densities.Where(density => density.IsWritable).Select(density => density.PrimaryDensity.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)))
            .ShouldBe(writable);
        drive.ReadDensities(ofLoadedMedium: true).ShouldHaveSingleItem().PrimaryDensity.ShouldBe(medium);
        drive.ReadMediumTypes(ofLoadedMedium: true).ShouldHaveSingleItem().MediaWidth.ShouldBe((ushort)127);
    }

    private static ModeParameterHeader SwitchOff(ModeParameterHeader header, Span<byte> page)
    {
        DataCompression.CompressionEnabledField.Set(page, false);
        return header;
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
