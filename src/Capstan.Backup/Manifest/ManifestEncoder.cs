using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Capstan.Backup.Archive;

namespace Capstan.Backup.Manifest;

/// <summary>Writes a manifest's JSON lines into a buffer. Reused for all lines; allocates nothing per line.</summary>
internal sealed class ManifestEncoder : IDisposable
{
    private readonly Utf8JsonWriter _json;
    private readonly IBufferWriter<byte> _output;

    public ManifestEncoder(IBufferWriter<byte> output)
    {
        _output = output;
        // Names are shown as they are: a manifest is not embedded in HTML.
        _json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    public void Entry(in ManifestRecord record)
    {
        Begin(ManifestNames.Of(record.Kind));
        Name(ManifestNames.Path, ManifestNames.PathBase64, record.Path);
        if (record.State != EntryState.Stored)
            _json.WriteString(ManifestNames.State, ManifestNames.Of(record.State));
        if (record.Kind == EntryKind.File)
        {
            _json.WriteNumber(ManifestNames.Size, record.Size);
            Span<byte> hash = stackalloc byte[16];
            Span<byte> hex = stackalloc byte[32];
            BinaryPrimitives.WriteUInt128BigEndian(hash, record.Hash);
            Convert.TryToHexStringLower(hash, hex, out _);
            _json.WriteString(ManifestNames.Hash, hex);
        }

        _json.WriteNumber(ManifestNames.Mode, record.Mode);
        _json.WriteNumber(ManifestNames.Uid, record.Uid);
        _json.WriteNumber(ManifestNames.Gid, record.Gid);
        _json.WriteNumber(ManifestNames.Mtime, record.MtimeSeconds);
        if (record.MtimeNanoseconds != 0)
            _json.WriteNumber(ManifestNames.MtimeNanoseconds, record.MtimeNanoseconds);
        if (!record.LinkTarget.IsEmpty)
            Name(ManifestNames.Link, ManifestNames.LinkBase64, record.LinkTarget);
        _json.WriteNumber(ManifestNames.Offset, record.ArchiveOffset);
        End();
    }

    public void Problem(ReadOnlySpan<byte> path, string text)
    {
        Begin("problem"u8);
        Name(ManifestNames.Path, ManifestNames.PathBase64, path);
        _json.WriteString(ManifestNames.Text, text);
        End();
    }

    /// <summary>Opens a line of the given type; the caller adds properties to <see cref="Json"/> and calls <see cref="End"/>.</summary>
    public void Begin(ReadOnlySpan<byte> type)
    {
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString(ManifestNames.Type, type);
    }

    public Utf8JsonWriter Json => _json;

    public void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _output.Write("\n"u8);
    }

    public void Dispose() => _json.Dispose();

    private void Name(ReadOnlySpan<byte> property, ReadOnlySpan<byte> propertyBase64, ReadOnlySpan<byte> name)
    {
        if (Utf8.IsValid(name))
            _json.WriteString(property, name);
        else
            _json.WriteBase64String(propertyBase64, name);
    }
}
