using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>One element, bit by bit: the layouts are those of Dell's TL2000, Oracle's SL150 and Quantum's SuperLoader 3 SCSI references.</summary>
public class ElementStatusTests
{
    [Theory]
    [InlineData(1, "01", nameof(ElementStatus.IsFull))]
    [InlineData(1, "04", nameof(ElementStatus.IsException))]
    [InlineData(1, "08", "")]
    [InlineData(2, "08", nameof(ElementStatus.IsAccessible))]
    [InlineData(2, "F2", "")]
    [InlineData(3, "02", nameof(ElementStatus.IsPlacedByOperator))]
    [InlineData(3, "10", nameof(ElementStatus.IsExportEnabled))]
    [InlineData(3, "20", nameof(ElementStatus.IsImportEnabled))]
    [InlineData(3, "40", nameof(ElementStatus.IsInMagazine))]
    [InlineData(3, "80", nameof(ElementStatus.NeedsOperator))]
    [InlineData(4, "08", nameof(ElementStatus.IsAccessible))]
    [InlineData(4, "F2", "")]
    public void Bits_of_byte_2(int type, string bits, string name)
    {
        ElementStatus element = One(type, Format(bits));
        (string Name, bool IsSet)[] all =
        [
            (nameof(element.IsFull), element.IsFull), (nameof(element.IsException), element.IsException), (nameof(element.IsAccessible), element.IsAccessible),
            (nameof(element.IsPlacedByOperator), element.IsPlacedByOperator), (nameof(element.IsExportEnabled), element.IsExportEnabled),
            (nameof(element.IsImportEnabled), element.IsImportEnabled), (nameof(element.IsInMagazine), element.IsInMagazine), (nameof(element.NeedsOperator), element.NeedsOperator),
        ];
        all.Where(bit => bit.IsSet).Select(bit => bit.Name).ShouldBe(name.Length == 0 ? [] : [name]);
    }

    [Fact]
    public void Exceptions_have_names()
    {
        ElementStatus element = One(2, Format("04", sense: "3B12"));
        element.ExceptionCode.ShouldBe(SenseCode.MediumMagazineRemoved);
        // Some changers give a code without EXCEPT.
        One(2, Format("00", sense: "8301")).ExceptionCode.ToString().ShouldBe("83/01");
    }

    [Fact]
    public void Addresses_of_drives_on_a_parallel_bus()
    {
        ElementStatus element = One(4, Format("00", bus: "B506"));
        (element.IsOnOtherBus, element.Lun, element.BusAddress).ShouldBe((true, (byte?)5, (byte?)6));
        element = One(4, Format("00", bus: "0506"));
        (element.IsOnOtherBus, element.Lun, element.BusAddress).ShouldBe((false, (byte?)null, (byte?)null));
        One(2, Format("00", bus: "B506")).BusAddress.ShouldBeNull("only data transfer elements have one");
    }

    [Fact]
    public void Source_type_and_switched_off()
    {
        ElementStatus element = One(2, Format("01", flags: "CC", source: "03E8"));
        (element.Source, element.IsInverted, element.IsDisabled, element.MediumType).ShouldBe(((ushort?)1000, true, true, ElementMediumType.Worm));
        // Without SVALID the address means nothing, whatever it is.
        element = One(2, Format("01", flags: "41", source: "03E8"));
        (element.Source, element.IsInverted, element.IsDisabled, element.MediumType).ShouldBe(((ushort?)null, false, false, ElementMediumType.Data));
        // SVALID with an address of 0 is one.
        One(2, Format("01", flags: "80", source: "0000")).Source.ShouldBe((ushort)0);
    }

    /// <summary>Padded with spaces, with zeros, with rubbish behind a zero, and no text at all.</summary>
    [Theory]
    [InlineData("4130303144", 0x20, 0x00, VolumeTagState.Text, "A001D")]
    [InlineData("4130303144", 0x00, 0x00, VolumeTagState.Text, "A001D")]
    [InlineData("413030314400EE", 0x55, 0x00, VolumeTagState.Text, "A001D")]
    [InlineData("4130303144", 0x20, 0x20, VolumeTagState.Text, "A001D")]
    [InlineData("412042", 0x20, 0x00, VolumeTagState.Text, "A B")]
    [InlineData("", 0x20, 0x00, VolumeTagState.Blank, null)]
    [InlineData("", 0x00, 0x00, VolumeTagState.Blank, null)]
    [InlineData("2000", 0x20, 0x00, VolumeTagState.Blank, null)]
    [InlineData("0041", 0x00, 0x00, VolumeTagState.Unreadable, null)]
    [InlineData("41FF42", 0x20, 0x00, VolumeTagState.Unreadable, null)]
    [InlineData("", 0xFF, 0x00, VolumeTagState.Unreadable, null)]
    [InlineData("410A42", 0x20, 0x00, VolumeTagState.Unreadable, null)]
    public void Volume_tags(string text, int padding, int end, VolumeTagState state, string? expected)
    {
        var tag = new byte[36];
        tag.AsSpan(0, 32).Fill((byte)padding);
        Hex.Bytes(text).CopyTo(tag, 0);
        tag.AsSpan(32).Fill((byte)end);
        ElementStatus element = One(2, Format("01") + Convert.ToHexString(tag), flags: "80");
        element.PrimaryVolumeTag.ShouldBe(new VolumeTag(state, expected));
        element.PrimaryVolumeTag.ToString().ShouldBe(expected ?? (state == VolumeTagState.Blank ? "" : "?"));
    }

