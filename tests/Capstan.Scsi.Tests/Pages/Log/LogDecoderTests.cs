using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>Log pages with their names. Where sg3_utils knows a page, see <see cref="LogPagesBesideSg3UtilsTests"/>.</summary>
public class LogDecoderTests
{
    [Fact]
    public void Captured_pages_have_a_name_for_every_parameter_that_a_standard_names()
    {
        Names("lto5-log-sense-02").ShouldBe(7);
        Names("lto5-log-sense-03").ShouldBe(7);
        Names("lto5-log-sense-0c").ShouldBe(13);
        Names("lto5-log-sense-0d").ShouldBe(1);
        Names("lto5-log-sense-11").ShouldBe(1);
        Names("lto5-log-sense-17").ShouldBe(38);
        Names("lto5-log-sense-2e").ShouldBe(64);
        Names("lto5-log-sense-30").ShouldBe(11);
        Names("lto5-log-sense-31").ShouldBe(4);
        Names("lto5-log-sense-32").ShouldBe(10);
    }

    [Fact]
    public void Volume_statistics_stop_where_padding_begins()
    {
        // The emulator says 534 bytes; the last parameter ends 110 bytes before.
        DecodedLogPage page = Load("lto5-log-sense-17");
        page.Parameters[^1].Code.ShouldBe((ushort)0x0204);
        page.IsTruncated.ShouldBeFalse();
        page.Parameters.Count(parameter => parameter.Code == 0).ShouldBe(1);
        LogFieldValue used = page.Find(0x0203)!.Fields.ShouldHaveSingleItem();
        used.Partition.ShouldBe(0);
        used.Value.Number.ShouldBe(6);
    }

    [Fact]
    public void A_drive_with_four_partitions_is_read_by_length()
    {
        DecodedLogPage page = Decode(
            """
            17 00 00 24 02 03 03 20
            07 00 00 00 00 00 10 00  07 00 00 01 00 00 20 00
            07 00 00 02 FF FF FF FF  07 00 00 03 00 00 00 00
            """);
        LogParameterValue used = page.Parameters.ShouldHaveSingleItem();
        used.Fields.Select(field => field.Partition).ShouldBe([0, 1, 2, 3]);
        used.Fields.Select(field => field.Value.Number).ShouldBe([4096, 8192, null, 0]);
    }

    [Fact]
    public void An_object_of_six_or_eight_bytes_is_read_by_length()
    {
        Decode("17 00 00 10 02 00 03 0C 0B 00 00 00 00 00 00 00 00 00 04 D2").Parameters[0].Fields[0].Value.Number.ShouldBe(1234);
        // As the emulated LTO-5 has it: LENGTH 9, six bytes.
        Decode("17 00 00 0E 02 00 03 0A 09 00 00 01 00 00 00 00 04 D2").Parameters[0].Fields[0].Value.Number.ShouldBe(1234);
    }

    [Fact]
    public void Very_high_frequency_data_say_what_the_drive_does()
    {
        // From the capture: 31 37 06 00.
        LogParameterValue vhf = Load("lto5-log-sense-11").Find(0)!;
        Field(vhf, "activity").Text.ShouldBe("writing");
        Field(vhf, "medium threaded").Flag.ShouldBe(true);
        Field(vhf, "write protected").Flag.ShouldBe(false);
        Field(vhf, "robotic access allowed").Flag.ShouldBe(true);
        // An LTO-9 drive that measures a new tape.
        Field(Decode("11 00 00 08 00 00 03 04 01 14 0B 01").Find(0)!, "activity").Text.ShouldBe("calibrating");
    }

    [Fact]
    public void Vendors_differ_in_what_33h_and_34h_are()
    {
        const string errors = "33 00 00 10 00 00 03 0C 00 00 00 07 01 02 03 04 03 11 00 05";
        DecodedLogPage hp = Decode(errors, LogVendor.Hp);
        hp.Name.ShouldBe("device wellness");
        Field(hp.Parameters[0], "sense").Text.ShouldBe("MEDIUM ERROR 11/00 \"Unrecovered read error\"");
        Field(hp.Parameters[0], "time stamp").Number.ShouldBe(7);
        Decode(errors, LogVendor.Ibm).Name.ShouldBe("write errors");
        DecodedLogPage unknown = Decode(errors);
        unknown.Name.ShouldBe("write errors (Ibm) or device wellness (Hp) or error events (Quantum)");
        unknown.Parameters[0].Name.ShouldBeNull();
        unknown.Parameters[0].Value.Text.ShouldBe("000000070102030403110005");
        Decode("34 00 00 06 00 04 03 02 00 50", LogVendor.Hp).Parameters[0].Name.ShouldBe("native data rate");
        Decode("34 00 00 08 00 15 03 04 00 00 00 09", LogVendor.Ibm).Parameters[0].Name.ShouldBe("total retries");
    }

