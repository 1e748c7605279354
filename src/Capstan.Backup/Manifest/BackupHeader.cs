using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Capstan.Backup.Manifest;

/// <summary>JSON header of a manifest stream: which backup, and where its archive lies.</summary>
internal sealed record BackupHeader
{
    public required Guid BackupUuid { get; init; }

    public required Guid ArchiveUuid { get; init; }

    /// <summary>Logical object identifier of the archive stream's first block.</summary>
    public required long ArchiveObject { get; init; }

    public required long ArchiveBlocks { get; init; }

    /// <summary>Filemarks before the archive stream.</summary>
    public required long ArchiveFile { get; init; }

    public int Part { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long StartedMs { get; init; }

    public required long FinishedMs { get; init; }

    public required string Host { get; init; }

    public required string User { get; init; }

    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>complete, or incomplete: early warning or the user stopped it.</summary>
    public required string State { get; init; }

    public long Files { get; init; }

    public long Directories { get; init; }

    public long Others { get; init; }

    public long Problems { get; init; }

    public long ContentBytes { get; init; }

    public long ArchiveBytes { get; init; }

    /// <summary>Entries that the manifest lists, so that a short one is noticed.</summary>
    public long Entries { get; init; }

    /// <summary>What the key is called that the drive encrypted it with, empty without a name; null, and left out: it is in clear.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Encryption { get; init; }

    /// <summary>Hash of file contents.</summary>
    public string Hash { get; init; } = "xxh128";

    /// <summary>Room for the sources' text in a header of 64 KiB, all of it escaped at worst.</summary>
    private const int MaxSourcesLength = 8 * 1024;

    /// <summary>As many sources as a header holds; the archive has them all anyway.</summary>
    public static IReadOnlyList<string> Fitting(IReadOnlyList<string> sources)
    {
        int length = 0;
        for (int i = 0; i < sources.Count; i++)
        {
            length += sources[i].Length + 8;
            if (length > MaxSourcesLength)
                return [.. sources.Take(i), $"... and {sources.Count - i} more"];
        }

        return sources;
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.BackupHeader);

    public static BackupHeader? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ManifestJson.Default.BackupHeader);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>JSON header of an archive stream.</summary>
internal sealed record ArchiveHeader
{
    public required Guid BackupUuid { get; init; }

    public required long StartedMs { get; init; }

    public required string Host { get; init; }

    public string Format { get; init; } = "pax";

    /// <summary>
    /// Padded with spaces so that the archive begins at byte 4,096 of the stream, whatever is in it: a block number then
    /// follows from an offset without reading the stream's beginning.
    /// </summary>
    public byte[] ToPaddedJson()
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.ArchiveHeader);
        byte[] padded = new byte[PaddedLength];
        if (json.Length > padded.Length)
            throw new InvalidOperationException("The archive header outgrew its padding.");
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        return padded;
    }

    public const int PreambleLength = 4096;

    private const int PaddedLength = PreambleLength - Framing.ContentHeader.Length;

    public static ArchiveHeader? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ManifestJson.Default.ArchiveHeader);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BackupHeader))]
[JsonSerializable(typeof(ArchiveHeader))]
internal sealed partial class ManifestJson : JsonSerializerContext;