    [Fact]
    public void Both_tags_and_a_sequence_number()
    {
        ElementStatus element = One(2, Format("01") + Tag("A", 1) + Tag("B", 0x0203) + "00000000", flags: "C0");
        element.PrimaryVolumeTag.ShouldBe(VolumeTag.Of("A", 1));
        element.AlternateVolumeTag.ShouldBe(VolumeTag.Of("B", 0x0203));
        // AVOLTAG alone.
        element = One(2, Format("01") + Tag("B", 4), flags: "40");
        (element.PrimaryVolumeTag, element.AlternateVolumeTag).ShouldBe(((VolumeTag?)null, VolumeTag.Of("B", 4)));
    }

    /// <summary>Quantum SuperLoader 3 and Oracle SL150: the serial number alone; the SL150 pads it to 32 bytes and adds four of its own.</summary>
    [Fact]
    public void Identifier_with_the_serial_number_alone()
    {
        ElementStatus element = One(4, Format("00") + "0200000A" + "48553130353044364137");
        element.Identifier.ShouldBe(ElementDeviceIdentifier.OfSerialNumber("HU1050D6A7"));
        (element.Identifier!.Value.Vendor, element.Identifier!.Value.Product, element.Identifier!.Value.SerialNumber).ShouldBe((null, null, "HU1050D6A7"));

        element = One(4, Format("00") + "0200000A" + "48553130353044364137" + string.Concat(Enumerable.Repeat("20", 22)) + "4C395438");
        element.Identifier!.Value.SerialNumber.ShouldBe("HU1050D6A7");
        element.VendorBytes.Length.ShouldBe(26);
        element.VendorBytes[^4..].ShouldBe([0x4C, 0x39, 0x54, 0x38]);
    }

    [Fact]
    public void Identifier_that_is_absent_or_of_another_kind()
    {
        One(4, Format("00") + "00000000").Identifier.ShouldBeNull();
        One(4, Format("00") + "02000000" + "2020").Identifier.ShouldBeNull();
        One(4, Format("00") + "020000").VendorBytes.Length.ShouldBe(3, "no room for its header");

        ElementDeviceIdentifier name = One(4, Format("00") + "01030008" + "500104F000ABCDEF").Identifier.ShouldNotBeNull();
        (name.CodeSet, name.Type, name.SerialNumber).ShouldBe((DesignatorCodeSet.Binary, DesignatorType.Naa, null));
        name.ToString().ShouldBe("500104f000abcdef");

        // Vendor and product, and no serial number.
        ElementDeviceIdentifier device = One(4, Format("00") + "02010018" + "49424D2020202020" + "554C54333538302D5444382020202020").Identifier.ShouldNotBeNull();
        (device.Vendor, device.Product, device.SerialNumber).ShouldBe(("IBM", "ULT3580-TD8", null));
        // Cut inside the vendor.
        device = One(4, Format("00") + "02010003" + "49424D").Identifier.ShouldNotBeNull();
        (device.Vendor, device.Product, device.SerialNumber).ShouldBe(("IBM", null, null));
    }

    [Fact]
    public void Identifier_that_goes_past_its_descriptor()
    {
        ElementStatusData data = Decode(4, Format("00") + "020000FF" + "4142", "00");
        data.Fault.ShouldBe(new ElementStatusFault(ElementStatusProblem.IdentifierDoesNotFit, 16 + 15, 0xFF));
        data.Elements.ShouldHaveSingleItem().Identifier!.Value.SerialNumber.ShouldBe("AB");
    }

    [Fact]
    public void Every_value_survives_the_wire() => Elements.Array[0, 12].Sample(elements =>
    {
        var layout = new ElementDescriptorLayout(true, true, 40, 5);
        var buffer = new byte[8 + (elements.Length * (8 + layout.Length))];
        var writer = new ElementStatusWriter(buffer);
        foreach (ElementStatus element in elements)
        {
            writer.BeginPage(element.Type, layout);
            writer.Add(element);
        }

        int length = writer.Complete(0x05);
        ElementStatusData data = ElementStatusData.Decode(buffer.AsSpan(0, length));
        // What follows the identifier, its padding too, comes as vendor specific.
        return length == buffer.Length && data.Fault is null && !data.IsTruncated && data.SendActionCode == 5
            && data.FirstElementAddress == (elements.Length == 0 ? 0 : elements.Min(element => element.Address))
            && data.Elements.Select(element => element with { VendorBytes = default }).SequenceEqual(elements);
    });

