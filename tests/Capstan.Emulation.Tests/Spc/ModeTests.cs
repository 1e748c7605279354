using Capstan.Scsi;
using Capstan.Emulation.Tests.Cartridges;

namespace Capstan.Emulation.Tests.Spc;

/// <summary>MODE SENSE and MODE SELECT, SPC-4 6.9 to 6.12, SSC-4 8.3.</summary>
public class ModeTests : IDisposable
{
    private readonly DriveRig _drive = new();

    public void Dispose() => _drive.Dispose();

    [Fact]
    public void The_header_names_medium_density_and_buffering()
    {
        // LTO-9 data cartridge (IBM: 98h), buffered mode 1, density 60h, variable blocks.
        Convert.ToHexString(_drive.Good("1A 00 00 00 FF 00", dataIn: 255)).ShouldBe("0B9810086000000000000000");
        Convert.ToHexString(_drive.Good("5A 00 00 00 000000 00FF 00", dataIn: 255)).ShouldBe("000E9810000000086000000000000000");
        Convert.ToHexString(_drive.Good("1A 08 00 00 FF 00", dataIn: 255)).ShouldBe("03981000");
    }

    [Theory]
    [InlineData("01", 12)]
    [InlineData("02", 16)]
    [InlineData("0A", 12)]
    [InlineData("0F", 16)]
    [InlineData("10", 16)]
    [InlineData("11", 16)]
    [InlineData("18", 8)]
    [InlineData("19", 16)]
    [InlineData("1A", 40)]
    [InlineData("1C", 12)]
    [InlineData("1D", 32)]
    public void Each_page_comes_alone_and_among_all(string page, int length)
    {
        byte[] alone = _drive.Good($"1A 08 {page} 00 FF 00", dataIn: 255);
        alone.Length.ShouldBe(4 + length);
        alone[0].ShouldBe((byte)(3 + length));
        Convert.ToHexString(alone, 4, 1).ShouldBe(page);
        alone[5].ShouldBe((byte)(length - 2));
        Convert.ToHexString(_drive.Good("1A 08 3F 00 FF 00", dataIn: 255)).ShouldContain(Convert.ToHexString(alone, 4, length));
    }

    [Fact]
    public void Compression_page_as_LTO_drives_have_it() =>
        Convert.ToHexString(_drive.Good("1A 08 0F 00 FF 00", dataIn: 255), 4, 16).ShouldBe("0F0EC080000000010000000100000000");

