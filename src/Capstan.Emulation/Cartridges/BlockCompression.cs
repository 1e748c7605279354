using K4os.Compression.LZ4;

namespace Capstan.Emulation.Cartridges;

/// <summary>
/// How blocks are compressed: LZ4's block format, each block for itself. Chosen for what does not compress, which costs next to nothing
/// (docs/decisions/0034-compression.md).
/// </summary>
internal static class BlockCompression
{
    private const int ProbeBytes = 8 * 1024;

    /// <summary>Compresses a block, when that makes it shorter by a sixteenth.</summary>
    /// <param name="block">1 byte or more.</param>
    /// <param name="packed">As long as the block.</param>
    /// <returns>Length of the packed bytes; 0 when the block is to be stored as it is.</returns>
    internal static int TryPack(ReadOnlySpan<byte> block, Span<byte> packed)
    {
        int most = block.Length - Math.Max(1, block.Length / 16);
        // Most data of which neither the beginning nor the middle compresses does not compress.
        if (block.Length >= 4 * ProbeBytes && !Shrinks(block[..ProbeBytes], packed) && !Shrinks(block.Slice(block.Length / 2, ProbeBytes), packed))
            return 0;
        return Math.Max(0, LZ4Codec.Encode(block, packed[..most]));
    }

    /// <summary>Makes a block of packed bytes; false when they are none of it.</summary>
    internal static bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> block) => LZ4Codec.Decode(packed, block) == block.Length;

    private static bool Shrinks(ReadOnlySpan<byte> part, Span<byte> packed) => LZ4Codec.Encode(part, packed[..(ProbeBytes - ProbeBytes / 16)]) > 0;
}