    [Fact]
    public void The_writer_refuses_what_does_not_belong_there()
    {
        var buffer = new byte[200];
        Should.Throw<ArgumentException>(() => new ElementStatusWriter(new byte[7]).Complete());
        Should.Throw<ArgumentOutOfRangeException>(() => new ElementStatusWriter(buffer).BeginPage(ElementType.All, new(true)));
        Should.Throw<InvalidOperationException>(() => new ElementStatusWriter(buffer).Add(new(ElementType.Storage, 1)));
        Should.Throw<InvalidOperationException>(() => Write(new(ElementType.DataTransfer, 1)));
        Should.Throw<ArgumentException>(() => Write(new(ElementType.Storage, 1) { Identifier = ElementDeviceIdentifier.OfSerialNumber("A") }));
        Should.Throw<ArgumentException>(() => Write(new(ElementType.Storage, 1) { VendorBytes = [1] }));
        foreach (string text in (string[])["", "A ", "Ä", "A\n", new string('A', 33)]) Should.Throw<ArgumentException>(() => VolumeTag.Of(text));

        void Write(ElementStatus element)
        {
            var writer = new ElementStatusWriter(buffer);
            writer.BeginPage(ElementType.Storage, new(true));
            writer.Add(element);
        }
    }

    private static Gen<VolumeTag> Tags { get; } = Gen.OneOf(
        Gen.Const(VolumeTag.Blank),
        Gen.Const(new VolumeTag(VolumeTagState.Unreadable)),
        Gen.Select(Gen.Char['!', '~'].Array[1, 32], Gens.UInt16, (text, number) => VolumeTag.Of(new string(text), number)));

    private static Gen<ElementStatus> Elements { get; } =
        from type in Gen.Int[1, 4].Select(value => (ElementType)value)
        from address in Gens.UInt16
        from bits in Gen.Bool.Array[10]
        from sense in Gen.Select(Gen.Byte, Gen.Byte, (asc, ascq) => new SenseCode(asc, ascq))
        from source in Gen.Select(Gen.Bool, Gens.UInt16, (has, value) => has ? value : (ushort?)null)
        from medium in Gen.Int[0, 7]
        from primary in Tags
        from alternate in Tags
        from bus in Gen.Select(Gens.MaybeByte, Gen.Select(Gen.Bool, Gen.Byte[0, 7], (has, value) => has ? value : (byte?)null), (id, lun) => (id, lun))
        from device in Gen.Select(Gen.Bool, Gen.Byte[0, 15], Gen.Byte[0, 15], Gen.Byte.Array[1, 40],
            (has, codes, kind, value) => has ? new ElementDeviceIdentifier((DesignatorCodeSet)codes, (DesignatorType)kind, [.. value]) : (ElementDeviceIdentifier?)null)
        select new ElementStatus(type, address)
        {
            IsFull = bits[0],
            IsException = bits[1],
            ExceptionCode = sense,
            IsAccessible = bits[2] && type != ElementType.MediumTransport,
            IsPlacedByOperator = bits[3] && type == ElementType.ImportExport,
            IsExportEnabled = bits[4] && type == ElementType.ImportExport,
            IsImportEnabled = bits[5] && type == ElementType.ImportExport,
            IsInMagazine = bits[6] && type == ElementType.ImportExport,
            NeedsOperator = bits[7] && type == ElementType.ImportExport,
            IsDisabled = bits[8],
            IsInverted = bits[9] && source.HasValue,
            MediumType = (ElementMediumType)medium,
            Source = source,
            BusAddress = type == ElementType.DataTransfer ? bus.id : null,
            Lun = type == ElementType.DataTransfer ? bus.lun : null,
            IsOnOtherBus = type == ElementType.DataTransfer && bits[3],
            PrimaryVolumeTag = primary,
            AlternateVolumeTag = alternate,
            Identifier = device,
        };

    /// <summary>The first twelve bytes, with address 10.</summary>
    private static string Format(string bits, string sense = "0000", string bus = "0000", string flags = "00", string source = "0000") =>
        $"000A {bits} 00 {sense} {bus} 00 {flags} {source}";

    private static string Tag(string text, int number) =>
        Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(text.PadRight(32))) + "0000" + number.ToString("X4", System.Globalization.CultureInfo.InvariantCulture);

    private static ElementStatus One(int type, string descriptor, string flags = "00")
    {
        ElementStatusData data = Decode(type, descriptor, flags);
        data.Fault.ShouldBeNull();
        return data.Elements.ShouldHaveSingleItem();
    }

    private static ElementStatusData Decode(int type, string descriptor, string flags)
    {
        int length = Hex.Bytes(descriptor).Length;
        return ElementStatusData.Decode(Hex.Bytes($"000A 0001 00 {length + 8:X6} {type:X2} {flags} {length:X4} 00 {length:X6} {descriptor}"));
    }
}
