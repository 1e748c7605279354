using CsCheck;

namespace Capstan.Scsi.Tests;

public class AttributeDataTests
{
    private static AttributeData Captured(out byte[] bytes)
    {
        bytes = HexFixture.Load("lto5-read-attribute-values").Data;
        AttributeData.TryDecode(bytes, out AttributeData data).ShouldBeTrue();
        return data;
    }

    [Fact]
    public void A_captured_memory_is_read_whole()
    {
        AttributeData data = Captured(out byte[] bytes);
        data.IsTruncated.ShouldBeFalse();
        data.DeclaredLength.ShouldBe((uint)(bytes.Length - 4));
        var ids = new List<ushort>();
        AttributeData.Enumerator attributes = data.GetEnumerator();
        while (attributes.MoveNext())
        {
            attributes.Current.IsCutOff.ShouldBeFalse();
            ids.Add(attributes.Current.Id);
        }

        attributes.Leftover.ShouldBe(0);
        AttributeList.TryDecode(HexFixture.Load("lto5-read-attribute-list").Data, out AttributeList list).ShouldBeTrue();
        list.IsTruncated.ShouldBeFalse();
        ids.ShouldBe(list.Ids);
        ids.Count.ShouldBe(39);
    }

    /// <summary>As `sg_read_attr --in` (sg3_utils 1.46) prints the same bytes.</summary>
    [Theory]
    [InlineData(0x0000, true, AttributeFormat.Binary, "493 MB")]
    [InlineData(0x0001, true, AttributeFormat.Binary, "500 MB")]
    [InlineData(0x0002, true, AttributeFormat.Binary, "none")]
    [InlineData(0x0003, true, AttributeFormat.Binary, "1")]
    [InlineData(0x0004, true, AttributeFormat.Binary, "7090 B")]
    [InlineData(0x0005, true, AttributeFormat.Ascii, "LTO-CVE")]
    [InlineData(0x0006, true, AttributeFormat.Binary, "58h")]
    [InlineData(0x0009, true, AttributeFormat.Binary, "00000001h")]
    [InlineData(0x020A, true, AttributeFormat.Ascii, "IBM XYZZY_A2")]
    [InlineData(0x020B, true, AttributeFormat.Ascii, "")]
    [InlineData(0x0400, true, AttributeFormat.Ascii, "linuxVTL")]
    [InlineData(0x0401, true, AttributeFormat.Ascii, "F01005L5_1795380849")]
    [InlineData(0x0402, true, AttributeFormat.Binary, "1280 m")]
    [InlineData(0x0403, true, AttributeFormat.Binary, "12.7 mm")]
    [InlineData(0x0406, true, AttributeFormat.Ascii, "1795380849")]
    [InlineData(0x0407, true, AttributeFormat.Binary, "8192 B")]
    [InlineData(0x0408, false, AttributeFormat.Binary, "data")]
    [InlineData(0x0800, false, AttributeFormat.Ascii, "vtl-1.8")]
    [InlineData(0x0802, false, AttributeFormat.Ascii, "6")]
    [InlineData(0x0805, false, AttributeFormat.Binary, "ASCII")]
    [InlineData(0x0806, false, AttributeFormat.Ascii, "F01005L5")]
    [InlineData(0x1623, false, AttributeFormat.Binary, "unlocked")]
    public void Captured_values(ushort id, bool isReadOnly, AttributeFormat format, string text)
    {
        Captured(out _).TryFind(id, out MediumAttribute attribute).ShouldBeTrue();
        attribute.IsReadOnly.ShouldBe(isReadOnly);
        attribute.Format.ShouldBe(format);
        AttributeText.Describe(id, attribute.Value, attribute.Format, AttributeText.AsciiCode).ShouldBe(text);
    }

    [Fact]
    public void A_value_that_is_cut_off_says_so()
    {
        byte[] bytes = HexFixture.Load("lto5-read-attribute-values").Data[..30];
        AttributeData.TryDecode(bytes, out AttributeData data).ShouldBeTrue();
        data.IsTruncated.ShouldBeTrue();
        var seen = new List<(ushort Id, int Length, bool IsCutOff, int Offset)>();
        foreach (MediumAttribute attribute in data) seen.Add((attribute.Id, attribute.Value.Length, attribute.IsCutOff, attribute.Offset));
        seen.ShouldBe([(0x0000, 8, false, 4), (0x0001, 8, false, 17)]);
        AttributeData.TryDecode(bytes.AsSpan(0, 28), out data).ShouldBeTrue();
        data.TryFind(0x0001, out MediumAttribute cut).ShouldBeTrue();
        cut.IsCutOff.ShouldBeTrue();
        cut.Value.Length.ShouldBe(6);
    }

    [Fact]
    public void Nothing_is_too_short_or_too_wrong() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        AttributeData.TryDecode(bytes, out AttributeData data).ShouldBe(bytes.Length >= 4);
        foreach (MediumAttribute attribute in data)
            _ = AttributeText.Describe(attribute.Id, attribute.Value, attribute.Format, (byte)bytes.Length);
        _ = AttributeList.TryDecode(bytes, out AttributeList list) && list.Ids.Length <= bytes.Length / 2;
        _ = NumberRange.TryDecode(bytes, out _);
        foreach (AttributeDescriptor descriptor in AttributeTable.All)
            AttributeText.Describe(descriptor.Id, bytes, descriptor.Format, bytes.Length > 0 ? bytes[0] : (byte)0).ShouldNotContain('\n');
    }, iter: 2000);

    /// <summary>SPC-4 6.17.4 and 6.17.5: AVAILABLE DATA is 2, then the first number and how many.</summary>
    [Fact]
    public void Volume_and_partition_lists()
    {
        NumberRange.TryDecode([0, 2, 0, 4], out NumberRange range).ShouldBeTrue();
        range.ShouldBe(new NumberRange(0, 4));
        Wire.Written(range.WriteTo, 4).ShouldBe(new byte[] { 0, 2, 0, 4 });
        NumberRange.TryDecode([0, 1, 0, 4], out _).ShouldBeFalse();
    }

    [Fact]
    public void A_list_of_identifiers_survives_the_wire()
    {
        byte[] captured = HexFixture.Load("lto5-read-attribute-list").Data;
        AttributeList.TryDecode(captured, out AttributeList list).ShouldBeTrue();
        Wire.Written(list.WriteTo, captured.Length).ShouldBe(captured);
        AttributeList.TryDecode(captured.AsSpan(0, captured.Length - 1), out list).ShouldBeTrue();
        list.IsTruncated.ShouldBeTrue();
        list.Ids.Length.ShouldBe(38);
    }
}