    [Theory]
    [InlineData("IBM", "ULT3580-TD9", LogVendor.Ibm)]
    [InlineData("HPE     ", "Ultrium 9-SCSI  ", LogVendor.Hp)]
    [InlineData("HP", "Ultrium 5-SCSI", LogVendor.Hp)]
    [InlineData("QUANTUM", "ULTRIUM-HH7", LogVendor.Ibm)]
    [InlineData("QUANTUM", "ULTRIUM 5", LogVendor.Hp)]
    [InlineData("QUANTUM", "ULTRIUM 4", LogVendor.Quantum)]
    [InlineData("TANDBERG", "LTO-6 HH", LogVendor.Hp)]
    [InlineData("IET", "VIRTUAL-TAPE", LogVendor.Any)]
    public void Who_built_a_drive_decides_its_pages(string vendor, string product, LogVendor expected) => LogVendors.Of(vendor, product).ShouldBe(expected);

    [Fact]
    public void Negative_bytes_beside_the_rounded_MB_are_negative() =>
        Decode("32 00 00 08 00 03 40 04 FF FF FF 9C").Parameters[0].Value.Number.ShouldBe(-100);

    [Fact]
    public void What_is_unknown_is_said_to_be_so()
    {
        Decode("0D 00 00 06 00 00 03 02 00 FF").Parameters[0].Value.Kind.ShouldBe(LogValueKind.Unknown);
        DecodedLogPage vendor = Decode("36 00 00 07 80 01 03 03 01 02 03");
        vendor.Name.ShouldBe("vendor-specific page");
        vendor.Parameters[0].Name.ShouldBeNull();
        vendor.Parameters[0].Value.Text.ShouldBe("010203");
    }

    [Fact]
    public void Cut_off_pages_are_told()
    {
        Decode("02 00 00 08 00 00 60 04 00 00").IsTruncated.ShouldBeTrue();
        Decode("02 00 00 06 00 00 60 04 00 01").IsTruncated.ShouldBeTrue();
    }

    [Fact]
    public void A_page_length_that_counts_the_header_promises_nothing_more() =>
        Decode("02 00 00 0C 00 00 60 04 00 00 00 01").IsTruncated.ShouldBeFalse();

    [Fact]
    public void Lists_of_pages_and_subpages_are_read()
    {
        Load("lto5-log-sense-00").Parameters.Select(parameter => parameter.Code >> 8).ShouldBe([0x00, 0x02, 0x03, 0x0C, 0x0D, 0x10, 0x11, 0x17, 0x2E, 0x30, 0x31, 0x32, 0x37]);
        Decode("40 FF 00 06 00 00 00 FF 37 64").Parameters.Select(parameter => parameter.Code).ShouldBe([(ushort)0x0000, (ushort)0x00FF, (ushort)0x3764]);
    }

    [Fact]
    public void Any_bytes_decode_or_are_too_few() => Gen.Byte.Array[0, 400].Sample(bytes =>
    {
        foreach (LogVendor vendor in Enum.GetValues<LogVendor>())
        {
            bool isDecoded = LogDecoder.TryDecode(bytes, vendor, out DecodedLogPage? page);
            if (isDecoded != bytes.Length >= 4 || (isDecoded && page!.Length > bytes.Length))
                return false;
        }

        return true;
    });

    [Fact]
    public void Any_value_of_a_known_parameter_decodes() => Gen.Select(Gen.Byte[0, 0x3F], Gen.Int[0, 6].Select(i => new ushort[] { 0, 1, 2, 0x200, 0x203, 0x300, 0x1000 }[i]), Gen.Byte.Array[0, 255]).Sample((page, code, value) =>
    {
        byte[] data = [page, 0, (byte)((value.Length + 4) >> 8), (byte)(value.Length + 4), (byte)(code >> 8), (byte)code, 3, (byte)value.Length, .. value];
        return LogDecoder.TryDecode(data, LogVendor.Hp, out _) && LogDecoder.TryDecode(data, LogVendor.Ibm, out _);
    });

    private static LogValue Field(LogParameterValue parameter, string name) => parameter.Fields.Single(field => field.Name == name).Value;

    private static int Names(string fixture) => Load(fixture).Parameters.Count(parameter => parameter.Name is not null);

    private static DecodedLogPage Load(string fixture)
    {
        LogDecoder.TryDecode(HexFixture.Load(fixture).Data, LogVendor.Ibm, out DecodedLogPage? page).ShouldBeTrue();
        return page!;
    }

    private static DecodedLogPage Decode(string hex, LogVendor vendor = LogVendor.Any)
    {
        LogDecoder.TryDecode(Hex.Bytes(hex.Replace("\n", " ", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal)), vendor, out DecodedLogPage? page).ShouldBeTrue();
        return page!;
    }
}
