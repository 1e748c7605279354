using System.Buffers;
using System.Text;
using System.Text.Json;
using Capstan.Changer;

namespace Capstan.Operations.Changer;

/// <summary>When a drive unloads its tape before the robot takes it.</summary>
public enum EjectMode
{
    /// <summary>When the changer refuses to take it.</summary>
    Auto,

    /// <summary>Each time.</summary>
    Always,

    /// <summary>Never: the changer does it, or it is not done.</summary>
    Never,
}

/// <summary>What was said about one changer, kept under CAPSTAN_HOME.</summary>
internal static class EjectModeFile
{
    private const int LongestFile = 64 << 10;
    private const string Member = "eject_before_unload";

    public static string WordOf(EjectMode mode) => mode switch
    {
        EjectMode.Always => "always",
        EjectMode.Never => "never",
        _ => "auto",
    };

    public static EjectMode? Parse(string text) => text switch
    {
        "auto" => EjectMode.Auto,
        "always" => EjectMode.Always,
        "never" => EjectMode.Never,
        _ => null,
    };

    /// <summary>Where it lies. The identity may hold anything: only plain letters come into the name.</summary>
    public static string PathOf(string home, ChangerIdentity identity)
    {
        var name = new StringBuilder();
        foreach (char letter in $"{identity.Vendor}_{identity.Product}_{identity.SerialNumber}")
            name.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-');
        return Path.Combine(home, "changers", name.Append(".json").ToString());
    }

    /// <summary>Null where nothing was said.</summary>
    public static EjectMode? Load(string path)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > LongestFile)
                return null;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(Member, out JsonElement mode) && mode.ValueKind == JsonValueKind.String
                ? Parse(mode.GetString()!)
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static void Save(string path, EjectMode mode)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString(Member, WordOf(mode));
            json.WriteEndObject();
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = path + ".new";
        File.WriteAllBytes(temporary, buffer.WrittenSpan);
        File.Move(temporary, path, overwrite: true);
    }
}
