using System.Text;
using System.Text.Json;

namespace Capstan.Operations;

/// <summary>Between raw names and text for people.</summary>
internal static class Text
{
    /// <summary>
    /// A name for display: control characters and invalid UTF-8 become <c>\n</c> or <c>\xNN</c>, so that a name can neither
    /// break a line nor move the cursor, and two names never look alike.
    /// </summary>
    public static string Name(ReadOnlySpan<byte> raw)
    {
        if (IsPlain(raw))
            return Encoding.UTF8.GetString(raw);
        var text = new StringBuilder(raw.Length + 16);
        while (!raw.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(raw, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done;
            if (!valid)
            {
                for (int i = 0; i < consumed; i++)
                    text.Append($"\\x{raw[i]:x2}");
            }
            else if (rune.Value == '\\')
            {
                text.Append(@"\\");
            }
            else if (rune.Value == '\n')
            {
                text.Append(@"\n");
            }
            else if (Rune.IsControl(rune))
            {
                text.Append(rune.Value < 0x80 ? $"\\x{rune.Value:x2}" : $"\\u{rune.Value:x4}");
            }
            else
            {
                text.Append(rune.ToString());
            }

            raw = raw[consumed..];
        }

        return text.ToString();
    }

    /// <summary>The name's bytes where <see cref="Name"/> shows something else than them; null where it does not.</summary>
    public static string? Base64Unless(string shown, ReadOnlySpan<byte> raw) =>
        IsPlain(raw) || raw.SequenceEqual(Encoding.UTF8.GetBytes(shown)) ? null : Convert.ToBase64String(raw);

    /// <summary>What is wrong with a path.</summary>
    public static PathProblem Problem(ReadOnlySpan<byte> path, string what)
    {
        string shown = Name(path);
        return new PathProblem(shown, what, Base64Unless(shown, path));
    }

    /// <summary>The strings of a JSON array; the text itself when it is none.</summary>
    public static IReadOnlyList<string> Array(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select(element => element.ToString())]
                : [json];
        }
        catch (JsonException)
        {
            return [json];
        }
    }

    private static bool IsPlain(ReadOnlySpan<byte> raw) =>
        raw.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0 && !raw.Contains((byte)'\\');
}
