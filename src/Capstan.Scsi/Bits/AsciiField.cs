using System.Text;

namespace Capstan.Scsi;

/// <summary>Left-aligned ASCII fields (SPC-4 4.4.1), padded with spaces; some devices pad with zeros.</summary>
internal static class AsciiField
{
    /// <summary>The text without its padding; a byte outside printable ASCII reads as '?', because a name must not break a terminal.</summary>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimEnd(" \0"u8);
        return string.Create(bytes.Length, bytes, static (text, from) =>
        {
            for (int i = 0; i < text.Length; i++) text[i] = from[i] is >= 0x20 and <= 0x7E ? (char)from[i] : '?';
        });
    }

    /// <exception cref="ArgumentException">The text does not fit, or is not ASCII.</exception>
    public static void Write(Span<byte> bytes, string? text)
    {
        bytes.Fill((byte)' ');
        if (text is null) return;
        if (text.Length > bytes.Length || !Ascii.IsValid(text)) throw new ArgumentException($"'{text}' is not ASCII of at most {bytes.Length} characters", nameof(text));
        Encoding.ASCII.GetBytes(text, bytes);
    }
}
