namespace Capstan.Scsi.Tests;

/// <summary>Fields by name: that each is where the wire types and the captures have it.</summary>
public class ModePageCatalogTests
{
    [Fact]
    public void Pages_are_in_order_and_fields_do_not_overlap()
    {
        ModePageCatalog.All.Select(page => page.Page << 8 | page.Subpage).ShouldBeInOrder();
        foreach (ModePageDescription page in ModePageCatalog.All)
        {
            var taken = new HashSet<int>();
            foreach (ModeField field in page.Fields)
            {
                field.Meaning.ShouldNotBeEmpty();
                field.Byte.ShouldBeGreaterThanOrEqualTo(page.Subpage == 0 ? 2 : 4, $"{page.Name}: {field.Name}");
                int first = field.Bits < 8 ? (field.Byte * 8) + field.Low : field.Byte * 8;
                for (int bit = first; bit < first + field.Bits; bit++)
                    taken.Add(bit).ShouldBeTrue($"{page.Name}: {field.Name} overlaps another field");
            }
        }
    }

    // Bytes of the captures; values as sg3_utils and the standard name them.
    [Theory]
    [InlineData("lto5-mode-sense-10-0f", 0x0F, 0, "DCE=1 DCC=1 DDE=1 RED=0 COMPR_A=4294967295 DCOMPR_A=4294967295")]
    [InlineData("lto5-mode-sense-10-11", 0x11, 0, "MAX_ADD_P=1 FDP=1 PSUM=3 POFM=1 MED_FR=3 PART_UNITS=4 SIZE_0=52428 SIZE_1=0")]
    [InlineData("lto5-mode-sense-10-10", 0x10, 0, "WDT=100 LOIS=1 EEG=1 SEW=1 SDCA=1 WTRE=2")]
    [InlineData("lto5-mode-sense-10-1c", 0x1C, 0, "DEXCPT=1 MRIE=3")]
    [InlineData("lto5-mode-sense-10-1d", 0x1D, 0, "WORMM=0 WMLR=1 WMFR=1")]
    [InlineData("lto5-mode-sense-10-02", 0x02, 0, "BFR=50 BER=50 MBS=1024")]
    public void Fields_of_captures(string fixture, byte page, byte subpage, string expected)
    {
        ModeParameters.TryDecode(HexFixture.Load(fixture).Data, ModeHeaderForm.Ten, out ModeParameters parameters).ShouldBeTrue();
        parameters.TryFind(page, subpage, out ModePage found).ShouldBeTrue();
        ModePageDescription description = ModePageCatalog.Find(page, subpage)!;
        foreach (string pair in expected.Split(' '))
        {
            string[] parts = pair.Split('=');
            description.Fields.Single(field => field.Name == parts[0]).TryGet(found.Bytes, out uint value).ShouldBeTrue(pair);
            value.ShouldBe(uint.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), pair);
        }
    }

    [Fact]
    public void Fields_of_subpages()
    {
        byte[] protection = Hex.Bytes("4AF0001C 02 04 C0" + new string('0', 50));
        Value(0x0A, 0xF0, "LBP_METHOD", protection).ShouldBe(2u);
        Value(0x0A, 0xF0, "LBP_LENGTH", protection).ShouldBe(4u);
        (Value(0x0A, 0xF0, "LBP_W", protection), Value(0x0A, 0xF0, "LBP_R", protection), Value(0x0A, 0xF0, "RBDP", protection)).ShouldBe((1u, 1u, 0u));
        byte[] extension = Hex.Bytes("5001001C 00 12 03E8 01" + new string('0', 46));
        (Value(0x10, 0x01, "WRITE_MODE", extension), Value(0x10, 0x01, "SEM", extension)).ShouldBe((1u, 2u));
        (Value(0x10, 0x01, "PEWS", extension), Value(0x10, 0x01, "VCELBRE", extension)).ShouldBe((1000u, 1u));
    }

    [Fact]
    public void A_page_that_is_too_short_has_not_every_field()
    {
        ModeField field = ModePageCatalog.Find(0x11, 0)!.Fields.Single(field => field.Name == "SIZE_3");
        field.TryGet(Hex.Bytes("110A 0300 3C 03 09 00 1234 0000"), out _).ShouldBeFalse();
    }

    private static uint Value(byte page, byte subpage, string name, byte[] bytes)
    {
        ModePageCatalog.Find(page, subpage)!.Fields.Single(field => field.Name == name).TryGet(bytes, out uint value).ShouldBeTrue();
        return value;
    }
}
