using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Capstan.Scsi;

/// <summary>
/// VOLUME COHERENCY INFORMATION, attribute 080Ch (SSC-4 7.1): what an application noted of a partition when it last made it consistent.
/// It still holds while the cartridge's volume change reference (0009h) is the one that is noted.
/// </summary>
/// <param name="VolumeChangeReference">VOLUME CHANGE REFERENCE VALUE, big-endian, as long as the device's own.</param>
/// <param name="Count">VOLUME COHERENCY COUNT: grows with every such note.</param>
/// <param name="SetIdentifier">VOLUME COHERENCY SET IDENTIFIER: partitions of equal count are consistent with each other. LTFS: the block where its index begins.</param>
/// <param name="ApplicationInformation">APPLICATION CLIENT SPECIFIC INFORMATION.</param>
// byte 0       VOLUME CHANGE REFERENCE VALUE LENGTH (n)
// byte 1-n     VOLUME CHANGE REFERENCE VALUE
// n+1 - n+8    VOLUME COHERENCY COUNT
// n+9 - n+16   VOLUME COHERENCY SET IDENTIFIER
// n+17 - n+18  APPLICATION CLIENT SPECIFIC INFORMATION LENGTH
// n+19 -       APPLICATION CLIENT SPECIFIC INFORMATION
public readonly record struct VolumeCoherency(
    ImmutableArray<byte> VolumeChangeReference, ulong Count, ulong SetIdentifier, ImmutableArray<byte> ApplicationInformation)
{
    private const int FixedLength = 19;

    /// <summary>The volume change reference as a number; null when it is longer than 8 bytes or empty.</summary>
    public ulong? Reference
    {
        get
        {
            if (VolumeChangeReference.IsDefaultOrEmpty || VolumeChangeReference.Length > 8) return null;

            ulong value = 0;
            foreach (byte b in VolumeChangeReference) value = (value << 8) | b;
            return value;
        }
    }

    /// <summary>
    /// The volume's UUID, when the application information is that of LTFS (LTFS Format Specification 2.4, "Volume Coherency Information":
    /// "LTFS", a zero, the UUID as 36 characters and a zero, a version byte); otherwise null.
    /// </summary>
    public string? LtfsUuid
    {
        get
        {
            ReadOnlySpan<byte> information = ApplicationInformation.IsDefault ? default : ApplicationInformation.AsSpan();
            return information.Length >= 41 && information.StartsWith("LTFS\0"u8) && Ascii.IsValid(information.Slice(5, 36))
                && Guid.TryParse(Encoding.ASCII.GetString(information.Slice(5, 36)), out _)
                ? Encoding.ASCII.GetString(information.Slice(5, 36))
                : null;
        }
    }

    /// <summary>The version byte behind LTFS's UUID; null without one.</summary>
    public byte? LtfsVersion => LtfsUuid is not null && ApplicationInformation.Length >= 43 ? ApplicationInformation[42] : null;

    /// <summary>False when a length leads out of the value.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> value, out VolumeCoherency coherency)
    {
        coherency = new([], 0, 0, []);
        if (value.Length < FixedLength || value.Length < FixedLength + value[0]) return false;

        int length = value[0];
        ReadOnlySpan<byte> rest = value[(1 + length)..];
        int information = BinaryPrimitives.ReadUInt16BigEndian(rest[16..]);
        if (rest.Length - 18 < information) return false;

        coherency = new(
            [.. value.Slice(1, length)],
            BinaryPrimitives.ReadUInt64BigEndian(rest),
            BinaryPrimitives.ReadUInt64BigEndian(rest[8..]),
            [.. rest.Slice(18, information)]);
        return true;
    }
}

/// <summary>DEVICE VENDOR/SERIAL NUMBER AT LAST LOAD and the three loads before, attributes 020Ah to 020Dh (SPC-4 7.4.2.2.6).</summary>
/// <param name="Vendor">T10 VENDOR IDENTIFICATION.</param>
/// <param name="SerialNumber">PRODUCT SERIAL NUMBER.</param>
// byte 0-7   T10 VENDOR IDENTIFICATION
// byte 8-39  PRODUCT SERIAL NUMBER
public readonly record struct DeviceAtLoad(string Vendor, string SerialNumber)
{
    /// <summary>In bytes.</summary>
    public const int Length = 40;

    /// <summary>False when the value is shorter than the vendor, or names no device.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> value, out DeviceAtLoad device)
    {
        device = default;
        if (value.Length < 8) return false;

        device = new(AsciiField.Read(value[..8]).TrimStart(), AsciiField.Read(UpToZero(value[8..])).TrimStart());
        return device.Vendor.Length + device.SerialNumber.Length > 0;
    }

    /// <summary>Writes the value, cutting what is too long.</summary>
    public void WriteTo(Span<byte> value)
    {
        AsciiField.Write(value[..8], Vendor.Length > 8 ? Vendor[..8] : Vendor);
        AsciiField.Write(value[8..Length], SerialNumber.Length > 32 ? SerialNumber[..32] : SerialNumber);
    }

    // Some devices end the serial number with a zero and leave behind it whatever was there.
    private static ReadOnlySpan<byte> UpToZero(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes;

    public override string ToString() => $"{Vendor} {SerialNumber}".Trim();
}
