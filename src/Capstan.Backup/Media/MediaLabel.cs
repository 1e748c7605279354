using System.Buffers;
using System.Text.Json;

namespace Capstan.Backup.Media;

/// <summary>What file 0 of a tape says about the tape.</summary>
/// <param name="Uuid">Identity of the tape; made when it is labelled, never changed.</param>
/// <param name="Text">What people call it: the barcode where there is one.</param>
/// <param name="Created">When it was labelled, to the second.</param>
public sealed record MediaLabel(Guid Uuid, string Text, DateTimeOffset Created)
{
    /// <summary>JSON header of the label stream: <c>{"uuid":...,"label_text":...,"ctime":...}</c>.</summary>
    internal byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("uuid", Uuid);
            json.WriteString("label_text", Text);
            json.WriteNumber("ctime", Created.ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Null when the bytes are no label.</summary>
    internal static MediaLabel? TryParse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("uuid", out JsonElement uuid) && uuid.TryGetGuid(out Guid id)
                && root.TryGetProperty("label_text", out JsonElement text) && text.GetString() is { } label
                && root.TryGetProperty("ctime", out JsonElement ctime) && ctime.TryGetInt64(out long seconds)
                && seconds is > -62_135_596_800 and < 253_402_300_800
                ? new MediaLabel(id, Printable(label), DateTimeOffset.FromUnixTimeSeconds(seconds))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The label goes into lines for people, and whoever wrote the tape chose it: it must not break a line or move the cursor.</summary>
    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(static letter => char.IsControl(letter) ? '?' : letter)) : text;

    /// <summary>The first 8 hexadecimal digits of the uuid, for messages.</summary>
    public string ShortId => Uuid.ToString("N")[..8];

    public override string ToString() => $"{Text} ({ShortId})";
}
