namespace Capstan.Scsi.Tests;

/// <summary>
/// Element status data of a changer that another project emulates (tests/fixtures/hex/changer-status-*). What is expected was read from
/// the bytes by hand.
/// </summary>
public class ElementStatusCaptureTests
{
    private static readonly ElementDescriptorLayout WithTags = new(PrimaryVolumeTags: true);

    [Fact]
    public void Everything_with_tags()
    {
        ElementStatusData data = Load("changer-status-all-voltag");
        data.Fault.ShouldBeNull();
        data.IsTruncated.ShouldBeFalse();
        (data.FirstElementAddress, data.NumberOfElements, data.ByteCount, data.SendActionCode).ShouldBe(((ushort)1, (ushort)13, 0x2C4, (byte)0));

        // In the device's order: hand, mail slots, drives, slots.
        data.Elements.Select(element => $"{(int)element.Type}:{element.Address}").ShouldBe(
            ["1:1", "3:10", "3:11", "4:500", "4:501", "2:1000", "2:1001", "2:1002", "2:1003", "2:1004", "2:1005", "2:1006", "2:1007"]);
        data.Elements.Select(element => element.PrimaryVolumeTag.ShouldNotBeNull().ToString()).ShouldBe(
            ["", "", "", "E01003L8", "F01005L5", "E01001L8", "E01002L8", "", "F01004L5", "", "CLN101L8", "", ""]);
        data.Elements.ShouldAllBe(element => element.PrimaryVolumeTag!.Value.SequenceNumber == 0);
        data.Elements.Select(element => element.IsFull).ShouldBe([false, false, false, true, true, true, true, false, true, false, true, false, false]);
        data.Elements.Select(element => element.Source).ShouldBe([null, null, null, 1002, 1004, null, null, null, null, null, null, null, null]);
        data.Elements.Count(element => element.MediumType == ElementMediumType.Cleaning).ShouldBe(1);
    }

    [Fact]
    public void Mail_slots()
    {
        ElementStatusData data = Load("changer-status-type3-voltag");
        data.Fault.ShouldBeNull();
        data.Elements.Length.ShouldBe(2);
        // 3Ah: CMC 0, INENAB 1, EXENAB 1, ACCESS 1, EXCEPT 0, IMPEXP 1, FULL 0.
        data.Elements[0].ShouldBe(new ElementStatus(ElementType.ImportExport, 10)
        {
            IsImportEnabled = true,
            IsExportEnabled = true,
            IsAccessible = true,
            IsPlacedByOperator = true,
            PrimaryVolumeTag = VolumeTag.Blank,
        });
        data.Elements[1].Address.ShouldBe((ushort)11);
    }

    [Fact]
    public void Drives_with_identifiers()
    {
        ElementStatusData data = Load("changer-status-drives-dvcid");
        data.Fault.ShouldBeNull();
        data.Elements.Length.ShouldBe(2);
        // 12 bytes, then 02 01 00 22 and 34 bytes: 50 in all, no tags.
        data.Elements[0].ShouldBe(new ElementStatus(ElementType.DataTransfer, 500)
        {
            IsFull = true,
            MediumType = ElementMediumType.Data,
            Source = 1002,
            Identifier = ElementDeviceIdentifier.OfDevice("IBM", "ULT3580-TD8", "XYZZY_A1"),
        });
        ElementDeviceIdentifier second = data.Elements[1].Identifier.ShouldNotBeNull();
        (second.Vendor, second.Product, second.SerialNumber).ShouldBe(("IBM", "ULT3580-TD5", "XYZZY_A2"));
        (second.CodeSet, second.Type, second.Value.Length).ShouldBe((DesignatorCodeSet.Ascii, DesignatorType.T10VendorId, 34));
    }

    [Fact]
    public void Drives_with_tags_and_identifiers()
    {
        ElementStatusData data = Load("changer-status-drives-voltag-dvcid");
        data.Fault.ShouldBeNull();
        data.Elements.Select(element => (element.PrimaryVolumeTag?.Text, element.Identifier?.SerialNumber)).ShouldBe([("E01003L8", "XYZZY_A1"), ("F01005L5", "XYZZY_A2")]);
    }

