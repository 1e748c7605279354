using System.Buffers.Binary;

namespace Capstan.Backup.Framing;

/// <summary>Flags of a tape block.</summary>
[Flags]
public enum BlockFlags : byte
{
    None = 0,

    /// <summary>Last block of its stream; one filemark follows.</summary>
    EndOfStream = 0x01,

    /// <summary>With <see cref="EndOfStream"/>: the stream was cut here, or goes on on another tape.</summary>
    Incomplete = 0x02,
}

/// <summary>
/// The first 16 bytes of every 256 KiB block on tape; docs/formats/tape.md. Shared with Proxmox Backup Server, so that each
/// recognises the other's tapes.
/// </summary>
// byte  0-7   magic
// byte  8     flags
// byte  9-11  payload length, 24 bits, little-endian
// byte 12-15  sequence number in the stream, little-endian, from 0
public readonly record struct BlockHeader(BlockFlags Flags, int PayloadLength, uint Sequence)
{
    /// <summary>Length of a block on tape, in bytes.</summary>
    public const int BlockLength = 256 * 1024;

    public const int Length = 16;

    /// <summary>The longest payload, in bytes.</summary>
    public const int MaxPayload = BlockLength - Length;

    /// <summary>SHA-256("Proxmox Tape Block Header v1.0"), first 8 bytes.</summary>
    public static ReadOnlySpan<byte> Magic => [0xdc, 0xbd, 0xaf, 0xca, 0xeb, 0xa0, 0xa5, 0x28];

    public void Encode(Span<byte> block)
    {
        Magic.CopyTo(block);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], (uint)PayloadLength << 8 | (byte)Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], Sequence);
    }

    /// <summary>Reads a header; false when the bytes are none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> block, out BlockHeader header)
    {
        header = default;
        if (block.Length < Length || !block[..8].SequenceEqual(Magic))
            return false;
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(block[8..]);
        var flags = (BlockFlags)(byte)word;
        int payload = (int)(word >> 8);
        bool last = flags.HasFlag(BlockFlags.EndOfStream);
        if ((flags & ~(BlockFlags.EndOfStream | BlockFlags.Incomplete)) != 0 || (!last && flags != 0)
            || payload > MaxPayload || (payload == 0 && !last))
            return false;
        header = new BlockHeader(flags, payload, BinaryPrimitives.ReadUInt32LittleEndian(block[12..]));
        return true;
    }
}
