using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Capstan.Scsi;

/// <summary>Attribute values as text and back. Total over bytes.</summary>
public static class AttributeText
{
    /// <summary>TEXT LOCALIZATION IDENTIFIER of ASCII, which also counts when there is none (SPC-4 7.4.2.4.6).</summary>
    public const byte AsciiCode = 0x00;

    /// <summary>TEXT LOCALIZATION IDENTIFIER of UTF-8.</summary>
    public const byte Utf8Code = 0x81;

    private const byte Utf16Code = 0x80;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The name of a TEXT LOCALIZATION IDENTIFIER: <c>UTF-8</c>, <c>ISO 8859-5</c>; null for a reserved one.</summary>
    public static string? LocalizationName(byte code) => code switch
    {
        AsciiCode => "ASCII",
        >= 0x01 and <= 0x0A => string.Create(CultureInfo.InvariantCulture, $"ISO 8859-{code}"),
        Utf16Code => "UTF-16",
        Utf8Code => "UTF-8",
        _ => null,
    };

    /// <summary>
    /// A text or ASCII value without its padding, in the code that a TEXT LOCALIZATION IDENTIFIER names. Control characters, and bytes
    /// that are no character of that code, become <c>\xNN</c>: a value can neither break a line nor move a cursor.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> value, byte localization)
    {
        if (localization == Utf16Code) return Clean(DecodeUtf16(value));

        // A zero ends the text; behind it some hosts leave what was there before.
        if (value.IndexOf((byte)0) is >= 0 and var end) value = value[..end];
        value = value.TrimEnd((byte)' ');
        return localization switch
        {
            Utf8Code => DecodeUtf8(value),
            0x01 => Clean(Encoding.Latin1.GetString(value)),
            >= 0x02 and <= 0x09 when CodePagesEncodingProvider.Instance.GetEncoding(28590 + localization) is { } iso => Clean(iso.GetString(value)),
            // Hosts write UTF-8 and do not say so: what is valid UTF-8 is nothing else but by accident.
            _ => DecodeUtf8(value),
        };
    }

