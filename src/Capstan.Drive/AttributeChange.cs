using System.Globalization;
using Capstan.Scsi;

namespace Capstan.Drive;

/// <summary>An attribute of a cartridge's memory that is to be set or deleted.</summary>
public sealed class AttributeChange
{
    /// <summary>As it is stored (SPC-4 7.4.2.4.6), as it is shown, as programs write it.</summary>
    private static readonly string[] TimeForms = ["yyyyMMddHHmm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm"];

    private readonly byte[] _value;

    private AttributeChange(ushort id, AttributeFormat format, byte[] value)
    {
        Id = id;
        Format = format;
        _value = value;
    }

    /// <summary>ATTRIBUTE IDENTIFIER.</summary>
    public ushort Id { get; }

    /// <summary>ATTRIBUTE VALUE; empty deletes the attribute.</summary>
    public ReadOnlyMemory<byte> Value => _value;

    /// <summary>For messages: <c>user-medium-text-label</c>.</summary>
    public string Key => AttributeTable.Find(Id)?.Key ?? $"{Id:x4}";

    internal AttributeFormat Format { get; }

    /// <summary>Deletes an attribute.</summary>
    public static AttributeChange Delete(ushort id) => new(id, AttributeTable.Find(id)?.Format ?? AttributeFormat.Binary, []);

    /// <summary>Text into an attribute that holds text; it is cut at a character's end where it is too long, because a name that is cut is better than none.</summary>
    /// <param name="id">An attribute of format ASCII or TEXT that is in the table.</param>
    /// <param name="text">What is outside of the attribute's code becomes '?'.</param>
    /// <param name="localization">TEXT LOCALIZATION IDENTIFIER for attributes of format TEXT: ASCII, ISO 8859-1 or UTF-8.</param>
    public static AttributeChange Text(ushort id, string text, byte localization)
    {
        ArgumentNullException.ThrowIfNull(text);
        AttributeDescriptor descriptor = AttributeTable.Find(id) ?? throw new ArgumentOutOfRangeException(nameof(id));
        byte code = descriptor.Format == AttributeFormat.Text ? localization : AttributeText.AsciiCode;
        string fitting = "";
        foreach (System.Text.Rune rune in text.EnumerateRunes())
        {
            string letter = AttributeText.Encode(rune.ToString(), code, descriptor.Length) is null ? "?" : rune.ToString();
            if (AttributeText.Encode(fitting + letter, code, descriptor.Length) is null)
                break;
            fitting += letter;
        }

        return new AttributeChange(id, descriptor.Format, Pad(descriptor, AttributeText.Encode(fitting, code, descriptor.Length) ?? []));
    }

    /// <summary>One byte, for TEXT LOCALIZATION IDENTIFIER and the like.</summary>
    public static AttributeChange Byte(ushort id, byte value) => new(id, AttributeFormat.Binary, [value]);

    /// <summary>What a user typed into the form that the attribute has.</summary>
    /// <param name="id">ATTRIBUTE IDENTIFIER.</param>
    /// <param name="value">
    /// Text for text; a number, decimal or with 0x, for one or two bytes; hexadecimal digits for others (after <c>hex:</c> for any attribute). Empty deletes.
    /// </param>
    /// <param name="localization">TEXT LOCALIZATION IDENTIFIER of the memory.</param>
    /// <param name="problem">Why it cannot be, when the answer is null.</param>
    public static AttributeChange? TryParse(ushort id, string value, byte localization, out string problem)
    {
        ArgumentNullException.ThrowIfNull(value);
        problem = "";
        AttributeDescriptor? descriptor = AttributeTable.Find(id);
        string name = descriptor?.Key ?? $"{id:x4}";
        if (AttributeTable.OwnerOf(id) != AttributeOwner.Host)
        {
            problem = $"{name} belongs to the {(AttributeTable.OwnerOf(id) == AttributeOwner.Device ? "drive" : "maker of the medium")} and cannot be written";
            return null;
        }

        if (value.Length == 0)
            return Delete(id);
        AttributeFormat format = descriptor?.Format ?? AttributeFormat.Binary;
        byte[]? bytes = value.StartsWith("hex:", StringComparison.OrdinalIgnoreCase) ? Hex(value[4..], ref problem)
            : format == AttributeFormat.Binary ? Binary(descriptor, value, ref problem)
            : Words(descriptor!, value, localization, ref problem);
        if (bytes is null)
        {
            problem = $"{name}: {problem}";
            return null;
        }

        if (descriptor is { Length: > 0 } && bytes.Length > descriptor.Length)
        {
            problem = $"{name} holds {descriptor.Length} bytes, and this takes {bytes.Length}";
            return null;
        }

        if (descriptor is { Format: AttributeFormat.Binary, Length: > 0 } && bytes.Length != descriptor.Length)
        {
            problem = $"{name} has exactly {descriptor.Length} bytes, and this has {bytes.Length}";
            return null;
        }

        return new AttributeChange(id, format, descriptor is null ? bytes : Pad(descriptor, bytes));
    }

