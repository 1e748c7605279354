namespace Capstan.Backup.Archive;

/// <summary>A byte string that is reused: it grows to the longest it ever held and allocates no more.</summary>
internal sealed class ByteBuffer(int capacity = 0)
{
    private byte[] _bytes = capacity == 0 ? [] : new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>The backing array, for a system call that needs a terminated string (see <see cref="Terminate"/>).</summary>
    public byte[] Array => _bytes;

    public void Clear() => Length = 0;

    public void Truncate(int length) => Length = Math.Min(length, Length);

    public void Set(ReadOnlySpan<byte> value)
    {
        Length = 0;
        Append(value);
    }

    public void Append(ReadOnlySpan<byte> value) => value.CopyTo(Extend(value.Length));

    public void Append(byte value) => Extend(1)[0] = value;

    /// <summary>Makes the string longer by <paramref name="count"/> bytes of any value and returns them.</summary>
    public Span<byte> Extend(int count)
    {
        Reserve(Length + count);
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }

    public void Reserve(int length)
    {
        if (length > _bytes.Length)
            System.Array.Resize(ref _bytes, Math.Max(length, Math.Max(64, _bytes.Length * 2)));
    }

    /// <summary>Puts a NUL after the string, outside its length.</summary>
    public void Terminate()
    {
        Reserve(Length + 1);
        _bytes[Length] = 0;
    }
}
