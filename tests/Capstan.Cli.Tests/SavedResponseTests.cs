using System.Text;
using Capstan.Operations;
using CsCheck;

namespace Capstan.Cli.Tests;

/// <summary>Expected bytes are those of the same page printed in another form by sg_vpd, sg_logs, hexdump, xxd and od.</summary>
public sealed class SavedResponseTests
{
    // sg_vpd --inhex=lto5-inquiry-vpd-83.hex -HHH
    private const string Plain = """
        01 83 00 32 02 01 00 22  49 42 4d 20 20 20 20 20
        55 4c 54 33 35 38 30 2d  54 44 35 20 20 20 20 20
        58 59 5a 5a 59 5f 41 32  20 20 01 03 00 08 50 22
        33 44 ab 00 02 00

        """;

    private static readonly byte[] Identification =
    [
        0x01, 0x83, 0x00, 0x32, 0x02, 0x01, 0x00, 0x22, 0x49, 0x42, 0x4D, 0x20, 0x20, 0x20, 0x20, 0x20,
        0x55, 0x4C, 0x54, 0x33, 0x35, 0x38, 0x30, 0x2D, 0x54, 0x44, 0x35, 0x20, 0x20, 0x20, 0x20, 0x20,
        0x58, 0x59, 0x5A, 0x5A, 0x59, 0x5F, 0x41, 0x32, 0x20, 0x20, 0x01, 0x03, 0x00, 0x08, 0x50, 0x22,
        0x33, 0x44, 0xAB, 0x00, 0x02, 0x00,
    ];

    [Fact]
    public void Hex_without_offsets_is_read() => Parse(Plain).Data.ShouldBe(Identification);

    [Fact]
    public void Sg3_utils_offsets_headings_and_trailing_text_are_left_out() => Parse(
        """
        VPD INQUIRY, page code=0x83:
         00     01 83 00 32 02 01 00 22  49 42 4d 20 20 20 20 20    ...2..."IBM     
         10     55 4c 54 33 35 38 30 2d  54 44 35 20 20 20 20 20    ULT3580-TD5     
         20     58 59 5a 5a 59 5f 41 32  20 20 01 03 00 08 50 22    XYZZY_A2  ....P"
         30     33 44 ab 00 02 00                                   3D....
        """).Data.ShouldBe(Identification);

    [Fact]
    public void Text_that_looks_like_hex_is_not_read_as_bytes() => Parse(
        """
            IBM       ULT3580-TD5       K4K1
         00     61 62 20 63 64 20 65 66                             ab cd ef
        """).Data.ShouldBe("ab cd ef"u8.ToArray());

    [Fact]
    public void A_hash_in_the_trailing_text_begins_no_comment_that_costs_bytes() => Parse(
        """
         00     23 01 23 02 23 23 23 23  23 23 23 23 23 23 23 23    #.#.############
         10     07                                                  .
        """).Data.Length.ShouldBe(17);

