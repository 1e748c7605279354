using System.Text.RegularExpressions;
using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>INQUIRY data and VPD pages: our decoder beside sg_inq and sg_vpd on the same bytes.</summary>
public partial class InquiryBesideSg3UtilsTests
{
    [Theory]
    [InlineData("lto5-inquiry")]
    [InlineData("changer-inquiry")]
    [InlineData("tgt-tape-inquiry")]
    public void Standard_data_agree_with_sg_inq(string fixture)
    {
        byte[] bytes = HexFixture.Load(fixture).Data;
        DecodedInquiry ours = Decode(bytes);
        ours.Page.ShouldBeNull();
        string theirs = Sg3Utils.Run("sg_inq", bytes, "--inhex={0}");
        theirs.ShouldContain($"Vendor identification: {Text(ours, "vendor")}");
        theirs.ShouldContain($"Product identification: {Text(ours, "product")}");
        theirs.ShouldContain($"Product revision level: {Text(ours, "revision")}");
        theirs.ShouldContain($"[{Text(ours, "version")}]");
        theirs.ShouldContain($"RMB={Bit(ours, "removable")}");
        theirs.ShouldContain($"Protect={Bit(ours, "logical block protection")}");
        theirs.ShouldContain($"CmdQue={Bit(ours, "command queuing")}");
        theirs.ShouldContain($"Peripheral device type: {Text(ours, "device type")}");
    }

    [Theory]
    [InlineData("lto5-inquiry-vpd-00")]
    [InlineData("changer-inquiry-vpd-00")]
    public void The_list_of_pages_is_the_same(string fixture)
    {
        byte[] bytes = HexFixture.Load(fixture).Data;
        string[] theirs = [.. PageLine().Matches(Sg3Utils.Run("sg_vpd", bytes, "--inhex={0}", "--page=sv", "-l")).Select(match => match.Groups[1].Value + "h")];
        theirs.ShouldNotBeEmpty();
        Decode(bytes).Fields.Select(field => field.Name).ShouldBe(theirs);
    }

    [Theory]
    [InlineData("lto5-inquiry-vpd-80", "sn")]
    [InlineData("changer-inquiry-vpd-80", "sn")]
    [InlineData("tgt-tape-inquiry-vpd-80", "sn")]
    [InlineData("lto5-inquiry-vpd-b1", "mas")]
    public void Serial_numbers_are_the_same(string fixture, string page)
    {
        byte[] bytes = HexFixture.Load(fixture).Data;
        string serial = Text(Decode(bytes), "serial number").Trim();
        serial.ShouldNotBeEmpty();
        Sg3Utils.Run("sg_vpd", bytes, "--inhex={0}", $"--page={page}").ShouldContain(serial);
    }

    [Fact]
    public void Names_of_the_drive_are_the_same()
    {
        byte[] bytes = HexFixture.Load("lto5-inquiry-vpd-83").Data;
        string theirs = Sg3Utils.Run("sg_vpd", bytes, "--inhex={0}", "--page=di");
        DecodedInquiry ours = Decode(bytes);
        ours.Fields.Select(field => field.Name).ShouldBe(["logical unit, T10 vendor identification", "logical unit, NAA"]);
        theirs.ShouldContain("vendor specific: " + Text(ours, "logical unit, T10 vendor identification")[8..].TrimEnd());
        theirs.ShouldContain("0x" + ours.Fields[1].Value.Text);
    }

    [Fact]
    public void Sequential_access_capabilities_are_the_same()
    {
        byte[] bytes = HexFixture.Load("lto5-inquiry-vpd-b0").Data;
        Sg3Utils.Run("sg_vpd", bytes, "--inhex={0}", "--page=sad").ShouldContain($"WORM={Bit(Decode(bytes), "WORM")}");
    }

