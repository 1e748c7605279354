using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>
/// Whatever a drive answers, or a user finds in a file: every decoder takes any bytes, captured ones cut off at any place, and captured
/// ones with bytes changed. A decoder that is not in the table fails the test.
/// </summary>
public class DecodersAreTotalTests
{
    private delegate void Decoder(ReadOnlySpan<byte> bytes);

    /// <summary>By type and method; each uses what it decoded, because half of the reading is done then.</summary>
    private static readonly Dictionary<string, Decoder> Decoders = new(StringComparer.Ordinal)
    {
        ["AccessOrderLimits.TryDecode"] = static bytes => AccessOrderLimits.TryDecode(bytes, out _),
        ["AccessOrderList.TryDecode"] = static bytes => AccessOrderList.TryDecode(bytes, out _),
        ["AttributeData.OfList"] = static bytes => Use(AttributeData.OfList(bytes)),
        ["AttributeData.TryDecode"] = static bytes => Use(AttributeData.TryDecode(bytes, out AttributeData data) ? data : default),
        ["AttributeList.TryDecode"] = static bytes => AttributeList.TryDecode(bytes, out _),
        ["AttributeText.Decode"] = DecodeText,
        ["AttributeText.Describe"] = DescribeAttribute,
        ["AttributeText.TryNumber"] = static bytes => AttributeText.TryNumber(bytes, out _),
        ["BlockLimits.TryDecode"] = static bytes => BlockLimits.TryDecode(bytes, out _),
        ["BufferDescriptor.TryDecode"] = static bytes => BufferDescriptor.TryDecode(bytes, out _),
        ["Control.TryDecode"] = static bytes => Control.TryDecode(bytes, out _),
        ["ControlDataProtection.TryDecode"] = static bytes => ControlDataProtection.TryDecode(bytes, out _),
        ["DataCompression.TryDecode"] = static bytes => DataCompression.TryDecode(bytes, out _),
        ["DataEncryptionCapabilities.TryDecode"] = static bytes => DataEncryptionCapabilities.TryDecode(bytes, out _),
        ["DataEncryptionManagement.TryDecode"] = static bytes => DataEncryptionManagement.TryDecode(bytes, out _),
        ["DataEncryptionStatus.TryDecode"] = static bytes =>
        {
            if (DataEncryptionStatus.TryDecode(bytes, out DataEncryptionStatus status)) Use(status.KeyAssociatedData);
        },
        ["DensitySupport.HoldsMediumTypes"] = static bytes => DensitySupport.HoldsMediumTypes(bytes),
        ["DensitySupport.TryDecode"] = static bytes =>
        {
            DensitySupport.TryDecode(bytes, out ImmutableArray<DensityDescriptor> _);
            DensitySupport.TryDecode(bytes, out ImmutableArray<MediumTypeDescriptor> _);
        },
        ["DeviceAtLoad.TryDecode"] = static bytes => DeviceAtLoad.TryDecode(bytes, out _),
        ["DeviceCapabilities.TryDecode"] = static bytes =>
        {
            if (DeviceCapabilities.TryDecode(bytes, out DeviceCapabilities page)) page.Moves.Allows(ElementType.Storage, ElementType.DataTransfer);
        },
        ["DeviceConfiguration.TryDecode"] = static bytes => DeviceConfiguration.TryDecode(bytes, out _),
        ["DeviceConfigurationExtension.TryDecode"] = static bytes => DeviceConfigurationExtension.TryDecode(bytes, out _),
        ["DeviceIdentification.TryDecode"] = static bytes =>
        {
            if (!DeviceIdentification.TryDecode(bytes, out DeviceIdentification page)) return;
            foreach (Designator one in page.Designators) one.ToString().ShouldNotBeNull();
        },
        ["DisconnectReconnect.TryDecode"] = static bytes => DisconnectReconnect.TryDecode(bytes, out _),
        ["ElementAddressAssignment.TryDecode"] = static bytes => ElementAddressAssignment.TryDecode(bytes, out _),
        ["ElementStatusData.Decode"] = static bytes =>
        {
            ElementStatusData data = ElementStatusData.Decode(bytes);
            foreach (ElementStatus element in data.Elements)
                $"{element.PrimaryVolumeTag}{element.AlternateVolumeTag}{element.Identifier}".Any(char.IsControl).ShouldBeFalse();
            (data.Fault?.ToString()).ShouldNotBe("");
        },
        ["EndOfWrap.TryDecodeAll"] = static bytes => EndOfWrap.TryDecodeAll(bytes, out _),
        ["ExtendedDeviceCapabilities.TryDecode"] = static bytes => ExtendedDeviceCapabilities.TryDecode(bytes, out _),
        ["ExtendedPosition.TryDecode"] = static bytes => ExtendedPosition.TryDecode(bytes, out _),
        ["InformationalExceptions.TryDecode"] = static bytes => InformationalExceptions.TryDecode(bytes, out _),
        ["InquiryData.TryDecode"] = static bytes => InquiryData.TryDecode(bytes, out _),
        ["InquiryDecoder.TryDecode"] = static bytes =>
        {
            foreach (bool? isPage in (bool?[])[null, false, true])
            {
                if (InquiryDecoder.TryDecode(bytes, isPage, out DecodedInquiry? decoded)) Use(decoded.Fields);
            }
        },
        ["KeyAssociatedData.TryReadAll"] = static bytes =>
        {
            KeyAssociatedData.TryReadAll(bytes, out ImmutableArray<KeyAssociatedData> descriptors);
            Use(descriptors);
        },
        ["LogDecoder.TryDecode"] = static bytes =>
        {
            foreach (LogVendor vendor in Enum.GetValues<LogVendor>())
            {
                if (!LogDecoder.TryDecode(bytes, vendor, out DecodedLogPage? page)) continue;
                page.Length.ShouldBeInRange(LogPage.HeaderLength, bytes.Length);
                foreach (LogParameterValue parameter in page.Parameters)
                {
                    parameter.Value.ToString().ShouldNotBeNull();
                    Use(parameter.Fields);
                }
            }
        },
        ["LogPage.TryDecode"] = static bytes =>
        {
            if (!LogPage.TryDecode(bytes, out LogPage page)) return;
            foreach (LogParameter parameter in page) parameter.TryGetUnsigned(out _);
            page.TryFind(0x0204, out _);
            LogDecoder.ReadPageList(page).Count.ShouldBeLessThanOrEqualTo(bytes.Length);
            TapeAlertSet.TryDecode(page, out TapeAlertSet set);
            set.Numbers().Count().ShouldBeInRange(0, TapeAlertFlag.Count);
        },
        ["LongPosition.TryDecode"] = static bytes => LongPosition.TryDecode(bytes, out _),
        ["LunList.TryDecode"] = static bytes => LunList.TryDecode(bytes, out _),
        ["MediaSerialNumber.TryDecode"] = static bytes => MediaSerialNumber.TryDecode(bytes, out _),
        ["MediumConfiguration.TryDecode"] = static bytes => MediumConfiguration.TryDecode(bytes, out _),
        ["MediumPartition.TryDecode"] = static bytes => MediumPartition.TryDecode(bytes, out _),
        ["ModePage.TryRead"] = static bytes =>
        {
            if (!ModePage.TryRead(bytes, 0, out ModePage page)) return;
            foreach (ModePageDescription known in (ImmutableArray<ModePageDescription>)[.. ModePageCatalog.All, .. ModePageCatalog.Changer])
                foreach (ModeField field in known.Fields) field.TryGet(page.Bytes, out _);
        },
        ["ModeParameters.TryDecode"] = static bytes =>
        {
            foreach (ModeHeaderForm form in Enum.GetValues<ModeHeaderForm>())
            {
                if (!ModeParameters.TryDecode(bytes, form, out ModeParameters parameters)) continue;
                parameters.IsWhole.ShouldBeOneOf(true, false);
                parameters.TryGet(out MediumPartition _);
                parameters.TryGet(out DeviceConfigurationExtension _);
            }
        },
        ["NextBlockEncryptionStatus.TryDecode"] = static bytes =>
        {
            if (NextBlockEncryptionStatus.TryDecode(bytes, out NextBlockEncryptionStatus status)) Use(status.KeyAssociatedData);
        },
        ["NumberRange.TryDecode"] = static bytes => NumberRange.TryDecode(bytes, out _),
        ["ObjectIdLimit.TryDecode"] = static bytes => ObjectIdLimit.TryDecode(bytes, out _),
        ["PowerCondition.TryDecode"] = static bytes => PowerCondition.TryDecode(bytes, out _),
        ["ProtocolSpecificLogicalUnit.TryDecode"] = static bytes => ProtocolSpecificLogicalUnit.TryDecode(bytes, out _),
        ["ProtocolSpecificPort.TryDecode"] = static bytes => ProtocolSpecificPort.TryDecode(bytes, out _),
        ["ReadWriteErrorRecovery.TryDecode"] = static bytes => ReadWriteErrorRecovery.TryDecode(bytes, out _),
        ["ReservationCapabilities.TryDecode"] = static bytes => ReservationCapabilities.TryDecode(bytes, out _),
        ["ReservationFullStatus.TryDecode"] = static bytes =>
        {
            if (!ReservationFullStatus.TryDecode(bytes, out ReservationFullStatus status)) return;
            foreach (Registration one in status.Registrations) one.Initiator.ShouldNotBeNull();
        },
        ["ReservationHolder.TryDecode"] = static bytes => ReservationHolder.TryDecode(bytes, out _),
        ["ReservationKeys.TryDecode"] = static bytes => ReservationKeys.TryDecode(bytes, out _),
        ["ReservationParameters.TryDecode"] = static bytes => ReservationParameters.TryDecode(bytes, out _),
        ["SenseData.TryDecode"] = static bytes => (SenseData.TryDecode(bytes, out SenseData sense) ? sense.ToString() : "").ShouldNotBeNull(),
        ["SequentialAccessCapabilities.TryDecode"] = static bytes => SequentialAccessCapabilities.TryDecode(bytes, out _),
        ["SetDataEncryption.TryDecode"] = static bytes =>
        {
            if (SetDataEncryption.TryDecode(bytes, out SetDataEncryption page, out _)) KeyAssociatedData.TryReadAll(page.Descriptors, out _);
        },
        ["ShortPosition.TryDecode"] = static bytes => ShortPosition.TryDecode(bytes, out _),
        ["SupportedOperationCode.TryDecode"] = static bytes => SupportedOperationCode.TryDecode(bytes, out _),
        ["SupportedOperationCodes.TryDecode"] = static bytes => SupportedOperationCodes.TryDecode(bytes, out _),
        ["SupportedSecurityProtocols.TryDecode"] = static bytes => SupportedSecurityProtocols.TryDecode(bytes, out _),
        ["SupportedVpdPages.TryDecode"] = static bytes => SupportedVpdPages.TryDecode(bytes, out _),
        ["TapeAlertSet.OfBitmap"] = static bytes => TapeAlertSet.OfBitmap(bytes).Numbers().Count().ShouldBeInRange(0, 64),
        ["TapeEncryptionPage.TryReadCodes"] = static bytes =>
        {
            TapeEncryptionPage.TryReadCodes(bytes, TapeEncryptionPage.InSupport, out _);
            TapeEncryptionPage.TryReadCodes(bytes, TapeEncryptionPage.OutSupport, out _);
        },
        ["TapeEncryptionPage.TryReadKeyFormats"] = static bytes => TapeEncryptionPage.TryReadKeyFormats(bytes, out _),
        ["TimestampData.TryDecode"] = static bytes => TimestampData.TryDecode(bytes, out _),
        ["TransportGeometry.TryDecode"] = static bytes => TransportGeometry.TryDecode(bytes, out _),
        ["UnitSerialNumber.TryDecode"] = static bytes => UnitSerialNumber.TryDecode(bytes, out _),
        ["VolumeCoherency.TryDecode"] = static bytes =>
        {
            if (!VolumeCoherency.TryDecode(bytes, out VolumeCoherency coherency)) return;
            _ = (coherency.Reference, coherency.LtfsUuid, coherency.LtfsVersion);
        },
        ["VolumeTagTemplate.TryDecode"] = static bytes =>
        {
            if (VolumeTagTemplate.TryDecode(bytes, out VolumeTagTemplate template, out _)) template.Fits(VolumeTag.Of("A"));
        },
    };

