using CsCheck;

namespace Capstan.Scsi.Tests;

public class LogPageTests
{
    [Fact]
    public void Supported_pages_are_a_plain_list()
    {
        byte[] data = HexFixture.Load("lto5-log-sense-00").Data;
        LogPage.TryDecode(data, out LogPage page).ShouldBeTrue();
        page.Page.ShouldBe((byte)0);
        page.Body.ToArray().ShouldBe(Hex.Bytes("00 02 03 0c 0d 10 11 17 2e 30 31 32 37"));

        Wire.Written(
            target =>
            {
                var writer = new LogPageWriter(target, 0);
                writer.AddRaw(Hex.Bytes("00 02 03 0c 0d 10 11 17 2e 30 31 32 37"));
                return writer.Finish();
            },
            data.Length).ShouldBe(data);
    }

    [Fact]
    public void Sequential_access_page()
    {
        byte[] data = HexFixture.Load("lto5-log-sense-0c").Data;
        LogPage.TryDecode(data, out LogPage page).ShouldBeTrue();
        page.Page.ShouldBe((byte)0x0C);
        page.IsTruncated.ShouldBeFalse();

        var codes = new List<int>();
        foreach (LogParameter parameter in page) codes.Add(parameter.Code);
        codes.ShouldBe([0, 1, 2, 3, 4, 5, 6, 7, 8, 0x100, 0x8000, 0x8001, 0x8002]);

        page.TryFind(0x0001, out LogParameter written).ShouldBeTrue();
        written.Control.ShouldBe((byte)0x40);
        written.TryGetUnsigned(out ulong bytes).ShouldBeTrue();
        bytes.ShouldBe(0x6C6CD8ul);
        page.TryFind(0x0009, out _).ShouldBeFalse();

        byte[] again = new byte[data.Length];
        var writer = new LogPageWriter(again, 0x0C);
        foreach (LogParameter parameter in page) writer.Add(parameter.Code, parameter.Control, parameter.Value);
        writer.Finish().ShouldBe(data.Length);
        again.ShouldBe(data);
    }

    [Fact]
    public void Volume_statistics_have_one_record_a_partition()
    {
        LogPage.TryDecode(HexFixture.Load("lto5-log-sense-17").Data, out LogPage page).ShouldBeTrue();
        page.TryFind(0x0204, out LogParameter remaining).ShouldBeTrue();
        remaining.Format.ShouldBe(LogParameterFormat.BinaryList);
        remaining.Value.ToArray().ShouldBe(Hex.Bytes("0700 0000 000001EB"));
        page.TryFind(0x0040, out LogParameter serial).ShouldBeTrue();
        serial.Format.ShouldBe(LogParameterFormat.AsciiList);
        serial.TryGetUnsigned(out _).ShouldBeFalse("32 bytes are no number");
    }

    [Fact]
    public void Device_status()
    {
        LogPage.TryDecode(HexFixture.Load("lto5-log-sense-11").Data, out LogPage page).ShouldBeTrue();
        page.TryFind(0, out LogParameter status).ShouldBeTrue();
        status.Value.ToArray().ShouldBe(Hex.Bytes("31370600"));
    }

    [Fact]
    public void Tape_alert_flags()
    {
        LogPage.TryDecode(HexFixture.Load("lto5-log-sense-2e").Data, out LogPage page).ShouldBeTrue();
        int flags = 0;
        foreach (LogParameter parameter in page)
        {
            parameter.Code.ShouldBe((ushort)++flags);
            parameter.Value.Length.ShouldBe(1);
        }

        flags.ShouldBe(64);
    }

    [Fact]
    public void Numbers_golden_bytes() => Wire.Written(
        target =>
        {
            var writer = new LogPageWriter(target, 0x31, subpage: 0x02);
            writer.AddUnsigned(0x0001, LogPageWriter.TargetSaveDisabled, 0x010203, 4);
            writer.AddUnsigned(0x8002, 0x03, 0x1_0000, 2);
            writer.AddUnsigned(0x8003, 0x00, ulong.MaxValue, 8);
            return writer.Finish();
        },
        30).ShouldBe(Hex.Bytes("7102001A 0001200400010203 80020302FFFF 80030008FFFFFFFFFFFFFFFF"));

    [Fact]
    public void Subpage_counts_only_with_spf()
    {
        LogPage.TryDecode(Hex.Bytes("37800000"), out LogPage plain).ShouldBeTrue();
        plain.Subpage.ShouldBe((byte)0);
        LogPage.TryDecode(Hex.Bytes("F7800000"), out LogPage page).ShouldBeTrue();
        page.Subpage.ShouldBe((byte)0x80);
        page.Page.ShouldBe((byte)0x37);
        page.DisableSave.ShouldBeTrue();
    }

    [Fact]
    public void A_page_cut_by_the_allocation_length_says_so_and_keeps_what_is_whole()
    {
        byte[] data = HexFixture.Load("lto5-log-sense-0c").Data;
        LogPage.TryDecode(data.AsSpan(0, 20), out LogPage page).ShouldBeTrue();
        page.IsTruncated.ShouldBeTrue();
        page.TryFind(0, out _).ShouldBeTrue();
        page.TryFind(1, out _).ShouldBeFalse();
    }

    [Fact]
    public void Page_length_ends_the_page_even_in_a_longer_answer()
    {
        // Some drives answer as many bytes as were asked for; what is behind PAGE LENGTH is rubbish.
        byte[] data = [.. HexFixture.Load("lto5-log-sense-11").Data, .. Hex.Bytes("00010304 FFFFFFFF")];
        LogPage.TryDecode(data, out LogPage page).ShouldBeTrue();
        page.TryFind(1, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_refused_page_is_no_page()
    {
        byte[] data = HexFixture.Load("lto5-log-sense-12").Data;
        LogPage.TryDecode(data, out _).ShouldBeFalse();
    }

    [Fact]
    public void Total_over_bytes() => Gen.Select(Gen.Byte.Array[0, 64], Gen.Byte[0, 64]).Sample(
        (data, length) =>
        {
            if (data.Length > 3) (data[2], data[3]) = (0, length);
            if (!LogPage.TryDecode(data, out LogPage page)) return data.Length < 4;
            int sum = 0;
            foreach (LogParameter parameter in page) sum += 4 + parameter.Value.Length;
            return sum <= page.Body.Length;
        },
        iter: 3000);
}
