using System.Buffers.Binary;

namespace Capstan.Backup.Framing;

/// <summary>What a stream on tape holds.</summary>
public enum ContentKind
{
    /// <summary>A content magic that this version does not know.</summary>
    Unknown,
    Label,
    Archive,
    Manifest,

    /// <summary>A tape label of Proxmox Backup Server.</summary>
    ProxmoxLabel,
    ProxmoxMediaSetLabel,
}

/// <summary>The first bytes of every stream's content; then come <see cref="HeaderLength"/> bytes of JSON, then the content.</summary>
// byte  0-7   magic
// byte  8-15  content magic
// byte 16-31  UUID of the stream, in the order it is written in text
// byte 32-39  creation time, seconds since 1970, signed, little-endian
// byte 40-43  length of the JSON, little-endian
// byte 44     part number: 0 on the first tape of a stream
// byte 45-47  reserved, 0
public readonly record struct ContentHeader(ContentKind Kind, Guid Uuid, long CreatedUnixSeconds, int HeaderLength, byte Part)
{
    public const int Length = 48;

    /// <summary>The longest JSON header: it fits into the first block with room to spare.</summary>
    public const int MaxHeaderLength = 64 * 1024;

    /// <summary>SHA-256("Proxmox Backup Content Header v1.0"), first 8 bytes.</summary>
    public static ReadOnlySpan<byte> Magic => [0x63, 0xee, 0x14, 0x9f, 0xcd, 0xf2, 0x9b, 0x0c];

    /// <exception cref="ArgumentOutOfRangeException">A kind that Capstan does not write.</exception>
    public void Encode(Span<byte> content)
    {
        Magic.CopyTo(content);
        MagicOf(Kind).CopyTo(content[8..]);
        Uuid.TryWriteBytes(content[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(content[32..], CreatedUnixSeconds);
        BinaryPrimitives.WriteInt32LittleEndian(content[40..], HeaderLength);
        content[44] = Part;
        content[45..48].Clear();
    }

    public static bool TryDecode(ReadOnlySpan<byte> content, out ContentHeader header)
    {
        header = default;
        if (content.Length < Length || !content[..8].SequenceEqual(Magic))
            return false;
        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(content[40..]);
        if (headerLength is < 0 or > MaxHeaderLength)
            return false;
        header = new ContentHeader(KindOf(content[8..16]), new Guid(content[16..32], bigEndian: true),
            BinaryPrimitives.ReadInt64LittleEndian(content[32..]), headerLength, content[44]);
        return true;
    }

    /// <summary>SHA-256 of the name, first 8 bytes.</summary>
    internal static ReadOnlySpan<byte> MagicOf(ContentKind kind) => kind switch
    {
        // Capstan Tape Label v1.0
        ContentKind.Label => [0xf7, 0xcc, 0x01, 0x8a, 0x7a, 0xf8, 0x72, 0xbd],
        // Capstan Backup Archive v1.0
        ContentKind.Archive => [0xbd, 0x8b, 0xf3, 0xf7, 0x35, 0x27, 0x98, 0x94],
        // Capstan Backup Manifest v1.0
        ContentKind.Manifest => [0xec, 0x8f, 0xa9, 0x6d, 0x4d, 0xe9, 0x61, 0x7a],
        // Proxmox Backup Tape Label v1.0
        ContentKind.ProxmoxLabel => [0x2a, 0x05, 0xbf, 0x3c, 0xb0, 0x30, 0xaa, 0x39],
        // Proxmox Backup MediaSet Label v1.0
        ContentKind.ProxmoxMediaSetLabel => [0x08, 0x60, 0x63, 0xf9, 0x2f, 0x97, 0x53, 0xd8],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Capstan writes no such stream."),
    };

    private static ContentKind KindOf(ReadOnlySpan<byte> magic)
    {
        for (ContentKind kind = ContentKind.Label; kind <= ContentKind.ProxmoxMediaSetLabel; kind++)
        {
            if (magic.SequenceEqual(MagicOf(kind)))
                return kind;
        }

        return ContentKind.Unknown;
    }
}
