using System.Buffers.Binary;
using System.Globalization;

namespace Capstan.Scsi;

/// <summary>One decoded answer to INQUIRY.</summary>
/// <param name="Page">PAGE CODE; null for the standard data.</param>
/// <param name="Name">In words.</param>
/// <param name="Fields">By place; empty where nothing is known of the page.</param>
/// <param name="Bytes">The whole answer, header included, as far as it reaches.</param>
public sealed record DecodedInquiry(byte? Page, string Name, IReadOnlyList<LogFieldValue> Fields, ReadOnlyMemory<byte> Bytes);

/// <summary>Turns INQUIRY data and vital product data pages into names and values. Total over any bytes.</summary>
public static partial class InquiryDecoder
{
    /// <summary>
    /// Decodes standard INQUIRY data or a VPD page, by what the bytes look like when that is not told. A page code of a VPD page stands
    /// where standard data have RMB, which no page code of a tape drive could be mistaken for.
    /// </summary>
    /// <param name="data">The answer.</param>
    /// <param name="isPage">Whether it is a VPD page; null to find out.</param>
    /// <param name="decoded">Not null when true is answered.</param>
    public static bool TryDecode(ReadOnlySpan<byte> data, bool? isPage, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DecodedInquiry? decoded)
    {
        decoded = null;
        if (data.Length < VpdPage.HeaderLength)
            return false;
        if (isPage ?? LooksLikePage(data))
        {
            ReadOnlySpan<byte> body = data[VpdPage.HeaderLength..];
            body = body[..Math.Min(body.Length, BinaryPrimitives.ReadUInt16BigEndian(data[2..]))];
            byte page = data[1];
            decoded = new DecodedInquiry(page, NameOf(page), Fields(page, data, body), data[..(VpdPage.HeaderLength + body.Length)].ToArray());
            return true;
        }

        if (!InquiryData.TryDecode(data, out InquiryData inquiry))
            return false;
        decoded = new DecodedInquiry(null, "standard INQUIRY data", Standard(inquiry, data), data[..Math.Min(data.Length, data[4] + 5)].ToArray());
        return true;
    }

    /// <summary>A page's name in words.</summary>
    public static string NameOf(byte page) => page switch
    {
        0x00 => "supported VPD pages",
        0x80 => "unit serial number",
        0x83 => "device identification",
        0x84 => "software interface identification",
        0x85 => "management network addresses",
        0x86 => "extended INQUIRY data",
        0x87 => "mode page policy",
        0x88 => "SCSI ports",
        0x90 => "protocol-specific logical unit information",
        0x91 => "protocol-specific port information",
        0xB0 => "sequential access device capabilities",
        0xB1 => "manufacturer-assigned serial number",
        0xB2 => "TapeAlert supported flags",
        0xB3 => "automation device serial number",
        0xB4 => "data transfer device element address",
        0xB5 => "logical block protection",
        >= 0xC0 => "vendor-specific page",
        _ => Unnamed,
    };

    /// <summary>Whether a standard names the page.</summary>
    public static bool IsNamed(byte page) => NameOf(page) != Unnamed;

    private const string Unnamed = "page without a name";

    /// <summary>
    /// RESPONSE DATA FORMAT of standard data is 2h, and RMB 80h or 00h. A VPD page has the high byte of its length there, which is 00h.
    /// </summary>
    private static bool LooksLikePage(ReadOnlySpan<byte> data) => !(data[1] is 0x00 or 0x80 && (data[3] & 0x0F) == 2 && data.Length >= 36);

    private static List<LogFieldValue> Fields(byte page, ReadOnlySpan<byte> data, ReadOnlySpan<byte> body) => page switch
    {
        0x00 => [.. SupportedPages(body)],
        0x80 or 0xB1 or 0xB3 => [new("serial number", LogValue.Of(AsciiField.Read(body)))],
        0x83 => Designators(data),
        0x86 => Extended(body),
        0x87 => PolicyDescriptors(body),
        0x88 => Ports(body),
        0xB0 => body.IsEmpty ? [] : [new("WORM", LogValue.Of((body[0] & 1) != 0)), new("tape stream mirroring", LogValue.Of((body[0] & 2) != 0))],
        0xB2 => AlertFlags(body),
        0xB4 => body.Length is 0 or > 8 ? [] : [new("element address", LogValue.Of(LogDecoder.ReadUnsigned(body)))],
        0xB5 => Protection(body),
        >= 0xC0 => VendorText(body),
        _ => [],
    };

    private static List<LogFieldValue> SupportedPages(ReadOnlySpan<byte> body)
    {
        var fields = new List<LogFieldValue>();
        foreach (byte code in body)
            fields.Add(new LogFieldValue($"{code:x2}h", LogValue.Of(NameOf(code))));
        return fields;
    }

