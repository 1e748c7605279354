using CsCheck;

namespace Capstan.Scsi.Tests;

public class ModeParametersTests
{
    // The captured LTO-5: medium type 58h, buffered mode 1, density 58h, variable blocks.
    private static readonly ModeParameterHeader CapturedHeader = new()
    {
        MediumType = 0x58,
        BufferedMode = 1,
        BlockDescriptor = new ModeBlockDescriptor(0x58),
    };

    [Theory]
    [InlineData("lto5-mode-sense-6-3f", ModeHeaderForm.Six)]
    [InlineData("lto5-mode-sense-10-3f", ModeHeaderForm.Ten)]
    public void All_pages_of_a_captured_drive(string fixture, ModeHeaderForm form)
    {
        byte[] data = HexFixture.Load(fixture).Data;
        ModeParameters.TryDecode(data, form, out ModeParameters parameters).ShouldBeTrue();
        parameters.Header.ShouldBe(CapturedHeader);
        parameters.IsWhole.ShouldBeTrue();

        var codes = new List<int>();
        foreach (ModePage page in parameters)
        {
            codes.Add(page.Page);
            data.AsSpan(page.Offset, page.Bytes.Length).SequenceEqual(page.Bytes).ShouldBeTrue();
        }

        codes.ShouldBe([0x01, 0x02, 0x0A, 0x0F, 0x10, 0x11, 0x1A, 0x1C, 0x1D, 0x24, 0x25, 0x2F]);
        byte[] rebuilt = new byte[data.Length];
        int offset = CapturedHeader.WriteTo(rebuilt, form, parameters.Pages.Length);
        parameters.Pages.CopyTo(rebuilt.AsSpan(offset));
        rebuilt.ShouldBe(data);
    }

    [Fact]
    public void Header_golden_bytes()
    {
        var header = new ModeParameterHeader
        {
            MediumType = 0x98,
            WriteProtected = true,
            BufferedMode = 1,
            Speed = 3,
            BlockDescriptor = new ModeBlockDescriptor(0x60, 0x010203, 0x040506),
        };
        Wire.Written(data => header.WriteTo(data, ModeHeaderForm.Six, 16), 12).ShouldBe(Hex.Bytes("1B989308 60010203 00040506"));
        Wire.Written(data => header.WriteTo(data, ModeHeaderForm.Ten, 0x200), 16).ShouldBe(Hex.Bytes("020E9893 00000008 60010203 00040506"));

        var bare = new ModeParameterHeader { BufferedMode = 1 };
        Wire.Written(data => bare.WriteForSelect(data, ModeHeaderForm.Six), 4).ShouldBe(Hex.Bytes("00001000"));
        Wire.Written(data => bare.WriteForSelect(data, ModeHeaderForm.Ten), 8).ShouldBe(Hex.Bytes("0000001000000000"));
    }

    [Fact]
    public void Mode_select_has_no_mode_data_length()
    {
        // mt setblk 0: header and block descriptor alone.
        ModeParameters.TryDecode(Hex.Bytes("00001008 00000000 00000000"), ModeHeaderForm.Six, out ModeParameters parameters).ShouldBeTrue();
        parameters.Header.BlockDescriptor.ShouldBe(new ModeBlockDescriptor(0));
        parameters.Pages.Length.ShouldBe(0);
        parameters.IsWhole.ShouldBeTrue();
    }

    [Fact]
    public void An_answer_cut_by_the_allocation_length_is_not_whole()
    {
        byte[] data = HexFixture.Load("lto5-mode-sense-6-3f").Data;
        ModeParameters.TryDecode(data.AsSpan(0, 30), ModeHeaderForm.Six, out ModeParameters midPage).ShouldBeTrue();
        midPage.IsWhole.ShouldBeFalse();
        midPage.TryFind(0x01, 0, out _).ShouldBeTrue();
        midPage.TryFind(0x02, 0, out _).ShouldBeFalse();

        ModeParameters.TryDecode(data.AsSpan(0, 24), ModeHeaderForm.Six, out ModeParameters betweenPages).ShouldBeTrue();
        betweenPages.IsWhole.ShouldBeFalse();
    }

    [Fact]
    public void A_subpage_without_spf_is_a_page_that_runs_off_the_end()
    {
        // The capture sends subpage F0h of page 0Ah as "0A F0 00 1C" without SPF (SPC-4 7.5.7): F0h can only be read as PAGE LENGTH.
        ModeParameters.TryDecode(HexFixture.Load("lto5-mode-sense-10-0a-f0").Data, ModeHeaderForm.Ten, out ModeParameters parameters).ShouldBeTrue();
        parameters.TryFind(0x0A, 0xF0, out _).ShouldBeFalse();
        parameters.IsWhole.ShouldBeFalse();
    }

    [Fact]
    public void Subpages()
    {
        ModeParameters.TryDecode(Hex.Bytes("00000000 00000000 8AF0 0004 02048000"), ModeHeaderForm.Ten, out ModeParameters none).ShouldBeTrue();
        none.IsWhole.ShouldBeFalse();
        ModeParameters.TryDecode(Hex.Bytes("00000000 00000000 CAF0 0004 02048000"), ModeHeaderForm.Ten, out ModeParameters parameters).ShouldBeTrue();
        parameters.TryFind(0x0A, 0xF0, out ModePage page).ShouldBeTrue();
        page.ParametersSaveable.ShouldBeTrue();
        page.Offset.ShouldBe(8);
        page.Parameters.ToArray().ShouldBe(Hex.Bytes("02048000"));
    }

    [Theory]
    [InlineData("000000", ModeHeaderForm.Six)]
    [InlineData("00001007 00000000000000", ModeHeaderForm.Six)]
    [InlineData("00001008 00000000", ModeHeaderForm.Six)]
    [InlineData("0000000001000010 00000000000000000000000000000000", ModeHeaderForm.Ten)]
    public void Headers_that_are_not_a_tape_drives(string hex, ModeHeaderForm form) =>
        ModeParameters.TryDecode(Hex.Bytes(hex), form, out _).ShouldBeFalse();

    [Fact]
    public void Total_over_bytes() => Gen.Select(Gen.Byte.Array[0, 80], Gen.Enum<ModeHeaderForm>(), Gens.Of(0, 8)).Sample(
        (data, form, descriptor) =>
        {
            if (form == ModeHeaderForm.Six && data.Length > 3) data[3] = (byte)descriptor;
            if (form == ModeHeaderForm.Ten && data.Length > 7) (data[6], data[7]) = (0, (byte)descriptor);
            if (!ModeParameters.TryDecode(data, form, out ModeParameters parameters)) return true;
            int length = 0;
            foreach (ModePage page in parameters) length += page.Bytes.Length;
            return length <= parameters.Pages.Length;
        },
        iter: 3000);
}
