using System.Buffers;
using System.Text;
using System.Text.Json;
using Capstan.Drive;
using Capstan.Scsi;

namespace Capstan.Operations.Pages;

/// <summary>When a flag was seen.</summary>
/// <param name="Tape">Barcode of the cartridge that was in the drive then, where that was known.</param>
internal sealed record KeptAlert(int Flag, DateTimeOffset First, DateTimeOffset Last, string? Tape);

/// <summary>
/// TapeAlert flags that were seen in a drive, by its serial number, in a file under CAPSTAN_HOME: reading log page 2Eh clears them in the
/// drive, a load or a reset does so too, and what nobody has looked at yet must not be lost by that.
/// </summary>
internal static class AlertLatch
{
    private const int LongestFile = 64 << 10;

    /// <summary>Where a drive's flags are kept. An identity may hold anything: only plain letters come into the name.</summary>
    public static string PathOf(string home, DriveIdentity identity)
    {
        var name = new StringBuilder();
        foreach (char letter in $"{identity.Vendor}_{identity.Product}_{identity.SerialNumber}")
            name.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-');
        return Path.Combine(home, "alerts", name.Append(".json").ToString());
    }

    /// <summary>Adds what is set now to what was seen before, and returns all of it. A home that cannot be written to costs the memory only.</summary>
    public static IReadOnlyList<KeptAlert> Keep(OperationContext context, OpenDrive open, TapeAlertSet set)
    {
        string path = PathOf(context.Home, open.Drive.Identity);
        SortedDictionary<int, KeptAlert> kept = Load(path);
        if (set.IsEmpty)
            return [.. kept.Values];
        DateTimeOffset now = context.Time.GetUtcNow();
        foreach (int flag in set.Numbers())
            kept[flag] = new KeptAlert(flag, kept.TryGetValue(flag, out KeptAlert? before) ? before.First : now, now, open.Source.Barcode);
        try
        {
            Save(path, kept.Values);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Listener.Problem("", $"The TapeAlert flags that the drive just told cannot be kept in {path}: {e.Message} Reading them may have cleared them in the drive.");
        }

        return [.. kept.Values];
    }

    /// <summary>Forgets what was seen, and returns how many flags that were.</summary>
    public static int Clear(string path)
    {
        int count = Load(path).Count;
        // Nothing was ever seen: not even the directory is there.
        if (File.Exists(path))
            File.Delete(path);
        return count;
    }

    private static SortedDictionary<int, KeptAlert> Load(string path)
    {
        var kept = new SortedDictionary<int, KeptAlert>();
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > LongestFile)
                return kept;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonElement alert in document.RootElement.GetProperty("alerts").EnumerateArray())
            {
                if (alert.GetProperty("flag").TryGetInt32(out int flag) && flag is >= 1 and <= TapeAlertFlag.Count
                    && alert.GetProperty("first_seen").TryGetDateTimeOffset(out DateTimeOffset first)
                    && alert.GetProperty("last_seen").TryGetDateTimeOffset(out DateTimeOffset last))
                    kept[flag] = new KeptAlert(flag, first, last, alert.GetProperty("tape").GetString());
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // What cannot be read any more is lost; the flags of today are not.
        }

        return kept;
    }

    private static void Save(string path, IEnumerable<KeptAlert> alerts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("alerts");
            foreach (KeptAlert alert in alerts)
            {
                json.WriteStartObject();
                json.WriteNumber("flag", alert.Flag);
                json.WriteString("first_seen", alert.First);
                json.WriteString("last_seen", alert.Last);
                json.WriteString("tape", alert.Tape);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = path + ".new";
        File.WriteAllBytes(temporary, buffer.WrittenSpan);
        File.Move(temporary, path, overwrite: true);
    }
}
