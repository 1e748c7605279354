using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>FORMAT of an attribute (SPC-4 7.4.1).</summary>
public enum AttributeFormat : byte
{
    /// <summary>Bytes, or a big-endian number.</summary>
    Binary = 0,

    /// <summary>Left-aligned ASCII, padded with spaces (some devices pad with zeros).</summary>
    Ascii = 1,

    /// <summary>Text in the code that TEXT LOCALIZATION IDENTIFIER names, ended by a zero where it is shorter than the field.</summary>
    Text = 2,

    Reserved = 3,
}

/// <summary>One attribute (SPC-4 7.4.1), in place.</summary>
// byte 0-1  ATTRIBUTE IDENTIFIER
// byte 2    7 READ ONLY   1:0 FORMAT
// byte 3-4  ATTRIBUTE LENGTH
// byte 5-n  ATTRIBUTE VALUE
public readonly ref struct MediumAttribute
{
    /// <summary>In bytes.</summary>
    public const int HeaderLength = 5;

    internal static readonly BitField ReadOnlyField = BitField.Bit(2, 7);
    internal static readonly BitField FormatField = new(Byte: 2, High: 1, Low: 0);

    internal MediumAttribute(ushort id, bool isReadOnly, AttributeFormat format, ReadOnlySpan<byte> value, int offset, bool isCutOff = false)
    {
        Id = id;
        IsReadOnly = isReadOnly;
        Format = format;
        Value = value;
        Offset = offset;
        IsCutOff = isCutOff;
    }

    public ushort Id { get; }

    /// <summary>The device refuses to have it written.</summary>
    public bool IsReadOnly { get; }

    public AttributeFormat Format { get; }

    /// <summary>As long as ATTRIBUTE LENGTH says; shorter when <see cref="IsCutOff"/>.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Of its header, in the data it was read from.</summary>
    public int Offset { get; }

    /// <summary>The data end inside its value.</summary>
    public bool IsCutOff { get; }

    /// <summary>Writes an attribute and returns its length in bytes.</summary>
    public static int Write(Span<byte> data, ushort id, bool isReadOnly, AttributeFormat format, ReadOnlySpan<byte> value)
    {
        WriteHeader(data, id, isReadOnly, format, value.Length);
        value.CopyTo(data[HeaderLength..]);
        return HeaderLength + value.Length;
    }

    /// <summary>Writes the five bytes in front of a value.</summary>
    public static void WriteHeader(Span<byte> data, ushort id, bool isReadOnly, AttributeFormat format, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(data, id);
        data[2] = 0;
        ReadOnlyField.Set(data, isReadOnly);
        FormatField.Set(data, (int)format);
        BinaryPrimitives.WriteUInt16BigEndian(data[3..], checked((ushort)length));
    }
}

/// <summary>
/// Attributes with their values: the answer to READ ATTRIBUTE with service action ATTRIBUTE VALUES (SPC-4 6.17.2), and the parameter
/// list of WRITE ATTRIBUTE (SPC-4 6.47). Read in place; iterating gives the attributes.
/// </summary>
// byte 0-3  AVAILABLE DATA, or PARAMETER DATA LENGTH: bytes that follow, these four not counted
// byte 4-n  attributes
public readonly ref struct AttributeData
{
    /// <summary>In bytes.</summary>
    public const int HeaderLength = 4;

    private AttributeData(ReadOnlySpan<byte> body, uint declaredLength)
    {
        Body = body;
        DeclaredLength = declaredLength;
    }

    /// <summary>The attributes, as far as they are there.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>AVAILABLE DATA: bytes that there are in all, the field itself not counted.</summary>
    public uint DeclaredLength { get; }

    /// <summary>There is more than the buffer holds.</summary>
    public bool IsTruncated => DeclaredLength > (uint)Body.Length;

    /// <summary>Reads the header; false when it is not there whole.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out AttributeData attributes)
    {
        attributes = default;
        if (data.Length < HeaderLength) return false;

        uint length = BinaryPrimitives.ReadUInt32BigEndian(data);
        ReadOnlySpan<byte> body = data[HeaderLength..];
        attributes = new(body[..(int)Math.Min((uint)body.Length, length)], length);
        return true;
    }

    /// <summary>The attributes of a parameter list, whatever its first four bytes say; empty when they are not there.</summary>
    public static AttributeData OfList(ReadOnlySpan<byte> list) =>
        list.Length < HeaderLength ? default : new(list[HeaderLength..], (uint)(list.Length - HeaderLength));

    /// <summary>Writes the length in front of attributes that fill the rest of <paramref name="data"/>.</summary>
    public static void WriteLength(Span<byte> data) => BinaryPrimitives.WriteUInt32BigEndian(data, (uint)(data.Length - HeaderLength));

    /// <summary>Finds an attribute by its identifier.</summary>
    public bool TryFind(ushort id, out MediumAttribute attribute)
    {
        foreach (MediumAttribute candidate in this)
        {
            if (candidate.Id != id) continue;
            attribute = candidate;
            return true;
        }

        attribute = default;
        return false;
    }

    /// <summary>
    /// The attributes in the device's order. One whose value is cut off is the last, with <see cref="MediumAttribute.IsCutOff"/>; what is
    /// shorter than a header is left out.
    /// </summary>
    public Enumerator GetEnumerator() => new(Body);

    /// <summary>Walks the attributes without allocating.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _body;
        private int _next;

        internal Enumerator(ReadOnlySpan<byte> body)
        {
            _body = body;
            Current = default;
        }

        public MediumAttribute Current { get; private set; }

        /// <summary>Bytes at the end that are no attribute; only after <see cref="MoveNext"/> answered false.</summary>
        public readonly int Leftover => _body.Length - _next;

        public bool MoveNext()
        {
            ReadOnlySpan<byte> rest = _body[_next..];
            if (rest.Length < MediumAttribute.HeaderLength) return false;

            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[3..]);
            int present = Math.Min(length, rest.Length - MediumAttribute.HeaderLength);
            Current = new(
                BinaryPrimitives.ReadUInt16BigEndian(rest),
                MediumAttribute.ReadOnlyField.IsSet(rest),
                (AttributeFormat)MediumAttribute.FormatField.Get(rest),
                rest.Slice(MediumAttribute.HeaderLength, present),
                HeaderLength + _next,
                present < length);
            _next += MediumAttribute.HeaderLength + present;
            return true;
        }
    }
}
