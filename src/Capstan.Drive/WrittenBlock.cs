using System.Runtime.CompilerServices;

namespace Capstan.Drive;

/// <summary>What is kept of the block that was written last: enough to know it again on the medium.</summary>
internal readonly struct WrittenBlock
{
    private const int MaxHeadLength = 64;

    private readonly Head _head;

    /// <summary>Its first bytes are kept; Capstan's own blocks have stream and sequence number there.</summary>
    public WrittenBlock(ReadOnlySpan<byte> block, long objectId)
    {
        ObjectId = objectId;
        LengthBytes = block.Length;
        block[..HeadLength].CopyTo(_head);
    }

    public long ObjectId { get; }

    /// <summary>0 where none was written.</summary>
    public int LengthBytes { get; }

    private int HeadLength => Math.Min(LengthBytes, MaxHeadLength);

    /// <summary>Whether a block that was read is of the same length and begins with the same bytes.</summary>
    public bool BeginsAs(ReadOnlySpan<byte> block) =>
        block.Length == LengthBytes && block[..HeadLength].SequenceEqual(((ReadOnlySpan<byte>)_head)[..HeadLength]);

    [InlineArray(MaxHeadLength)]
    private struct Head
    {
        private byte _first;
    }
}