    [Fact]
    public void Empty_drives()
    {
        ElementStatusData data = Load("changer-empty-drives-status-all");
        data.Fault.ShouldBeNull();
        ElementStatus[] drives = [.. data.Elements.Where(element => element.Type == ElementType.DataTransfer)];
        drives.ShouldAllBe(drive => !drive.IsFull && drive.IsAccessible && drive.Source == null);
        data.Elements.Count(element => element.IsFull).ShouldBe(6);
    }

    /// <summary>Our encoder makes the same bytes from the elements by which they were read by hand above.</summary>
    [Theory]
    [InlineData("changer-status-all-voltag")]
    [InlineData("changer-status-type1-voltag")]
    [InlineData("changer-status-type2-voltag")]
    [InlineData("changer-status-type3-voltag")]
    [InlineData("changer-status-type4-voltag")]
    [InlineData("changer-empty-drives-status-all")]
    [InlineData("changer-status-drives-dvcid", false, 34)]
    [InlineData("changer-status-drives-voltag-dvcid", true, 34)]
    public void Written_again_they_are_the_same_bytes(string fixture, bool tags = true, int identifier = 0)
    {
        byte[] bytes = WithoutSpacesInSequenceNumbers(HexFixture.Load(fixture).Data);
        ElementStatusData data = ElementStatusData.Decode(bytes);
        var buffer = new byte[bytes.Length + 100];
        var writer = new ElementStatusWriter(buffer);
        ElementType type = ElementType.All;
        foreach (ElementStatus element in data.Elements)
        {
            if (element.Type != type) writer.BeginPage(type = element.Type, new(tags, IdentifierLengthBytes: identifier));
            writer.Add(element);
        }

        writer.Complete().ShouldBe(bytes.Length);
        buffer.AsSpan(0, bytes.Length).SequenceEqual(bytes).ShouldBeTrue();
    }

    /// <summary>A whole descriptor or none, and counts that tell what there would be: then the host asks again.</summary>
    [Fact]
    public void An_allocation_length_cuts_between_descriptors()
    {
        byte[] whole = WithoutSpacesInSequenceNumbers(HexFixture.Load("changer-status-type2-voltag").Data);
        ElementStatusData data = ElementStatusData.Decode(whole);
        for (int length = 8; length < whole.Length; length++)
        {
            var buffer = new byte[length];
            var writer = new ElementStatusWriter(buffer);
            writer.BeginPage(ElementType.Storage, WithTags);
            foreach (ElementStatus element in data.Elements) writer.Add(element);
            int written = writer.Complete();
            written.ShouldBe(length < 16 ? 8 : 16 + ((length - 16) / 52 * 52));
            buffer.AsSpan(0, written).SequenceEqual(whole.AsSpan(0, written)).ShouldBeTrue($"at {length}");

            ElementStatusData cut = ElementStatusData.Decode(buffer.AsSpan(0, written));
            cut.IsTruncated.ShouldBeTrue();
            cut.Fault.ShouldBeNull();
            cut.ByteCount.ShouldBe(0x1A8);
            cut.Elements.Length.ShouldBe(Math.Max(0, written - 16) / 52);
        }
    }

    /// <summary>This emulator fills all 36 bytes of a tag with spaces, the sequence number too.</summary>
    private static byte[] WithoutSpacesInSequenceNumbers(byte[] data)
    {
        byte[] clean = [.. data];
        var reader = new ElementStatusReader(data);
        while (reader.Read())
        {
            if (!reader.Current.HasPrimaryVolumeTag) continue;
            Span<byte> end = clean.AsSpan(reader.Current.Offset + 44, 4);
            if (end.SequenceEqual("    "u8)) end.Clear();
        }

        return clean;
    }

    private static ElementStatusData Load(string fixture) => ElementStatusData.Decode(HexFixture.Load(fixture).Data);
}