    [Fact]
    public void Offsets_of_three_and_four_digits_are_left_out()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 0x1020; i += 16)
            text.AppendLine($" {i:x2}".PadRight(8) + $"{i / 16 & 0xff:x2} 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f    ................");
        byte[] data = Parse(text.ToString()).Data;
        data.Length.ShouldBe(0x1020);
        data[0x1010].ShouldBe((byte)0x01);
    }

    // hexdump -C
    [Fact]
    public void Hexdump_is_read() => Parse(
        """
        00000000  01 83 00 32 02 01 00 22  49 42 4d 20 20 20 20 20  |...2..."IBM     |
        00000010  55 4c 54 33 35 38 30 2d  54 44 35 20 20 20 20 20  |ULT3580-TD5     |
        00000020  58 59 5a 5a 59 5f 41 32  20 20 01 03 00 08 50 22  |XYZZY_A2  ....P"|
        00000030  33 44 ab 00 02 00                                 |3D....|
        00000036
        """).Data.ShouldBe(Identification);

    [Fact]
    public void Lines_that_hexdump_left_out_are_filled_in() => Parse(
        """
        00000000  01 83 00 40 00 00 00 00  00 00 00 00 00 00 00 00  |...@............|
        00000010  07 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
        *
        00000040  01 02                                             |..|
        00000042
        """).Data.ShouldSatisfyAllConditions(
            data => data.Length.ShouldBe(0x42),
            data => data[0x10].ShouldBe((byte)7),
            data => data[0x20].ShouldBe((byte)7),
            data => data[0x30].ShouldBe((byte)7),
            data => data[0x41].ShouldBe((byte)2));

    // xxd
    [Fact]
    public void Xxd_is_read() => Parse(
        """
        00000000: 0183 0032 0201 0022 4942 4d20 2020 2020  ...2..."IBM     
        00000010: 554c 5433 3538 302d 5444 3520 2020 2020  ULT3580-TD5     
        00000020: 5859 5a5a 595f 4132 2020 0103 0008 5022  XYZZY_A2  ....P"
        00000030: 3344 ab00 0200                           3D....
        """).Data.ShouldBe(Identification);

    // od -t x1 and od -A x -t x1
    [Theory]
    [InlineData("0000000 01 83 00 32 02 01 00 22 49 42 4d 20 20 20 20 20\n0000020 55 4c\n0000022\n")]
    [InlineData("000000 01 83 00 32 02 01 00 22 49 42 4d 20 20 20 20 20\n000010 55 4c\n000012\n")]
    public void Od_is_read(string text) => Parse(text).Data.ShouldBe(Identification[..18]);

    // xxd -p
    [Fact]
    public void Digits_without_spaces_are_read() =>
        Parse("018300320201002249424d2020202020\n554c").Data.ShouldBe(Identification[..18]);

    [Theory]
    [InlineData("1, 83,0,32")]
    [InlineData("0x01 0x83 0x00 0x32")]
    [InlineData("01h 83h 00h 32H")]
    [InlineData("1 83 0 # comment\n\n# 12 34\n32\n")]
    [InlineData("01\t83\t00\t32\r\n")]
    [InlineData("\uFEFF01 83 00 32")]
    public void Hand_written_forms_are_read(string text) => Parse(text).Data.ShouldBe([0x01, 0x83, 0x00, 0x32]);

    [Fact]
    public void What_a_Windows_shell_wrote_is_read() =>
        Parse([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("01 83 00 32\r\n")]).Data.ShouldBe([0x01, 0x83, 0x00, 0x32]);

    [Fact]
    public void Binary_is_taken_as_it_is() => Parse(Identification).Data.ShouldBe(Identification);

    [Theory]
    [InlineData("01 83\n00 3g 02 01\n", "line 2: '3g' is not a byte in hex")]
    [InlineData("01 83 0\n1 832 4\n", "line 2: '832' is not a byte in hex")]
    [InlineData("0g 12 34 56", "line 1: '0g' is not a byte in hex")]
    [InlineData(" 00     01 02 03 04\n 10     05 06\n", "line 2: the offset 10 does not follow: 04 (hex) bytes came before it")]
    [InlineData("", "the file is empty")]
    [InlineData("  \n\n", "there are no bytes in it")]
    public void A_mistake_is_named_with_its_line(string text, string expected)
    {
        SavedResponse.TryParse(Encoding.UTF8.GetBytes(text), out SavedResponse? response, out string? problem).ShouldBeFalse();
        response.ShouldBeNull();
        problem.ShouldBe(expected);
    }

    /// <summary>A listing of a few kilobytes that stands for gigabytes.</summary>
    [Fact]
    public void Repeated_lines_are_no_more_than_an_answer_can_be()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 100; i++)
            text.Append("000000 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10\n*\n0ffff0 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10\n");
        SavedResponse.TryParse(Encoding.UTF8.GetBytes(text.ToString()), out SavedResponse? response, out string? problem).ShouldBeFalse();
        response.ShouldBeNull();
        problem.ShouldBe("line 13: longer than 4 MiB, which no device's answer is");
    }

    [Fact]
    public void What_is_printed_of_a_file_moves_no_cursor()
    {
        SavedResponse.TryParse("# Device: A\u009B2J B\u007F\n01 02\n"u8, out SavedResponse? response, out _).ShouldBeTrue();
        response!.Device.ShouldBe("A?2J B?");
        SavedResponse.TryParse("01 \u009Bz\n"u8, out _, out string? problem).ShouldBeFalse();
        problem.ShouldBe("line 1: '?z' is not a byte in hex");
    }

    [Fact]
    public void A_missing_file_is_named() => Should.Throw<OperationException>(() => SavedResponse.Read("/nowhere/page.hex"))
        .Message.ShouldContain("/nowhere/page.hex");

    [Fact]
    public void Any_bytes_give_an_answer_or_a_reason() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        bool isRead = SavedResponse.TryParse(bytes, out SavedResponse? response, out string? problem);
        return isRead ? response!.Data.Length > 0 : problem is { Length: > 0 };
    });

    [Fact]
    public void Any_text_gives_an_answer_or_a_reason() => Gen.Char["0123456789abcdefABCDEFxhg#:,*|\n \t."].Array[0, 300].Sample(text =>
    {
        bool isRead = SavedResponse.TryParse(Encoding.UTF8.GetBytes(text), out SavedResponse? response, out string? problem);
        return isRead ? response!.Data.Length > 0 : problem is { Length: > 0 };
    });

    [Fact]
    public void Every_capture_is_read_and_refusals_say_why()
    {
        string[] files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", "hex"), "*.hex");
        files.Length.ShouldBeGreaterThan(40);
        foreach (string file in files)
        {
            byte[] expected = Convert.FromHexString(string.Concat(File.ReadLines(file).Where(line => !line.StartsWith('#'))).Replace(" ", "", StringComparison.Ordinal));
            if (expected.Length == 0)
                Should.Throw<OperationException>(() => SavedResponse.Read(file), file).Message.ShouldContain("there are no bytes in it");
            else
                SavedResponse.Read(file).Data.ShouldBe(expected, file);
        }
    }

    [Fact]
    public void Comments_tell_the_device() =>
        SavedResponse.Read(Path.Combine(AppContext.BaseDirectory, "fixtures", "hex", "lto5-log-sense-0c.hex")).Device.ShouldBe("IBM ULT3580-TD5 (LTO-5), emulated by mhvtl");

    private static SavedResponse Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    private static SavedResponse Parse(byte[] bytes)
    {
        SavedResponse.TryParse(bytes, out SavedResponse? response, out string? problem).ShouldBeTrue(problem);
        return response!;
    }
}
