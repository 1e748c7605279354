using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>CDBs and parameter list as in Dell's TL2000 SCSI reference (B5h, B6h) and in Oracle's SL150 Interface Reference Manual.</summary>
public class SendVolumeTagTests
{
    private static readonly BitField TypeField = new(Byte: 1, High: 3, Low: 0);

    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new SendVolumeTag(VolumeTagAction.TranslatePrimaryIgnoringSequence, 0x03E8, 40, ElementType.Storage),
            "B60203E8000500000028 00 00", "SEND VOLUME TAG translate (05h) storage elements from 1000 length 40", CommandTable.MediumChanger);
        Wire.ShouldBe(new SendVolumeTag(VolumeTagAction.UndefineAlternate, 7, 0),
            "B6000007000D00000000 00 00", "SEND VOLUME TAG change (0Dh) element 7 length 0", CommandTable.MediumChanger);
        Wire.ShouldBe(new RequestVolumeElementAddress(ElementType.Storage, 0x03E8, 16, 0x012345, VolumeTags: true),
            "B51203E8001000012345 00 00", "REQUEST VOLUME ELEMENT ADDRESS storage elements 16 from 1000 voltag alloc 74565", CommandTable.MediumChanger);
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        var action = new BitField(Byte: 5, High: 4, Low: 0);
        foreach (string code in (string[])["03", "07", "0E", "1B", "1F"]) Wire.ShouldRefuse<SendVolumeTag>($"B60203E800{code}000000280000", action);
        Wire.ShouldRefuse<SendVolumeTag>("B60503E80005000000280000", TypeField);
        Wire.ShouldRefuse<SendVolumeTag>("B61203E80005000000280000", BitField.Bit(1, 4));
        Wire.ShouldRefuse<RequestVolumeElementAddress>("B50503E80010000123450000", TypeField);
        Wire.ShouldRefuse<RequestVolumeElementAddress>("B51203E80010010123450000", BitField.Bit(6, 0));
    }

    [Fact]
    public void Every_value_survives_the_wire()
    {
        Wire.RoundTrips(Gen.Select(Gens.Of(0, 1, 2, 4, 5, 6, 8, 9, 10, 11, 12, 13), Gens.UInt16, Gens.UInt16, Gen.Int[0, 4],
            (action, address, length, type) => new SendVolumeTag((VolumeTagAction)action, address, length, (ElementType)type)));
        Wire.RoundTrips(Gen.Select(Gen.Int[0, 4], Gens.UInt16, Gens.UInt16, Gens.UInt24, Gen.Bool,
            (type, address, count, length, tags) => new RequestVolumeElementAddress((ElementType)type, address, count, length, tags)));
    }

    [Fact]
    public void Total_over_bytes()
    {
        Wire.IsTotal<SendVolumeTag>("B60203E80005000000280000");
        Wire.IsTotal<RequestVolumeElementAddress>("B51203E80010000123450000");
    }

    [Fact]
    public void Parameter_list()
    {
        // "E0100?L8" and zeros, sequence numbers 1 to 0203h.
        byte[] list = Hex.Bytes("45303130303F4C38" + new string('0', 48) + "0000 0001 0000 0203");
        var template = new VolumeTagTemplate("E0100?L8", 1, 0x0203);
        VolumeTagTemplate.TryDecode(list, out VolumeTagTemplate decoded, out _).ShouldBeTrue();
        decoded.ShouldBe(template);
        Wire.Written(template.WriteTo, 40).ShouldBe(list);

        byte[] spaces = [.. list];
        spaces.AsSpan(8, 26).Fill(0x20);
        VolumeTagTemplate.TryDecode(spaces, out decoded, out _).ShouldBeTrue();
        decoded.Pattern.ShouldBe("E0100?L8");
        VolumeTagTemplate.TryDecode(list.AsSpan(0, 32), out decoded, out _).ShouldBeTrue();
        decoded.ShouldBe(new VolumeTagTemplate("E0100?L8"));

        VolumeTagTemplate.TryDecode(list.AsSpan(0, 31), out _, out BitField missing).ShouldBeFalse();
        missing.ShouldBe(BitField.WholeByte(31));
        list[3] = 0x80;
        VolumeTagTemplate.TryDecode(list, out _, out BitField junk).ShouldBeFalse();
        junk.ShouldBe(BitField.WholeByte(3));
    }

    [Fact]
    public void The_parameter_list_is_read_from_any_bytes() => Gen.Byte.Array[0, 48].Sample(
        bytes => VolumeTagTemplate.TryDecode(bytes, out VolumeTagTemplate template, out BitField invalid)
            ? template.Pattern.Length <= 32 && invalid == default
            : invalid.Byte <= bytes.Length && invalid.Byte < 40);

    /// <summary>'?' is any one character, '*' everything to the end (Quantum Scalar SCSI reference, SEND VOLUME TAG).</summary>
    [Theory]
    [InlineData("E01001L8", "E01001L8", true)]
    [InlineData("E01001L8", "E01001L9", false)]
    [InlineData("E01001", "E01001L8", false)]
    [InlineData("E01001L8", "E01001", false)]
    [InlineData("E0100?L8", "E01007L8", true)]
    [InlineData("E0?", "E01007L8", false)]
    [InlineData("E0*", "E01007L8", true)]
    [InlineData("*", "X", true)]
    [InlineData("E0*L9", "E01007L8", true)]
    [InlineData("?????????", "E01007L8", true)]
    [InlineData("", "E01007L8", false)]
    public void Templates(string pattern, string tag, bool fits) => new VolumeTagTemplate(pattern).Fits(VolumeTag.Of(tag)).ShouldBe(fits);

    [Fact]
    public void Sequence_numbers_and_blank_tags()
    {
        var template = new VolumeTagTemplate("*", 2, 3);
        template.Fits(VolumeTag.Of("A", 1)).ShouldBeTrue();
        template.Fits(VolumeTag.Of("A", 1), ignoreSequenceNumber: false).ShouldBeFalse();
        template.Fits(VolumeTag.Of("A", 2), ignoreSequenceNumber: false).ShouldBeTrue();
        template.Fits(VolumeTag.Of("A", 4), ignoreSequenceNumber: false).ShouldBeFalse();
        template.Fits(VolumeTag.Blank).ShouldBeFalse();
        template.Fits(new VolumeTag(VolumeTagState.Unreadable)).ShouldBeFalse();
    }
}
