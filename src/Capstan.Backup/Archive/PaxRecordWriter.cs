using System.Buffers.Text;

namespace Capstan.Backup.Archive;

/// <summary>
/// Writes extended header records, "LENGTH KEY=VALUE\n" (POSIX.1-2017 pax, "pax Extended Header"). When the room ends it only
/// goes on counting, so that <see cref="Length"/> says how much room a second try needs.
/// </summary>
internal ref struct PaxRecordWriter(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    public int Length { get; private set; }

    public readonly bool Fits => Length <= _room.Length;

    public void Add(scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> value)
    {
        var target = Begin(key, default, value.Length);
        if (!target.IsEmpty)
            value.CopyTo(target);
    }

    public void Add(scoped ReadOnlySpan<byte> key, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        _ = Utf8Formatter.TryFormat(value, digits, out int length);
        Add(key, digits[..length]);
    }

    /// <summary>A time in seconds with nine digits after the point; the sign belongs to the whole, as in any decimal number.</summary>
    public void AddTime(scoped ReadOnlySpan<byte> key, long seconds, int nanoseconds)
    {
        Span<byte> text = stackalloc byte[32];
        int length = 0;
        if (seconds < 0)
        {
            text[length++] = (byte)'-';
            if (nanoseconds > 0)
            {
                seconds++;
                nanoseconds = 1_000_000_000 - nanoseconds;
            }
        }
        ulong magnitude = seconds < 0 ? (ulong)-seconds : (ulong)seconds; // right for long.MinValue too
        _ = Utf8Formatter.TryFormat(magnitude, text[length..], out int digits);
        length += digits;
        if (nanoseconds > 0)
        {
            text[length] = (byte)'.';
            for (int i = 9; i > 0; i--)
            {
                text[length + i] = (byte)('0' + (nanoseconds % 10));
                nanoseconds /= 10;
            }
            length += 10;
        }
        Add(key, text[..length]);
    }

    /// <summary>SCHILY.xattr.NAME; GNU tar writes '%' and '=' of the name as %25 and %3D, since '=' ends a key.</summary>
    public void AddXattr(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        scoped var keyRest = name;
        Span<byte> escaped = stackalloc byte[XattrKeyRoom];
        if (name.IndexOfAny((byte)'%', (byte)'=') >= 0)
        {
            int length = 0;
            foreach (byte b in name[..Math.Min(name.Length, XattrKeyRoom / 3)])
            {
                if (b is (byte)'%' or (byte)'=')
                {
                    (b == '%' ? "%25"u8 : "%3D"u8).CopyTo(escaped[length..]);
                    length += 3;
                }
                else
                {
                    escaped[length++] = b;
                }
            }
            keyRest = escaped[..length];
        }
        var target = Begin(PaxKeys.XattrPrefix, keyRest, value.Length);
        if (!target.IsEmpty)
            value.CopyTo(target);
    }

    /// <summary>XATTR_NAME_MAX is 255 (linux/limits.h), each byte at most three in the key.</summary>
    private const int XattrKeyRoom = 3 * 256;

    /// <summary>Writes all but the value and returns its place; empty when it does not fit (or is empty).</summary>
    private Span<byte> Begin(scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> keyRest, int valueLength)
    {
        int body = 1 + key.Length + keyRest.Length + 1 + valueLength + 1;
        int total = body + Digits(body);
        if (Digits(total) != Digits(body))
            total = body + Digits(total);
        int at = Length;
        Length += total;
        if (Length > _room.Length)
            return default;
        var record = _room.Slice(at, total);
        _ = Utf8Formatter.TryFormat(total, record, out int used);
        record[used++] = (byte)' ';
        key.CopyTo(record[used..]);
        keyRest.CopyTo(record[(used + key.Length)..]);
        used += key.Length + keyRest.Length;
        record[used++] = (byte)'=';
        record[^1] = (byte)'\n';
        return record.Slice(used, valueLength);
    }

    private static int Digits(int value)
    {
        int digits = 1;
        for (; value >= 10; value /= 10)
            digits++;
        return digits;
    }
}
