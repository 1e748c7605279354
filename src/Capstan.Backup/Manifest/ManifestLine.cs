using System.Buffers;
using System.Text;
using System.Text.Json;
using Capstan.Backup.Archive;

namespace Capstan.Backup.Manifest;

/// <summary>One line of a manifest, decoded. Reused; total over bytes.</summary>
internal sealed class ManifestLine
{
    private byte[] _path = new byte[256];
    private byte[] _link = new byte[256];
    private int _pathLength;
    private int _linkLength;

    public bool IsProblem { get; private set; }

    public string Text { get; private set; } = "";

    public EntryKind Kind { get; private set; }

    public EntryState State { get; private set; }

    public int Mode { get; private set; }

    public uint Uid { get; private set; }

    public uint Gid { get; private set; }

    public long Size { get; private set; }

    public long MtimeSeconds { get; private set; }

    public int MtimeNanoseconds { get; private set; }

    public long ArchiveOffset { get; private set; }

    public UInt128 Hash { get; private set; }

    public ReadOnlySpan<byte> Path => _path.AsSpan(0, _pathLength);

    public ReadOnlySpan<byte> LinkTarget => _link.AsSpan(0, _linkLength);

    public ManifestRecord ToRecord() => new()
    {
        Path = Path,
        LinkTarget = LinkTarget,
        Kind = Kind,
        State = State,
        Mode = Mode,
        Uid = Uid,
        Gid = Gid,
        Size = Size,
        MtimeSeconds = MtimeSeconds,
        MtimeNanoseconds = MtimeNanoseconds,
        ArchiveOffset = ArchiveOffset,
        Hash = Hash,
    };

    /// <summary>Whether the line is a well-formed entry or problem.</summary>
    public bool TryDecode(ReadOnlySpan<byte> line)
    {
        Reset();
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            bool typed = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!Property(ref reader, ref typed))
                    return false;
            }

            return typed && (IsProblem || _pathLength > 0) && reader.TokenType == JsonTokenType.EndObject && !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            return false;
        }
    }

    private bool Property(ref Utf8JsonReader reader, ref bool typed)
    {
        if (reader.ValueTextEquals(ManifestNames.Type))
        {
            reader.Read();
            typed = true;
            if (reader.ValueTextEquals("problem"u8))
            {
                IsProblem = true;
                return true;
            }

            if (ManifestNames.KindOf(reader.ValueSpan) is not { } kind)
                return false;
            Kind = kind;
        }
        else if (reader.ValueTextEquals(ManifestNames.Path))
        {
            Copy(ref reader, ref _path, out _pathLength);
        }
        else if (reader.ValueTextEquals(ManifestNames.PathBase64))
        {
            Decode64(ref reader, ref _path, out _pathLength);
        }
        else if (reader.ValueTextEquals(ManifestNames.Link))
        {
            Copy(ref reader, ref _link, out _linkLength);
        }
        else if (reader.ValueTextEquals(ManifestNames.LinkBase64))
        {
            Decode64(ref reader, ref _link, out _linkLength);
        }
        else if (reader.ValueTextEquals(ManifestNames.State))
        {
            reader.Read();
            if (ManifestNames.StateOf(reader.ValueSpan) is not { } state)
                return false;
            State = state;
        }
        else
        {
            return Value(ref reader);
        }

        return true;
    }

    private bool Value(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals(ManifestNames.Hash))
        {
            reader.Read();
            Span<byte> hash = stackalloc byte[16];
            if (reader.ValueSpan.Length != 32 || Convert.FromHexString(reader.ValueSpan, hash, out _, out _) != OperationStatus.Done)
                return false;
            Hash = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
        }
        else if (Is(ref reader, ManifestNames.Text))
        {
            Text = reader.GetString() ?? "";
        }
        else if (Is(ref reader, ManifestNames.Size))
        {
            Size = reader.GetInt64();
        }
        else if (Is(ref reader, ManifestNames.Mode))
        {
            Mode = reader.GetInt32();
        }
        else if (Is(ref reader, ManifestNames.Uid))
        {
            Uid = reader.GetUInt32();
        }
        else if (Is(ref reader, ManifestNames.Gid))
        {
            Gid = reader.GetUInt32();
        }
        else if (Is(ref reader, ManifestNames.MtimeNanoseconds))
        {
            MtimeNanoseconds = reader.GetInt32();
        }
        else if (Is(ref reader, ManifestNames.Mtime))
        {
            MtimeSeconds = reader.GetInt64();
        }
        else if (Is(ref reader, ManifestNames.Offset))
        {
            ArchiveOffset = reader.GetInt64();
        }
        else
        {
            // A property of a later version: its meaning is additional by the format's rule.
            reader.Read();
            reader.Skip();
        }

        return true;
    }

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueTextEquals(name))
            return false;
        reader.Read();
        return true;
    }

    private static void Copy(ref Utf8JsonReader reader, ref byte[] target, out int length)
    {
        reader.Read();
        if (target.Length < reader.ValueSpan.Length)
            target = new byte[reader.ValueSpan.Length * 2];
        length = reader.CopyString(target);
    }

    private static void Decode64(ref Utf8JsonReader reader, ref byte[] target, out int length)
    {
        reader.Read();
        target = reader.GetBytesFromBase64();
        length = target.Length;
    }

    private void Reset()
    {
        IsProblem = false;
        Text = "";
        Kind = EntryKind.File;
        State = EntryState.Stored;
        Mode = 0;
        Uid = Gid = 0;
        Size = MtimeSeconds = ArchiveOffset = 0;
        MtimeNanoseconds = 0;
        Hash = default;
        _pathLength = _linkLength = 0;
    }
}