    private static byte[]? Words(AttributeDescriptor descriptor, string value, byte localization, ref string problem)
    {
        if (descriptor.Kind == AttributeKind.DateAndTime)
        {
            if (!DateTime.TryParseExact(value, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time))
            {
                problem = $"'{value}' is no date and time; give it as 2026-11-23 14:05 or 202611231405";
                return null;
            }

            value = time.ToString(TimeForms[0], CultureInfo.InvariantCulture);
        }

        byte code = descriptor.Format == AttributeFormat.Text ? localization : AttributeText.AsciiCode;
        byte[]? bytes = AttributeText.Encode(value, code, int.MaxValue);
        if (bytes is null)
        {
            problem = $"'{value}' cannot be written in {AttributeText.LocalizationName(code) ?? "the memory's code"}"
                + (descriptor.Format == AttributeFormat.Text ? "; set localization=utf-8 with it" : "");
        }

        return bytes;
    }

    private static byte[]? Binary(AttributeDescriptor? descriptor, string value, ref string problem)
    {
        if (descriptor?.Kind == AttributeKind.Localization && Localization(value) is { } code)
            return [code];
        if (descriptor?.Kind == AttributeKind.Guid && value.Length == descriptor.Length)
            return AttributeText.Encode(value, AttributeText.AsciiCode, descriptor.Length);
        if (descriptor is not { Length: 1 or 2 })
            return Hex(value, ref problem);
        bool isHex = value.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (!uint.TryParse(isHex ? value.AsSpan(2) : value, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            || number >= 1u << (8 * descriptor.Length))
        {
            problem = $"'{value}' is no number from 0 to {(1 << (8 * descriptor.Length)) - 1}";
            return null;
        }

        return descriptor.Length == 1 ? [(byte)number] : [(byte)(number >> 8), (byte)number];
    }

    private static byte? Localization(string value) => value.ToUpperInvariant() switch
    {
        "ASCII" => AttributeText.AsciiCode,
        "ISO-8859-1" or "ISO 8859-1" or "LATIN1" or "LATIN-1" => 0x01,
        "UTF-8" or "UTF8" => AttributeText.Utf8Code,
        _ => null,
    };

    private static byte[]? Hex(string value, ref string problem)
    {
        string digits = value.Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length > 0 && digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit))
            return Convert.FromHexString(digits);
        problem = "give its bytes as hexadecimal digits, two for each byte";
        return null;
    }

    private static byte[] Pad(AttributeDescriptor descriptor, byte[] bytes)
    {
        if (descriptor.Length <= bytes.Length)
            return bytes;
        byte[] padded = new byte[descriptor.Length];
        // ASCII fields are padded with spaces (SPC-4 4.4.1); a zero ends a text (SPC-4 7.4.1).
        if (descriptor.Format == AttributeFormat.Ascii)
            Array.Fill(padded, (byte)' ');
        bytes.CopyTo(padded, 0);
        return padded;
    }
}
