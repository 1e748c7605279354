using System.Buffers;

namespace Capstan.Transport;

/// <summary>
/// Page-aligned native memory for device transfers, rented from an <see cref="AlignedBufferPool"/>. It has one owner: whoever
/// holds it lends <see cref="MemoryManager{T}.Memory"/> or <see cref="Span"/> and disposes it, which gives it back to the pool.
/// </summary>
/// <remarks>
/// Direct I/O needs page alignment, and a buffer that starts on a page needs the fewest scatter-gather segments. The same
/// object is rented again and again, so a reference kept after Dispose is a bug; DEBUG builds find it (see the pool).
/// </remarks>
public sealed unsafe class AlignedBuffer : MemoryManager<byte>
{
    // What DEBUG builds fill returned memory with: recognisable in a dump, and no valid label, header or length.
    private const byte Poison = 0xDB;

    private readonly AlignedBufferPool _pool;
    private byte* _pointer;
    private int _rented;

    /// <param name="memory">Page-aligned; the pool's, and stays so.</param>
    internal AlignedBuffer(AlignedBufferPool pool, byte* memory, int length)
    {
        _pool = pool;
        Length = length;
        _pointer = memory;
        Fill();
    }

    /// <summary>Length in bytes; the same for every buffer of a pool.</summary>
    public int Length { get; }

    /// <summary>The memory. Valid until the buffer is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was given back.</exception>
    public Span<byte> Span => GetSpan();

    /// <summary>Whether another buffer's memory begins where this one's ends.</summary>
    public bool IsFollowedBy(AlignedBuffer next) => _pointer + Length == next._pointer;

    /// <summary>The memory of buffers that follow one another.</summary>
    /// <param name="row">Aligned buffers, at least one, each followed by the next one, rented by the caller.</param>
    /// <exception cref="ArgumentException">They do not follow one another.</exception>
    /// <exception cref="ObjectDisposedException">One of them was given back.</exception>
    public static Span<byte> Row(ReadOnlySpan<IMemoryOwner<byte>> row)
    {
        var first = (AlignedBuffer)row[0];
        int length = first.Span.Length;
        AlignedBuffer last = first;
        foreach (IMemoryOwner<byte> owner in row[1..])
        {
            var buffer = (AlignedBuffer)owner;
            if (!last.IsFollowedBy(buffer))
                throw new ArgumentException("The buffers do not lie one behind the other.", nameof(row));
            length += buffer.Span.Length;
            last = buffer;
        }

        return new Span<byte>(first._pointer, length);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _rented) == 0, this);
        return new Span<byte>(_pointer, Length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _rented) == 0, this);
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, Length);
        return new MemoryHandle(_pointer + elementIndex);
    }

    /// <summary>Native memory does not move: nothing to do.</summary>
    public override void Unpin()
    {
    }

    /// <summary>Gives the memory back to the pool.</summary>
    public void Dispose() => Dispose(disposing: true);

    internal void MarkRented()
    {
        Verify();
        Volatile.Write(ref _rented, 1);
    }

    internal void Forget() => _pointer = null;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _rented, 0) == 0)
        {
#if DEBUG
            throw new InvalidOperationException("A buffer was returned to its pool twice.");
#else
            return;
#endif
        }
        Fill();
        _pool.Return(this);
    }

    [System.Diagnostics.Conditional("DEBUG")]
    private void Fill() => new Span<byte>(_pointer, Length).Fill(Poison);

    [System.Diagnostics.Conditional("DEBUG")]
    private void Verify()
    {
        int touched = new ReadOnlySpan<byte>(_pointer, Length).IndexOfAnyExcept(Poison);
        if (touched >= 0)
            throw new InvalidOperationException($"A buffer was written to after it was returned to its pool (byte {touched}).");
    }
}
