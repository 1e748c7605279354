using System.Buffers;
using System.Runtime.InteropServices;

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
    private readonly int _lengthWithTail;
    private void* _memory;
    private byte* _pointer;
    private int _rented;

    internal AlignedBuffer(AlignedBufferPool pool, int length, int tailLength, int alignment)
    {
        _pool = pool;
        Length = length;
        _lengthWithTail = length + tailLength;
        // Whole pages: nothing else of the process lies on a page that a device writes to.
        nuint pages = ((nuint)_lengthWithTail + (nuint)alignment - 1) / (nuint)alignment * (nuint)alignment;
        // Zeros: old content of this process must never get to a tape. Memory that the kernel gives for it is zero already, and a page that
        // nothing is ever written to is never taken.
        _memory = NativeMemory.AllocZeroed(pages + (nuint)alignment);
        _pointer = (byte*)(((nuint)_memory + (nuint)alignment - 1) / (nuint)alignment * (nuint)alignment);
        Fill();
    }

    /// <summary>Length in bytes; the same for every buffer of a pool.</summary>
    public int Length { get; }

    /// <summary>The memory. Valid until the buffer is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was given back.</exception>
    public Span<byte> Span => GetSpan();

    /// <summary>The memory, and behind it the tail of the pool: room for what travels behind the data.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was given back.</exception>
    public Span<byte> SpanWithTail
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _rented) == 0, this);
            return new Span<byte>(_pointer, _lengthWithTail);
        }
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

    internal void Free()
    {
        NativeMemory.Free(_memory);
        _memory = _pointer = null;
    }

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
    private void Fill() => new Span<byte>(_pointer, _lengthWithTail).Fill(Poison);

    [System.Diagnostics.Conditional("DEBUG")]
    private void Verify()
    {
        int touched = new ReadOnlySpan<byte>(_pointer, _lengthWithTail).IndexOfAnyExcept(Poison);
        if (touched >= 0)
            throw new InvalidOperationException($"A buffer was written to after it was returned to its pool (byte {touched}).");
    }
}