    [Theory]
    // SPF, subpage code, two bytes of length: SSC-4 tables of 0Ah/F0h and 10h/01h.
    [InlineData("0A F0", "4AF0001C 00040000")]
    [InlineData("10 01", "5001001C 00020000")]
    public void A_subpage_has_a_header_of_four_bytes(string subpage, string start)
    {
        byte[] alone = _drive.Good($"1A 08 {subpage} FF 00", dataIn: 255);
        alone.Length.ShouldBe(4 + 32);
        Convert.ToHexString(alone, 4, 8).ShouldBe(start.Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Subpages_come_with_FF_and_not_without()
    {
        Codes("5A 08 3F 00 000000 0400 00").ShouldBe(["01", "02", "0A", "0F", "10", "11", "18", "19", "1A", "1C", "1D", "24", "2F"]);
        Codes("5A 08 3F FF 000000 0400 00").ShouldBe(["01", "02", "0A", "0A/F0", "0F", "10", "10/01", "11", "18", "19", "1A", "1C", "1D", "24", "2F"]);
        Codes("5A 08 10 FF 000000 0400 00").ShouldBe(["10", "10/01"]);
        Codes("5A 08 1D FF 000000 0400 00").ShouldBe(["1D"]);
    }

    [Fact]
    public void What_does_not_fit_MODE_DATA_LENGTH_of_the_short_form_is_refused() =>
        _drive.Check("1A 08 3F FF FF 00", "70 00 05 00000000 0A 00000000 2400 00 C00003", dataIn: 255);

    [Fact]
    public void A_subpage_is_set()
    {
        // CRC32C on what is written and read.
        _drive.Good("55 10 000000 0000 0028 00", Convert.FromHexString("0000001000000000" + "4AF0001C0204C000" + new string('0', 48)));
        Convert.ToHexString(_drive.Good("5A 08 0A F0 000000 0400 00", dataIn: 1024), 8, 8).ShouldBe("4AF0001C0204C000");
        // The page without subpage is another.
        Convert.ToHexString(_drive.Good("5A 08 0A 00 000000 0400 00", dataIn: 1024), 8, 8).ShouldBe("0A0A000000000000");
        _drive.Good("5A 08 4A F0 000000 0400 00", dataIn: 1024)[12..16].ShouldBe([0xFF, 0x3F, 0xC0, 0x00]);
    }

    [Fact]
    public void What_was_kept_of_pages_of_another_shape_is_lost_page_by_page()
    {
        using var next = new DriveRig();
        // A vendor's page that is not there, block protection, an 11h of another length, and one that breaks off.
        next.Unit.Modes.Restore(Convert.FromHexString(
            "3E02FFFF" + "4AF0001C0204C000" + new string('0', 48) + "1104FFFFFFFF" + "0F0E4080000000010000000100000000" + "1C0A"));
        next.Unit.Modes.Protection.Value.Method.ShouldBe(ProtectionMethod.Crc32C);
        next.Unit.Modes.Compression.Value.CompressionEnabled.ShouldBeFalse();
        // Only what can be changed is taken over: DCC stays.
        next.Unit.Modes.Restore(Convert.FromHexString("0F0E0000000000010000000100000000"));
        next.Unit.Modes.Compression.Value.CompressionCapable.ShouldBeTrue();
    }

    /// <summary>Pages of an answer to MODE SENSE(10) without block descriptor.</summary>
    private List<string> Codes(string cdb)
    {
        byte[] answer = _drive.Good(cdb, dataIn: 1024);
        (answer[0] << 8 | answer[1]).ShouldBe(answer.Length - 2);
        var codes = new List<string>();
        for (int at = 8; at < answer.Length;)
        {
            bool isSubpage = (answer[at] & 0x40) != 0;
            codes.Add($"{answer[at] & 0x3F:X2}{(isSubpage ? $"/{answer[at + 1]:X2}" : "")}");
            at += isSubpage ? 4 + (answer[at + 2] << 8 | answer[at + 3]) : 2 + answer[at + 1];
        }
        return codes;
    }

    [Fact]
    public void What_does_not_exist_is_refused()
    {
        _drive.Check("1A 00 3E 00 FF 00", "70 00 05 00000000 0A 00000000 2400 00 CD0002", dataIn: 255);
        // A subpage that a page has not, and all subpages of one that is not there; subpages of all pages but FFh are reserved.
        _drive.Check("1A 00 10 02 FF 00", "70 00 05 00000000 0A 00000000 2400 00 C00003", dataIn: 255);
        _drive.Check("1A 00 3E FF FF 00", "70 00 05 00000000 0A 00000000 2400 00 CD0002", dataIn: 255);
        _drive.Check("1A 00 3F 01 FF 00", "70 00 05 00000000 0A 00000000 2400 00 C00003", dataIn: 255);
        _drive.Check("1A 00 CF 00 FF 00", "70 00 05 00000000 0A 00000000 3900 00 000000", dataIn: 255);
    }

    [Fact]
    public void A_block_length_and_a_page_are_set_together()
    {
        _drive.Good("55 10 000000 0000 0020 00",
            Convert.FromHexString("0000000000000008" + "6000000000008000" + "0F0E4080000000010000000100000000"));
        Convert.ToHexString(_drive.Good("1A 00 0F 00 FF 00", dataIn: 255))
            .ShouldBe("1B980008" + "6000000000008000" + "0F0E4080000000010000000100000000");
        // Defaults do not change.
        Convert.ToHexString(_drive.Good("1A 08 8F 00 FF 00", dataIn: 255), 4, 4).ShouldBe("0F0EC080");
    }

    [Theory]
    // DCC is not changeable: parameter byte 14, bit 6 (header 4, descriptor 8, page byte 2).
    [InlineData("15 10 0000 1C 00", "00001008 6000000000000000 0F0E8080000000010000000100000000", "8E000E", "2600")]
    // Unknown page.
    [InlineData("15 10 0000 08 00", "00001000 3E020000", "800004", "2600")]
    // Wrong page length.
    [InlineData("15 10 0000 08 00", "00001000 0F020000", "800005", "2600")]
    // WRITE MODE 2 is reserved: parameter byte 4 + 5, bit 7; a bit behind PEWS; a length that is not the subpage's.
    [InlineData("15 10 0000 24 00", "00001000 5001001C0022000000000000000000000000000000000000000000000000000000000000", "8F0009", "2600")]
    [InlineData("15 10 0000 24 00", "00001000 5001001C0002000001000000000000000000000000000000000000000000000000000000", "88000C", "2600")]
    [InlineData("15 10 0000 08 00", "00001000 50010000", "800006", "2600")]
    // PS is reserved in MODE SELECT.
    [InlineData("15 10 0000 14 00", "00001000 8F0EC080000000010000000100000000", "800004", "2600")]
    // Density of another generation; block too long; buffered mode 2; speed 1.
    [InlineData("15 10 0000 0C 00", "00001008 5E00000000000000", "800004", "2600")]
    [InlineData("15 10 0000 0C 00", "00001008 6000000000800001", "800009", "2600")]
    [InlineData("15 10 0000 04 00", "00002000", "8E0002", "2600")]
    [InlineData("15 10 0000 04 00", "00001100", "8B0002", "2600")]
    // A list that breaks off.
    [InlineData("15 10 0000 08 00", "00001008 60000000", "000000", "1A00")]
    [InlineData("15 10 0000 06 00", "00001000 0F0E", "000000", "1A00")]
    // Saving is not offered: SP, CDB byte 1 bit 0.
    [InlineData("15 11 0000 04 00", "00001000", "C80001", "2400")]
    public void A_list_with_an_error_changes_nothing(string cdb, string list, string pointer, string code)
    {
        byte[] before = _drive.Good("1A 00 3F 00 FF 00", dataIn: 255);
        _drive.Check(
            cdb, $"70 00 05 00000000 0A 00000000 {code} 00 {pointer}", Convert.FromHexString(list.Replace(" ", "", StringComparison.Ordinal)));
        _drive.Good("1A 00 3F 00 FF 00", dataIn: 255).ShouldBe(before);
    }

    [Fact]
    public void Sense_in_descriptor_format_when_the_control_page_says_so()
    {
        _drive.Good("15 10 0000 10 00", Convert.FromHexString("00001000" + "0A0A04000000000000000000"));
        // 72h, NO SENSE 00/05... end of data: BLANK CHECK; information and stream descriptors follow.
        Reply reply = _drive.Send("08 00 000064 00", dataIn: 100);
        reply.Sense.ShouldStartWith("72080005");
        reply.Sense.ShouldContain("000A80000000000000000064");
    }

    [Fact]
    public void WORM_shows_in_the_medium_type_and_page_1D()
    {
        using var drive = new DriveRig(worm: true);
        byte[] data = drive.Good("1A 08 1D 00 FF 00", dataIn: 255);
        data[1].ShouldBe((byte)0x9C);
        data[6].ShouldBe((byte)0x01);
    }
}
