using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Models;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Models;

/// <summary>Kinds of drives: which cartridges they take, what they answer of themselves.</summary>
public class VirtualDriveModelTests
{
    public static TheoryData<string> Names => [.. VirtualDriveModel.All.Select(model => model.Name)];

    [Fact]
    public void There_are_four_of_each_generation_and_names_are_unique()
    {
        VirtualDriveModel.All.Count.ShouldBe(28);
        VirtualDriveModel.All.Select(model => model.Name).Distinct().Count().ShouldBe(28);
        VirtualDriveModel.All.GroupBy(model => model.Generation).Select(group => group.Count()).ShouldAllBe(count => count == 4);
        VirtualDriveModel.Default.Name.ShouldBe("ibm-lto9");
    }

    // LTO consortium: one generation back for writing and two for reading up to LTO-7; LTO-8 writes 7 and M8, LTO-9 8, LTO-10 nothing older.
    [Theory]
    [InlineData(4, "L4 L3", "L2")]
    [InlineData(5, "L5 L4", "L3")]
    [InlineData(6, "L6 L5", "L4")]
    [InlineData(7, "L7 L6", "L5")]
    [InlineData(8, "L8 M8 L7", "")]
    [InlineData(9, "L9 L8", "")]
    [InlineData(10, "LA PA", "")]
    public void Cartridges(int generation, string writes, string reads)
    {
        foreach (VirtualDriveModel model in VirtualDriveModel.All.Where(model => model.Generation == generation))
        {
            string.Join(' ', model.Writable.Select(medium => medium.BarcodeSuffix)).ShouldBe(writes);
            string.Join(' ', model.ReadOnly.Select(medium => medium.BarcodeSuffix)).ShouldBe(reads);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_says_who_it_is_and_reads_what_it_wrote(string name)
    {
        VirtualDriveModel model = VirtualDriveModel.Find(name)!;
        using var drive = new DriveRig(model: model);
        byte[] inquiry = drive.Good("12 00 00 00 60 00", dataIn: 96);
        System.Text.Encoding.ASCII.GetString(inquiry, 8, 24).ShouldBe($"{model.VendorId,-8}{model.Product,-16}");
        byte[] header = drive.Good("1A 00 00 00 FF 00", dataIn: 255);
        header[4].ShouldBe(model.Medium.DensityCode);
        header[1].ShouldBe(model.Vendor == DriveVendor.Hp ? (byte)0 : model.Medium.MediumTypeCode);
        drive.WriteBlock([1, 2, 3]);
        drive.Rewind();
        drive.Good("08 00 000003 00", dataIn: 3).ShouldBe([1, 2, 3]);
        // All pages in the short form too, as the kernel's tape driver asks for them.
        drive.Good("1A 00 3F 00 FF 00", dataIn: 255).Length.ShouldBeLessThan(255);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_gives_every_log_page_and_every_VPD_page_that_it_lists(string name)
    {
        VirtualDriveModel model = VirtualDriveModel.Find(name)!;
        using var drive = new DriveRig(model: model);
        byte[] list = drive.Good("4D 00 40 00 00 0000 00FF 00", dataIn: 255);
        list.Length.ShouldBe(4 + list[3]);
        LogVendor vendor = LogVendors.Of(model.VendorId, model.Product);
        foreach (byte page in list.AsSpan(4))
        {
            LogDecoder.TryDecode(drive.Good($"4D 00 {0x40 | page:X2} 00 00 0000 2000 00", dataIn: 8192), vendor, out DecodedLogPage? decoded).ShouldBeTrue();
            decoded!.Page.ShouldBe(page);
            decoded.Name.ShouldNotContain("without a name");
        }

        // LTO-4 has no volume statistics.
        list.AsSpan(4).Contains((byte)0x17).ShouldBe(model.Generation >= 5);
        byte[] pages = drive.Good("12 01 00 00FF 00", dataIn: 255);
        foreach (byte page in pages.AsSpan(4))
            drive.Good($"12 01 {page:X2} 00FF 00", dataIn: 255)[1].ShouldBe(page);
    }

    [Fact]
    public void WORM_in_the_notation_of_the_vendor()
    {
        using var ibm = new DriveRig(model: VirtualDriveModel.Find("ibm-lto10"), worm: true);
        ibm.Good("1A 08 00 00 FF 00", dataIn: 255)[1].ShouldBe((byte)0xAC);
        using var hpe = new DriveRig(model: VirtualDriveModel.Find("hpe-lto8"), worm: true);
        hpe.Good("1A 08 00 00 FF 00", dataIn: 255)[1].ShouldBe((byte)0x01);
    }

    [Fact]
    public void A_cartridge_that_is_too_old_or_too_new_is_incompatible()
    {
        foreach (MediumType medium in new[] { MediumType.Lto7, MediumType.Lto10 })
        {
            using var drive = new DriveRig(medium: medium);
            drive.Check("00 00 00 00 00 00", "70 00 03 00000000 0A 00000000 3000 00 000000");
            drive.Check("08 00 000003 00", "70 00 03 00000000 0A 00000000 3000 00 000000", dataIn: 3);
            // It can be taken out.
            drive.Good("1B 00 00 00 00 00");
        }
    }

    [Fact]
    public void A_cartridge_of_two_generations_ago_is_only_read()
    {
        using var drive = new DriveRig(model: VirtualDriveModel.Find("hp-lto7"), medium: MediumType.Lto5);
        drive.Good("00 00 00 00 00 00");
        drive.Good("1A 00 00 00 FF 00", dataIn: 255)[2].ShouldBe((byte)0x90);
        drive.Check("0A 00 000001 00", "70 00 07 00000000 0A 00000000 2700 00 000000", [1]);
    }

    [Fact]
    public void LTO_4_lacks_what_came_later()
    {
        using var drive = new DriveRig(model: VirtualDriveModel.Find("ibm-lto4"));
        drive.Check("1A 00 10 01 FF 00", "70 00 05 00000000 0A 00000000 2400 00 C00003", dataIn: 255);
        drive.Check("1A 00 0A F0 FF 00", "70 00 05 00000000 0A 00000000 2400 00 C00003", dataIn: 255);
        // REPORT SUPPORTED OPERATION CODES knows no timeouts there: no command timeouts descriptor in LOCATE(16)'s answer.
        byte[] locate = drive.Good("A3 0C 81 92 0000 00000100 00 00", dataIn: 256);
        (locate[1] & 0x80).ShouldBe(0);
        locate.Length.ShouldBe(20);
    }

    [Theory]
    [InlineData("ibm-lto9", "19", 74341u)]
    [InlineData("ibm-lto9-hh", "19", 166370u)]
    [InlineData("hpe-lto9", "1B", 840u)]
    [InlineData("ibm-lto10-hh", "92", 3940u)]
    [InlineData("hp-lto5", "0A", 300u)]
    public void Timeouts_are_the_models_own(string name, string operationCode, uint seconds)
    {
        using var drive = new DriveRig(model: VirtualDriveModel.Find(name));
        byte[] answer = drive.Good($"A3 0C 81 {operationCode} 0000 00000100 00 00", dataIn: 256);
        (answer[1] & 0x80).ShouldBe(0x80, "CTDP");
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(answer.Length - 4)).ShouldBe(seconds);
    }

    [Fact]
    public void Quirk_LOCATE_of_a_file_stands_one_file_short()
    {
        using DriveRig drive = new DriveRig(quirks: VirtualQuirks.LocateFileOffByOne).WithTwoFiles();
        drive.Good("92 08 00 00 0000000000000002 00 00 00 00");
        drive.Position().ShouldBe((4ul, 1ul));
    }

    [Fact]
    public void Quirk_allocation_length_answered()
    {
        using var drive = new DriveRig(model: VirtualDriveModel.Find("quantum-lto7"));
        byte[] status = drive.Good("4D 00 51 00 00 0000 0100 00", dataIn: 256);
        status.Length.ShouldBe(256);
        Convert.ToHexString(status, 0, 4).ShouldBe("1100000E");
        status[18..].ShouldAllBe(value => value == 0);
        // Other pages end where they do.
        drive.Good("4D 00 71 00 00 0000 0100 00", dataIn: 256).Length.ShouldBe(36);
    }

    [Fact]
    public void Quirk_log_page_length_counts_its_header()
    {
        using var drive = new DriveRig(quirks: VirtualQuirks.LogPageLengthCountsHeader);
        byte[] status = drive.Good("4D 00 51 00 00 0000 0100 00", dataIn: 256);
        status.Length.ShouldBe(18);
        status[3].ShouldBe((byte)18);
    }

    [Fact]
    public void Quirk_six_byte_modes_only()
    {
        using var drive = new DriveRig(quirks: VirtualQuirks.SixByteModesOnly);
        drive.Check("5A 00 3F 00 00 00 00 01 00 00", "70 00 05 00000000 0A 00000000 2000 00 C00000", dataIn: 256);
        drive.Good("1A 00 3F 00 FF 00", dataIn: 255);
    }
}