    /// <summary>What takes bytes and has nothing to understand in them: a copy, a checksum.</summary>
    private static readonly string[] NoDecoders = ["BlockProtection.Matches", "Castagnoli.Of", "Cdb.FromBytes", "LogValue.OfBytes", "ReedSolomonCrc.Of"];

    private static readonly byte[][] Captures =
        [.. HexFixture.Devices.Select(static name => HexFixture.Load(name).Data).Where(static data => data.Length > 0)];

    public static TheoryData<string> Names => [.. Decoders.Keys.Order(StringComparer.Ordinal)];

    /// <summary>
    /// What takes bytes and is no CDB's (those are held to it by <see cref="Wire.IsTotal"/>), no writer, and no part of a decoder that has
    /// checked the length before.
    /// </summary>
    [Fact]
    public void Every_decoder_is_in_the_table()
    {
        string[] found = [.. typeof(LogDecoder).Assembly.GetTypes()
            .Where(static type => !type.IsInterface && !type.GetInterfaces().Any(static one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IScsiCommand<>)))
            .SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(static method => method.DeclaringType!.IsPublic && Takes(method, typeof(ReadOnlySpan<byte>)) && !Takes(method, typeof(Span<byte>)))
            .Select(static method => $"{method.DeclaringType!.Name}.{method.Name}")
            .Distinct().Except(NoDecoders)];
        found.Except(Decoders.Keys).ShouldBeEmpty();
        Decoders.Keys.Except(found).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_bytes(string decoder) => Gen.OneOf(Gen.Byte.Array[0, 40], Gen.Byte.Array[0, 400]).Sample(bytes => Decoders[decoder](bytes), iter: 2000);

