using System.Buffers;
using System.Text;
using System.Text.Json;
using Capstan.Drive;

namespace Capstan.Operations.Probe;

/// <summary>What was measured of one drive behind one kind of host adapter, kept under CAPSTAN_HOME.</summary>
/// <param name="LargestTransferBytes">The largest transfer that was seen to work.</param>
/// <param name="DirectIo">safe, unsafe, unavailable, unknown.</param>
/// <param name="Residual">honest, not told, wrong.</param>
internal sealed record DriveFacts(int LargestTransferBytes, string DirectIo, string Residual, DateTimeOffset Measured)
{
    private const int LongestFile = 64 << 10;

    /// <summary>Where they lie. Identity and adapter may hold anything: only plain letters come into the name.</summary>
    public static string PathOf(string home, DriveIdentity identity, string hostAdapter)
    {
        var name = new StringBuilder();
        foreach (char letter in $"{identity.Vendor}_{identity.Product}_{identity.SerialNumber}@{(hostAdapter.Length == 0 ? "unknown" : hostAdapter)}")
            name.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '@' ? letter : '-');
        return Path.Combine(home, "drives", name.Append(".json").ToString());
    }

    /// <summary>Null where nothing was measured yet, or the file is damaged: it is only a measurement.</summary>
    public static DriveFacts? Load(string path)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > LongestFile)
                return null;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("largest_transfer_bytes", out JsonElement bytes) && bytes.TryGetInt32(out int largest) && largest >= 512
                && root.TryGetProperty("direct_io", out JsonElement direct) && direct.ValueKind == JsonValueKind.String
                && root.TryGetProperty("residual", out JsonElement residual) && residual.ValueKind == JsonValueKind.String
                && root.TryGetProperty("measured", out JsonElement measured) && measured.TryGetDateTimeOffset(out DateTimeOffset when)
                ? new DriveFacts(largest, direct.GetString()!, residual.GetString()!, when)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Save(string path)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("largest_transfer_bytes", LargestTransferBytes);
            json.WriteString("direct_io", DirectIo);
            json.WriteString("residual", Residual);
            json.WriteString("measured", Measured);
            json.WriteEndObject();
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = path + ".new";
        File.WriteAllBytes(temporary, buffer.WrittenSpan);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Uses what was measured of a drive that was just opened.</summary>
    public static void Apply(string home, TapeDrive drive, Transport.ITransferTuning? tuning)
    {
        if (Load(PathOf(home, drive.Identity, tuning?.HostAdapter ?? "")) is not { } facts)
            return;
        if (facts.LargestTransferBytes < drive.MaxTransferBytes)
            drive.LimitTransfer(facts.LargestTransferBytes);
        if (tuning is not null && facts.DirectIo == "unsafe")
            tuning.DirectIo = false;
    }
}