    // SPC-4 7.8.7, SSC-4 8.5, SSC-5: pages that nobody captured.
    [Fact]
    public void Other_pages_agree_with_sg_vpd()
    {
        byte[] protection = Hex.Bytes("01 B5 00 0C 00 00 00 00 03 01 04 C0 03 02 04 80");
        Sg3Utils.Run("sg_vpd", protection, "--inhex={0}").ShouldContain("method: 2, info_len: 4, LBP_W_C=1, LBP_R_C=0");
        DecodedInquiry ours = Decode(protection);
        Text(ours, "CRC32C").ShouldBe("4 bytes, on write");
        Text(ours, "Reed-Solomon (ECMA-319)").ShouldBe("4 bytes, on write, on read");

        byte[] address = Hex.Bytes("01 B4 00 02 01 F4");
        Sg3Utils.Run("sg_vpd", address, "--inhex={0}").ShouldContain("0x01f4");
        Decode(address).Fields[0].Value.Number.ShouldBe(500);

        byte[] flags = Hex.Bytes("01 B2 00 08 80 00 00 00 00 00 00 01");
        Sg3Utils.Run("sg_vpd", flags, "--inhex={0}").ShouldContain("Flag01h: 1");
        Decode(flags).Fields.Where(field => field.Value.Flag == true).Select(field => field.Name).ShouldBe(["1, read warning", "64, reserved (64)"]);

        byte[] extended = Hex.Bytes("01 86 00 3C 00 07 01 00 00 00 00 02 E0 FC" + string.Concat(Enumerable.Repeat(" 00", 50)));
        string theirs = Sg3Utils.Run("sg_vpd", extended, "--inhex={0}");
        theirs.ShouldContain("Maximum supported sense data length=252");
        theirs.ShouldContain("HEADSUP=1 ORDSUP=1 SIMPSUP=1");
        DecodedInquiry own = Decode(extended);
        own.Fields.Single(field => field.Name == "longest sense data").Value.Number.ShouldBe(252);
        own.Fields.Single(field => field.Name == "extended self-test").Value.Number.ShouldBe(2);
        own.Fields.Where(field => field.Value.Flag == true).Select(field => field.Name)
            .ShouldBe(["head of queue", "ordered", "simple", "volatile cache", "power-on activation of microcode", "hard reset activation of microcode", "vendor-specific activation of microcode"]);
    }

    /// <summary>Families of standards, of which a version descriptor names one and its revision.</summary>
    [Fact]
    public void Version_descriptors_are_the_same()
    {
        int compared = 0;
        for (int first = 0x0020; first < 0x2100; first += 8 * 0x20)
        {
            byte[] bytes = new byte[96];
            (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]) = (0x01, 0x80, 0x06, 0x02, 91);
            "IBM     ULT3580-TD5     1234"u8.CopyTo(bytes.AsSpan(8));
            for (int i = 0; i < 8; i++)
                System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(58 + (2 * i)), (ushort)(first + (0x20 * i)));
            string[] theirs = [.. Sg3Utils.Run("sg_inq", bytes, "--inhex={0}", "--descriptors").Split("Version descriptors:")[1].Trim().Split('\n')];
            theirs.Length.ShouldBe(8);
            DecodedInquiry ours = Decode(bytes);
            for (int i = 0; i < 8; i++)
            {
                string text = Text(ours, $"version descriptor {i + 1}");
                // We name the families of tape drives.
                if (!text.Contains('(', StringComparison.Ordinal)) continue;
                $"{text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..^1]} (no version claimed)".ShouldBe(theirs[i].Trim(), text);
                compared++;
            }
        }

        compared.ShouldBeGreaterThan(30);
    }

    [Fact]
    public void Names_in_UTF_8_are_text()
    {
        byte[] name = [0x01, 0x83, 0, 24, 0x53, 0x98, 0, 20, .. "iqn.2026-11.test:t,0"u8];
        string theirs = Sg3Utils.Run("sg_vpd", name, "--inhex={0}", "--page=di");
        theirs.ShouldContain("iqn.2026-11.test:t,0");
        Decode(name).Fields.ShouldHaveSingleItem().Value.Text.ShouldBe("iqn.2026-11.test:t,0");
    }

    [Fact]
    public void Vendor_pages_show_what_can_be_read_in_them() =>
        Decode(Hex.Bytes("01 C0 00 0C 00 4B 34 4B 31 00 01 02 41 42 43 44")).Fields.Select(field => field.Value.Text).ShouldBe(["K4K1", "ABCD"]);

    [Fact]
    public void Any_bytes_decode_or_are_too_few() => Gen.Byte.Array[0, 300].Sample(bytes =>
        InquiryDecoder.TryDecode(bytes, null, out DecodedInquiry? decoded) ? decoded.Bytes.Length <= bytes.Length : bytes.Length < 5);

    [Fact]
    public void Any_page_decodes() => Gen.Select(Gen.Byte, Gen.Byte.Array[0, 255]).Sample((page, body) =>
        InquiryDecoder.TryDecode([1, page, 0, (byte)body.Length, .. body], true, out DecodedInquiry? decoded) && decoded.Page == page);

    private static string Text(DecodedInquiry inquiry, string name) => inquiry.Fields.Single(field => field.Name == name).Value.ToString();

    private static int Bit(DecodedInquiry inquiry, string name) => inquiry.Fields.Single(field => field.Name == name).Value.Flag == true ? 1 : 0;

    private static DecodedInquiry Decode(byte[] bytes)
    {
        InquiryDecoder.TryDecode(bytes, null, out DecodedInquiry? decoded).ShouldBeTrue();
        return decoded!;
    }

    [GeneratedRegex(@"^ +0x([0-9a-f]{2})\s", RegexOptions.Multiline)]
    private static partial Regex PageLine();
}