    [Theory]
    [MemberData(nameof(Names))]
    public void Captures_cut_off_at_any_byte(string decoder)
    {
        foreach (byte[] capture in Captures)
        {
            // Behind the first hundred bytes nothing new happens at most places.
            for (int length = 0; length <= capture.Length; length += length < 100 ? 1 : 7)
                Decoders[decoder](capture.AsSpan(0, length));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Captures_with_bytes_changed(string decoder)
    {
        // Lengths and counts stand in front, and extremes are what breaks them.
        Gen<(int At, byte Value)> change = Gen.Select(Gen.OneOf(Gen.Int[0, 31], Gen.Int[0, 4000]), Gen.OneOf(Gen.Byte, Gens.Of<byte>(0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF)));
        Gen.Select(Gen.Int[0, Captures.Length - 1], change.Array[1, 6], Gen.Int[0, 4]).Sample((index, changes, cut) =>
        {
            byte[] bytes = Captures[index][..Math.Max(0, Captures[index].Length - cut)];
            foreach ((int at, byte value) in changes)
            {
                if (bytes.Length > 0) bytes[at % bytes.Length] = value;
            }

            Decoders[decoder](bytes);
        }, iter: 3000);
    }

    private static bool Takes(MethodInfo method, Type type) => method.GetParameters().Any(one => one.ParameterType == type);

    private static void Use(in AttributeData data)
    {
        foreach (MediumAttribute attribute in data)
            AttributeText.Describe(attribute.Id, attribute.Value, attribute.Format, AttributeText.Utf8Code).ShouldNotBeNull();
    }

    private static void Use(IReadOnlyList<LogFieldValue> fields)
    {
        foreach (LogFieldValue field in fields) field.Value.ToString().ShouldNotBeNull();
    }

    private static void Use(ImmutableArray<KeyAssociatedData> descriptors)
    {
        foreach (KeyAssociatedData descriptor in descriptors) descriptor.ToText().ShouldNotBeNull();
    }

    /// <summary>Text for a terminal: whatever the bytes are, it has no control characters.</summary>
    private static void DecodeText(ReadOnlySpan<byte> bytes)
    {
        for (int localization = 0; localization <= 0x82; localization += localization == 0x0B ? 0x75 : 1)
            AttributeText.Decode(bytes, (byte)localization).Any(char.IsControl).ShouldBeFalse(localization.ToString("X2", CultureInfo.InvariantCulture));
    }

    private static void DescribeAttribute(ReadOnlySpan<byte> bytes)
    {
        foreach (AttributeDescriptor row in AttributeTable.All)
            AttributeText.Describe(row.Id, bytes, row.Format, AttributeText.AsciiCode).Any(char.IsControl).ShouldBeFalse(row.Key);
        foreach (AttributeFormat format in Enum.GetValues<AttributeFormat>())
            AttributeText.Describe(0x1400, bytes, format, 0x80).Any(char.IsControl).ShouldBeFalse();
    }
}