    /// <summary>Brings text into a value of at most <paramref name="maxLength"/> bytes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="localization">The code; others than ASCII, ISO 8859-1 and UTF-8 answer null.</param>
    /// <param name="maxLength">In bytes.</param>
    /// <returns>Null when it is too long, or has characters that the code has not.</returns>
    public static byte[]? Encode(string text, byte localization, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        Encoding? encoding = localization switch
        {
            AsciiCode when Ascii.IsValid(text) => Encoding.ASCII,
            0x01 when !text.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF') => Encoding.Latin1,
            Utf8Code => StrictUtf8,
            _ => null,
        };
        try
        {
            byte[]? bytes = encoding?.GetBytes(text);
            return bytes?.Length <= maxLength ? bytes : null;
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>An attribute for people, in one line.</summary>
    /// <param name="id">ATTRIBUTE IDENTIFIER.</param>
    /// <param name="value">ATTRIBUTE VALUE.</param>
    /// <param name="format">FORMAT as the device told it: it decides where the attribute is not known.</param>
    /// <param name="localization">TEXT LOCALIZATION IDENTIFIER of the memory.</param>
    public static string Describe(ushort id, ReadOnlySpan<byte> value, AttributeFormat format, byte localization)
    {
        AttributeKind kind = AttributeTable.Find(id)?.Kind ?? format switch
        {
            AttributeFormat.Ascii => AttributeKind.Ascii,
            AttributeFormat.Text => AttributeKind.Text,
            _ => AttributeKind.Opaque,
        };
        if (value.IsEmpty) return "";

        string? text = kind switch
        {
            AttributeKind.Ascii => Decode(value, AsciiCode),
            AttributeKind.Text => Decode(value, localization),
            AttributeKind.Date or AttributeKind.DateAndTime => Date(value),
            AttributeKind.DeviceAtLoad => DeviceAtLoad.TryDecode(value, out DeviceAtLoad device) ? device.ToString() : "",
            AttributeKind.Coherency => VolumeCoherency.TryDecode(value, out VolumeCoherency coherency) ? Describe(coherency) : null,
            AttributeKind.DensityCodes => string.Join(' ', value.ToArray().Select(static code => $"{code:X2}h")),
            AttributeKind.MediumUsage => Usage(value, 6),
            AttributeKind.PartitionUsage => Usage(value, 4),
            AttributeKind.Guid when !value.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E) => Decode(value, AsciiCode),
            AttributeKind.Opaque or AttributeKind.Guid => null,
            _ => TryNumber(value, out ulong number) ? Describe(kind, number, value.Length) : null,
        };
        return text ?? Convert.ToHexStringLower(value);
    }

    /// <summary>A value as a big-endian number; false when it is empty or longer than 8 bytes.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> value, out ulong number)
    {
        number = 0;
        if (value.Length is 0 or > 8) return false;

        foreach (byte b in value) number = (number << 8) | b;
        return true;
    }

    /// <summary>What LTFS's volume lock says (LTFS Format Specification 2.4, "Volume Locked" attribute).</summary>
    public static string VolumeLock(byte value) => value switch
    {
        0 => "unlocked",
        1 => "locked",
        2 => "permanent write error",
        3 => "permanently locked",
        4 => "permanent write error in the data partition",
        5 => "permanent write error in the index partition",
        6 => "permanent write errors in both partitions",
        _ => $"{value:X2}h",
    };

    /// <summary>The flags that are set, in order from 1, of TAPEALERT FLAGS: flag 1 is the most significant bit (SSC-4 4.2.20).</summary>
    public static ImmutableArray<int> RaisedFlags(ulong flags)
    {
        ImmutableArray<int>.Builder raised = ImmutableArray.CreateBuilder<int>();
        for (int flag = 1; flag <= 64; flag++)
        {
            if ((flags >> (64 - flag) & 1) != 0) raised.Add(flag);
        }

        return raised.ToImmutable();
    }

    private static string Describe(AttributeKind kind, ulong number, int length) => kind switch
    {
        AttributeKind.Megabytes => string.Create(CultureInfo.InvariantCulture, $"{number} MB"),
        AttributeKind.Bytes => string.Create(CultureInfo.InvariantCulture, $"{number} B"),
        AttributeKind.Metres => string.Create(CultureInfo.InvariantCulture, $"{number} m"),
        AttributeKind.TenthsOfMillimetres => string.Create(CultureInfo.InvariantCulture, $"{number / 10}.{number % 10} mm"),
        AttributeKind.Code => number.ToString("X" + 2 * length, CultureInfo.InvariantCulture) + "h",
        AttributeKind.ObjectId => number == ulong.MaxValue ? "none" : number == ulong.MaxValue - 1 ? "unknown" : number.ToString(CultureInfo.InvariantCulture),
        AttributeKind.TapeAlertFlags => number == 0 ? "none" : string.Join(", ", RaisedFlags(number)),
        AttributeKind.MediumType => number switch
        {
            0x00 => "data",
            0x01 => "cleaning",
            0x80 => "write once (WORM)",
            _ => $"{number:X2}h",
        },
        AttributeKind.Localization => LocalizationName((byte)number) ?? $"{number:X2}h",
        AttributeKind.VolumeLock => VolumeLock((byte)number),
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    private static string Describe(in VolumeCoherency coherency)
    {
        string reference = coherency.VolumeChangeReference.IsDefaultOrEmpty ? "none" : Convert.ToHexString(coherency.VolumeChangeReference.AsSpan()) + "h";
        string who = coherency.LtfsUuid is { } uuid ? $"LTFS volume {uuid}"
            : coherency.ApplicationInformation.IsDefaultOrEmpty ? "no application"
            : "application " + Convert.ToHexStringLower(coherency.ApplicationInformation.AsSpan());
        return string.Create(CultureInfo.InvariantCulture, $"{who}, count {coherency.Count}, set {coherency.SetIdentifier}, volume change reference {reference}");
    }

    /// <summary>Fifteen counters: written, its retries, read, its retries, of this load, the one before and all; loads, changes of partition, initialisations. Null when they are not all there.</summary>
    private static string? Usage(ReadOnlySpan<byte> value, int width)
    {
        if (value.Length < 15 * width) return null;

        Span<ulong> counters = stackalloc ulong[15];
        for (int i = 0; i < counters.Length; i++) _ = TryNumber(value.Slice(i * width, width), out counters[i]);
        return string.Create(CultureInfo.InvariantCulture,
            $"this load {counters[0]} MiB written ({counters[1]} retries), {counters[2]} read ({counters[3]}); load before {counters[4]} ({counters[5]}), {counters[6]} ({counters[7]}); "
            + $"since format {counters[8]} ({counters[9]}), {counters[10]} ({counters[11]}); {counters[12]} loads, {counters[13]} changes of partition, {counters[14]} initialisations");
    }

    /// <summary>YYYYMMDD and YYYYMMDDHHMM with separators; anything else as it is.</summary>
    private static string Date(ReadOnlySpan<byte> value)
    {
        string text = Decode(value, AsciiCode);
        string? format = text.Length switch
        {
            8 => "yyyyMMdd",
            12 => "yyyyMMddHHmm",
            _ => null,
        };
        return format is not null && DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date)
            ? date.ToString(text.Length == 8 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            : text;
    }

    private static string DecodeUtf16(ReadOnlySpan<byte> value)
    {
        string text = Encoding.BigEndianUnicode.GetString(value[..(value.Length & ~1)]);
        int end = text.IndexOf('\0', StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd(' ');
    }

    private static string DecodeUtf8(ReadOnlySpan<byte> value)
    {
        var text = new StringBuilder(value.Length);
        while (!value.IsEmpty)
        {
            bool isValid = Rune.DecodeFromUtf8(value, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done;
            if (isValid)
                Append(text, rune);
            else
                foreach (byte b in value[..consumed])
                    text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            value = value[consumed..];
        }

        return text.ToString();
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) Append(clean, rune);
        return clean.ToString();
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        if (Rune.IsControl(rune)) text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
        else text.Append(rune.ToString());
    }
}
