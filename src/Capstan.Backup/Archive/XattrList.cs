using System.Buffers.Binary;

namespace Capstan.Backup.Archive;

/// <summary>Extended attributes of one entry, names and values as raw bytes, in the order they were added. Reused, not reallocated.</summary>
public sealed class XattrList
{
    private const int LengthsSize = 8; // name length, value length, 32 bits each

    private readonly ByteBuffer _records = new();

    public int Count { get; private set; }

    public void Clear()
    {
        _records.Clear();
        Count = 0;
    }

    /// <summary>Adds an attribute; the name is complete ("user.comment") and has no NUL.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => value.CopyTo(Add(name, value.Length));

    internal Span<byte> Add(ReadOnlySpan<byte> name, int valueLength)
    {
        var record = _records.Extend(LengthsSize + name.Length + valueLength);
        BinaryPrimitives.WriteInt32LittleEndian(record, name.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], valueLength);
        name.CopyTo(record[LengthsSize..]);
        Count++;
        return record[(LengthsSize + name.Length)..];
    }

    public Enumerator GetEnumerator() => new(_records.Span);

    internal void CopyFrom(XattrList other)
    {
        _records.Set(other._records.Span);
        Count = other.Count;
    }

    /// <summary>A name and its value; both spans end with the next change of the list.</summary>
    public readonly ref struct Pair(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        public ReadOnlySpan<byte> Name { get; } = name;
        public ReadOnlySpan<byte> Value { get; } = value;
    }

    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> records) => _rest = records;

        public Pair Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.IsEmpty)
                return false;
            int nameLength = BinaryPrimitives.ReadInt32LittleEndian(_rest);
            int valueLength = BinaryPrimitives.ReadInt32LittleEndian(_rest[4..]);
            Current = new Pair(_rest.Slice(LengthsSize, nameLength), _rest.Slice(LengthsSize + nameLength, valueLength));
            _rest = _rest[(LengthsSize + nameLength + valueLength)..];
            return true;
        }
    }
}
