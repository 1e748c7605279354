using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

/// <summary>The vital product data pages of the drive, as LTO drives have them.</summary>
internal static class VpdPages
{
    private const byte ExtendedInquiry = 0x86;
    private const byte ManufacturerSerial = 0xB1;
    private const byte AlertFlags = 0xB2;
    private const byte AutomationDeviceSerial = 0xB3;
    private const byte ElementAddress = 0xB4;
    private const byte LogicalBlockProtection = 0xB5;
    private const byte ComponentRevision = 0xC0;

    private static readonly byte[] Supported =
    [
        VpdPage.SupportedPages, VpdPage.UnitSerialNumber, VpdPage.DeviceIdentification, ExtendedInquiry,
        VpdPage.SequentialAccessCapabilities, ManufacturerSerial, AlertFlags, AutomationDeviceSerial, ElementAddress, LogicalBlockProtection, ComponentRevision,
    ];

    private static bool Has(TapeDriveUnit unit, byte page) => page switch
    {
        LogicalBlockProtection => unit.Model.Generation >= 5,
        AutomationDeviceSerial or ElementAddress => unit.Bay is { AutomationSerialNumber: not null },
        _ => true,
    };

    /// <summary>Writes a page; 0 when the drive does not have it.</summary>
    internal static int Write(TapeDriveUnit unit, byte page, Span<byte> answer) => page switch
    {
        VpdPage.SupportedPages => new SupportedVpdPages(Peripheral.Tape, [.. Supported.Where(one => Has(unit, one))]).WriteTo(answer),
        VpdPage.UnitSerialNumber => new UnitSerialNumber(Peripheral.Tape, unit.Identity.SerialNumber).WriteTo(answer),
        VpdPage.DeviceIdentification => Identification(Peripheral.Tape, unit.Identity, answer),
        VpdPage.SequentialAccessCapabilities => new SequentialAccessCapabilities(Peripheral.Tape, Worm: true).WriteTo(answer),
        ExtendedInquiry => Extended(answer),
        AutomationDeviceSerial when unit.Bay is { AutomationSerialNumber: { } changer } => Automation(changer, answer),
        ElementAddress when unit.Bay is { AutomationSerialNumber: not null } bay => Element(bay.ElementAddress, answer),
        ManufacturerSerial => Serial(unit.Identity, answer),
        AlertFlags => Alerts(answer),
        LogicalBlockProtection when Has(unit, page) => Protection(unit, answer),
        ComponentRevision => Components(unit.Identity, answer),
        _ => 0,
    };

    /// <summary>NAA 3h: locally assigned, so that no registered name is claimed (SPC-5 7.7.6.6.4).</summary>
    internal static ulong LocalName(DeviceIdentity identity) => XxHash3.HashToUInt64(NameOf(identity)) >> 4 | 0x3UL << 60;

    private static byte[] NameOf(DeviceIdentity identity) =>
        Encoding.ASCII.GetBytes($"{identity.Vendor,-8}{identity.Product,-16}{identity.SerialNumber}");

    /// <summary>Device identification: vendor, product and serial number, and a local name.</summary>
    internal static int Identification(Peripheral peripheral, DeviceIdentity identity, Span<byte> answer)
    {
        var local = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(local, LocalName(identity));
        return new DeviceIdentification(
            peripheral,
            [
                new Designator(DesignatorAssociation.LogicalUnit, DesignatorType.T10VendorId, DesignatorCodeSet.Ascii, [.. NameOf(identity)]),
                new Designator(DesignatorAssociation.LogicalUnit, DesignatorType.Naa, DesignatorCodeSet.Binary, [.. local]),
            ]).WriteTo(answer);
    }

    // SPC-4 7.8.7: byte 5 2 HEADSUP 1 ORDSUP 0 SIMPSUP   byte 13 MAXIMUM SUPPORTED SENSE DATA LENGTH
    private static int Extended(Span<byte> answer)
    {
        Span<byte> body = Body(answer, 0x3C);
        body[1] = 0x07;
        body[9] = SenseData.MaxEncodedLength;
        return Finish(answer, ExtendedInquiry, body.Length);
    }

    // SSC-4 8.5.3.
    private static int Serial(DeviceIdentity identity, Span<byte> answer)
    {
        Span<byte> body = Body(answer, 16);
        Encoding.ASCII.GetBytes(identity.SerialNumber, body);
        return Finish(answer, ManufacturerSerial, body.Length);
    }

    // SSC-4 8.5.5: the changer that serves the drive.
    private static int Automation(string serialNumber, Span<byte> answer)
    {
        Span<byte> body = Body(answer, serialNumber.Length);
        Encoding.ASCII.GetBytes(serialNumber, body);
        return Finish(answer, AutomationDeviceSerial, body.Length);
    }

    // SSC-4 8.5.6: where that changer has it.
    private static int Element(int address, Span<byte> answer)
    {
        Span<byte> body = Body(answer, sizeof(ushort));
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)address);
        return Finish(answer, ElementAddress, body.Length);
    }

    // SSC-4 8.5.4: the flags that this drive can raise, the first bit flag 1.
    private static int Alerts(Span<byte> answer)
    {
        Span<byte> body = Body(answer, 8);
        DriveAlerts.Supported.WriteBitmap(body);
        return Finish(answer, AlertFlags, body.Length);
    }

    // SSC-5: four reserved bytes, then a descriptor a method: length, method, length of the information, 7 LBP_W_C 6 LBP_R_C.
    private static int Protection(TapeDriveUnit unit, Span<byte> answer)
    {
        bool hasCrc32C = unit.Generation.DensityCode >= 0x5C;
        Span<byte> body = Body(answer, 4 + 4 * (hasCrc32C ? 2 : 1));
        ReadOnlySpan<byte> reedSolomon = [3, 1, 4, 0xC0];
        reedSolomon.CopyTo(body[4..]);
        if (hasCrc32C)
        {
            ReadOnlySpan<byte> crc32C = [3, 2, 4, 0xC0];
            crc32C.CopyTo(body[8..]);
        }

        return Finish(answer, LogicalBlockProtection, body.Length);
    }

    // IBM LTO Ultrium SCSI Reference, drive component revision levels: code name (12), time (7), date (8), platform (12).
    private static int Components(DeviceIdentity identity, Span<byte> answer)
    {
        Span<byte> body = Body(answer, 39);
        body.Fill((byte)' ');
        Encoding.ASCII.GetBytes("capstan-vtl", body);
        Encoding.ASCII.GetBytes("000000", body[12..]);
        Encoding.ASCII.GetBytes("20260101", body[19..]);
        Encoding.ASCII.GetBytes(identity.Revision.AsSpan(0, Math.Min(4, identity.Revision.Length)), body[27..]);
        return Finish(answer, ComponentRevision, body.Length);
    }

    private static Span<byte> Body(Span<byte> answer, int length)
    {
        Span<byte> body = answer.Slice(VpdPage.HeaderLength, length);
        body.Clear();
        return body;
    }

    private static int Finish(Span<byte> answer, byte page, int bodyLength)
    {
        answer[0] = (byte)PeripheralDeviceType.Tape;
        answer[1] = page;
        BinaryPrimitives.WriteUInt16BigEndian(answer[2..], (ushort)bodyLength);
        return VpdPage.HeaderLength + bodyLength;
    }
}