    private static List<LogFieldValue> Standard(in InquiryData inquiry, ReadOnlySpan<byte> data)
    {
        var fields = new List<LogFieldValue>
        {
            new("device type", LogValue.Of(TypeText(inquiry.Peripheral.DeviceType))),
            new("qualifier", LogValue.Of(inquiry.Peripheral.Qualifier)),
            new("removable", LogValue.Of(inquiry.Removable)),
            new("version", LogValue.Of(VersionText(inquiry.Version))),
            new("logical block protection", LogValue.Of(inquiry.Protect)),
            new("several ports", LogValue.Of(inquiry.MultiPort)),
            new("command queuing", LogValue.Of(inquiry.CommandQueuing)),
            new("vendor", LogValue.Of(inquiry.Vendor)),
            new("product", LogValue.Of(inquiry.Product)),
            new("revision", LogValue.Of(inquiry.Revision)),
        };
        for (int i = 0; i < 8 && 60 + (2 * i) <= Math.Min(data.Length, data[4] + 5); i++)
        {
            int descriptor = BinaryPrimitives.ReadUInt16BigEndian(data[(58 + (2 * i))..]);
            if (descriptor != 0)
                fields.Add(new LogFieldValue($"version descriptor {i + 1}", LogValue.Of(DescriptorText(descriptor))));
        }

        return fields;
    }

    private static string TypeText(PeripheralDeviceType type) => type switch
    {
        PeripheralDeviceType.Tape => "tape",
        PeripheralDeviceType.MediumChanger => "medium changer",
        PeripheralDeviceType.Disk => "disk",
        PeripheralDeviceType.Unknown => "none",
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)type:x2}h"),
    };

    private static string VersionText(byte version) => version switch
    {
        0x03 => "SPC",
        0x04 => "SPC-2",
        0x05 => "SPC-3",
        0x06 => "SPC-4",
        0x07 => "SPC-5",
        _ => $"{version:x2}h",
    };

    // SPC-5 annex on version descriptors: the families that tape drives name.
    private static string DescriptorText(int descriptor)
    {
        string family = (descriptor & ~0x1F) switch
        {
            0x0020 => "SAM",
            0x0040 => "SAM-2",
            0x0060 => "SAM-3",
            0x0080 => "SAM-4",
            0x00A0 => "SAM-5",
            0x0120 => "SPC",
            0x0200 => "SSC",
            0x0260 => "SPC-2",
            0x0300 => "SPC-3",
            0x0360 => "SSC-2",
            0x03C0 => "ADC",
            0x0400 => "SSC-3",
            0x0460 => "SPC-4",
            0x04A0 => "ADC-2",
            0x0500 => "ADC-3",
            0x0520 => "SSC-4",
            0x05A0 => "SSC-5",
            0x05C0 => "SPC-5",
            0x0640 => "ADC-4",
            0x08C0 => "FCP",
            0x0900 => "FCP-2",
            0x0A00 => "FCP-3",
            0x0A40 => "FCP-4",
            0x0960 => "iSCSI",
            0x0BE0 => "SAS",
            0x0C00 => "SAS-1.1",
            0x0C20 => "SAS-2",
            0x0C40 => "SAS-2.1",
            0x0C60 => "SAS-3",
            0x0C80 => "SAS-4",
            0x20A0 => "SPL",
            0x20C0 => "SPL-2",
            0x20E0 => "SPL-3",
            _ => "",
        };
        return family.Length > 0 ? $"{descriptor:x4}h ({family})" : $"{descriptor:x4}h";
    }

    private static List<LogFieldValue> Designators(ReadOnlySpan<byte> data)
    {
        var fields = new List<LogFieldValue>();
        if (!DeviceIdentification.TryDecode(data, out DeviceIdentification identification))
            return fields;
        foreach (Designator designator in identification.Designators)
        {
            string what = designator.Association switch
            {
                DesignatorAssociation.LogicalUnit => "logical unit",
                DesignatorAssociation.TargetPort => "target port",
                DesignatorAssociation.TargetDevice => "target device",
                _ => "association 3",
            };
            fields.Add(new LogFieldValue($"{what}, {DesignatorText(designator.Type)}", LogValue.Of(designator.ToString())));
        }

        return fields;
    }

    private static string DesignatorText(DesignatorType type) => type switch
    {
        DesignatorType.VendorSpecific => "vendor-specific",
        DesignatorType.T10VendorId => "T10 vendor identification",
        DesignatorType.Eui64 => "EUI-64",
        DesignatorType.Naa => "NAA",
        DesignatorType.RelativeTargetPort => "relative target port",
        DesignatorType.TargetPortGroup => "target port group",
        DesignatorType.LogicalUnitGroup => "logical unit group",
        DesignatorType.Md5LogicalUnit => "MD5",
        DesignatorType.ScsiNameString => "SCSI name string",
        _ => string.Create(CultureInfo.InvariantCulture, $"type {(int)type:x}h"),
    };
}
