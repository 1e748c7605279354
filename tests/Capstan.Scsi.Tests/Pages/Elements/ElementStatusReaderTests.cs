using Capstan.Tests;
using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>Data that lie, end early, or come as no standard has them.</summary>
public class ElementStatusReaderTests
{
    /// <summary>Two slots, 1000 full and 1001 empty, of 16 bytes.</summary>
    private const string Page = "02 00 0010 00 000020  03E8 09 00 0000 000000 00 0000 00000000  03E9 08 00 0000 000000 00 0000 00000000";
    private const string Header = "03E8 0002 00 000028";

    [Fact]
    public void A_report_as_it_should_be() => Check(Header + Page, "2:1000 2:1001");

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("03E8 0002 00 0000", 7, 7)]
    public void Less_than_a_header(string hex, int offset, int value) => Check(hex, "", new(ElementStatusProblem.HeaderCut, offset, value));

    [Fact]
    public void Nothing_to_report() => Check("0000 0000 00 000000", "");

    /// <summary>Behind the report a buffer may hold anything, when the host adapter does not tell how much came.</summary>
    [Fact]
    public void What_follows_the_report_is_not_read() => Check(Header + Page + "02 00 0000 00 FFFFFF 0000", "2:1000 2:1001");

    [Fact]
    public void A_descriptor_length_of_zero_is_an_error_and_not_the_end_of_time()
    {
        Check("03E8 0002 00 000028 02 00 0000 00 000020" + new string('0', 64), "", new(ElementStatusProblem.DescriptorLengthTooShort, 10, 0));
        Check("03E8 0002 00 000028 02 00 000B 00 000020" + new string('0', 64), "", new(ElementStatusProblem.DescriptorLengthTooShort, 10, 11));
        // The page behind it is read all the same.
        Check("03E8 0002 00 000034 01 00 0000 00 000004 00000000" + Page, "2:1000 2:1001", new(ElementStatusProblem.DescriptorLengthTooShort, 10, 0));
    }

    [Fact]
    public void A_page_without_elements_may_have_no_descriptor_length() => Check("03E8 0002 00 000030 03 80 0000 00 000000" + Page, "2:1000 2:1001");

    [Fact]
    public void Tags_that_do_not_fit()
    {
        // PVOLTAG with descriptors of 16 bytes: four bytes of a tag are there.
        ElementStatusData data = Check(Header + Page.Replace("02 00 0010", "02 80 0010", StringComparison.Ordinal), "2:1000 2:1001", new(ElementStatusProblem.VolumeTagsDoNotFit, 10, 16));
        data.Elements.ShouldAllBe(element => element.PrimaryVolumeTag == VolumeTag.Blank && element.Identifier == null && element.VendorBytes.IsEmpty);
        // AVOLTAG too, with room for one.
        Check("0001 0001 00 000038 02 C0 0030 00 000030 0001" + new string('0', 92), "2:1", new(ElementStatusProblem.VolumeTagsDoNotFit, 10, 48));
    }

    [Fact]
    public void Byte_counts_that_lie()
    {
        // The page's is greater than the report's: what is there is taken.
        Check(Header + Page.Replace("00 000020", "00 FFFFFF", StringComparison.Ordinal), "2:1000 2:1001", new(ElementStatusProblem.PageBeyondReport, 13, 0xFFFFFF));
        // The report's forgets the page's header.
        Check("03E8 0002 00 000020" + Page, "2:1000 2:1001", new(ElementStatusProblem.PageBeyondReport, 13, 0x20));
        // The page's is no multiple of the descriptor length.
        Check("03E8 0002 00 000027" + Page.Replace("00 000020", "00 00001F", StringComparison.Ordinal), "2:1000", new(ElementStatusProblem.DescriptorsDoNotFillPage, 13, 0x1F));
        // The report goes on for less than a page's header.
        Check("03E8 0002 00 00002C" + Page + "01000000", "2:1000 2:1001", new(ElementStatusProblem.PageHeaderCut, 48, 4));
        // The header counts more elements.
        Check("03E8 0003 00 000028" + Page, "2:1000 2:1001", new(ElementStatusProblem.ElementCountDiffers, 2, 3));
    }

    [Fact]
    public void Unknown_element_types_are_left_out()
    {
        Check("03E8 0002 00 00003C 07 00 000C 00 00000C 0001" + new string('0', 20) + Page, "2:1000 2:1001", new(ElementStatusProblem.ElementTypeUnknown, 8, 7));
        // Zeros instead of a second page: each step goes on by eight bytes.
        Check("03E8 0002 00 000048" + Page + new string('0', 64), "2:1000 2:1001", new(ElementStatusProblem.ElementTypeUnknown, 48, 0));
    }

    /// <summary>tgt counts eight bytes too few: its last descriptor ends inside the tag, behind the 32 characters.</summary>
    [Fact]
    public void The_last_descriptor_is_cut()
    {
        byte[] whole = HexFixture.Load("changer-status-type2-voltag").Data;
        ElementStatusData data = ElementStatusData.Decode(whole.AsSpan(0, 16 + 52 + 44));
        data.IsTruncated.ShouldBeTrue();
        data.Fault.ShouldBeNull();
        data.Elements.Select(element => element.PrimaryVolumeTag?.Text).ShouldBe(["E01001L8", "E01002L8"]);

        var reader = new ElementStatusReader(whole.AsSpan(0, 16 + 52 + 44));
        reader.Read().ShouldBeTrue();
        reader.Current.IsCut.ShouldBeFalse();
        reader.Read().ShouldBeTrue();
        reader.Current.IsCut.ShouldBeTrue();
        reader.Current.Offset.ShouldBe(68);
        reader.Read().ShouldBeFalse();
        reader.Read().ShouldBeFalse();
        reader.Count.ShouldBe(2);
    }

    [Fact]
    public void Several_pages_of_one_type_and_elements_in_any_order() => Check(
        "0001 0004 00 000050" + Page.Replace("03E8", "0009", StringComparison.Ordinal) + Page.Replace("03E9", "0001", StringComparison.Ordinal),
        "2:9 2:1001 2:1000 2:1");

    [Fact]
    public void Thousands_of_elements_without_allocating()
    {
        const int count = 65_000;
        var buffer = new byte[16 + (count * 52)];
        var writer = new ElementStatusWriter(buffer);
        writer.BeginPage(ElementType.Storage, new(PrimaryVolumeTags: true));
        for (int i = 0; i < count; i++) writer.Add(new(ElementType.Storage, (ushort)(count - i)) { IsFull = true, PrimaryVolumeTag = VolumeTag.Of("CAP001L9") });
        writer.Complete().ShouldBe(buffer.Length);

        int full = 0;
        Allocation.Of(() =>
        {
            full = 0;
            var reader = new ElementStatusReader(buffer);
            while (reader.Read())
            {
                if (reader.Current.IsFull && reader.Current.PrimaryVolumeTag.Is("CAP001L9")) full++;
            }
        }).ShouldBe(0);
        full.ShouldBe(count);
        var header = new ElementStatusReader(buffer);
        (header.FirstElementAddress, header.NumberOfElements).ShouldBe(((ushort)1, (ushort)count));
    }

    /// <summary>Total: no bytes throw or go on for ever, every element lies in the data, and what is cut says so.</summary>
    [Fact]
    public void Any_bytes() => Gen.OneOf(Gen.Byte.Array[0, 200], Mutated("changer-status-all-voltag"), Mutated("changer-status-drives-voltag-dvcid"), Mutated("changer-status-type3-voltag"))
        .Sample(CheckAny, iter: 20_000);

    [Fact]
    public void A_capture_cut_anywhere()
    {
        foreach (string fixture in (string[])["changer-status-all-voltag", "changer-status-drives-dvcid"])
        {
            byte[] whole = HexFixture.Load(fixture).Data;
            ElementStatusData all = ElementStatusData.Decode(whole);
            for (int length = 8; length < whole.Length; length++)
            {
                ElementStatusData cut = ElementStatusData.Decode(whole.AsSpan(0, length));
                cut.IsTruncated.ShouldBeTrue();
                cut.Fault.ShouldBeNull($"at {length}");
                cut.Elements.Select(element => element.Address).ShouldBe(all.Elements.Take(cut.Elements.Length).Select(element => element.Address));
            }
        }
    }

    private static bool CheckAny(byte[] data)
    {
        var reader = new ElementStatusReader(data);
        int last = 7;
        while (reader.Read())
        {
            ElementDescriptor element = reader.Current;
            if (element.Offset <= last || element.Bytes.Length < 12 || element.Offset + element.Bytes.Length > data.Length) return false;
            if (element.Type is ElementType.All or > ElementType.DataTransfer) return false;
            last = element.Offset;
            ElementStatus status = element.ToStatus();
            int rest = status.VendorBytes.Length + (status.Identifier?.Value.Length ?? 0);
            if (rest > element.Bytes.Length - 12) return false;
            _ = (status.ToString(), status.PrimaryVolumeTag?.ToString(), status.Identifier?.SerialNumber, status.Identifier?.Vendor);
        }

        return reader.Fault is not { } fault || (fault.Offset <= data.Length && fault.ToString().Contains($"byte {fault.Offset}: ", StringComparison.Ordinal));
    }

    /// <summary>A capture with up to four bytes that are others, and sometimes without its end.</summary>
    private static Gen<byte[]> Mutated(string fixture)
    {
        byte[] whole = HexFixture.Load(fixture).Data;
        Gen<int> position = Gen.OneOf(Gen.Int[0, Math.Min(whole.Length, 32) - 1], Gen.Int[0, whole.Length - 1]);
        return Gen.Select(Gen.Select(position, Gen.OneOf(Gen.Byte, Gens.Of<byte>(0, 1, 0xFF)), (at, value) => (at, value)).Array[0, 4], Gen.OneOf(Gen.Const(whole.Length), Gen.Int[0, whole.Length]), (changes, length) =>
        {
            byte[] data = [.. whole];
            foreach ((int at, byte value) in changes) data[at] = value;
            return data[..length];
        });
    }

    private static ElementStatusData Check(string hex, string elements, ElementStatusFault? fault = null)
    {
        ElementStatusData data = ElementStatusData.Decode(Hex.Bytes(hex));
        string.Join(' ', data.Elements.Select(element => $"{(int)element.Type}:{element.Address}")).ShouldBe(elements);
        data.Fault.ShouldBe(fault);
        return data;
    }
}
