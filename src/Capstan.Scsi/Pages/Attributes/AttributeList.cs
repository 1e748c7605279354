using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>Identifiers without values: READ ATTRIBUTE with service action ATTRIBUTE LIST or SUPPORTED ATTRIBUTES (SPC-4 6.17.3, 6.17.6).</summary>
/// <param name="Ids">As many as are there whole.</param>
/// <param name="IsTruncated">There are more than the buffer holds.</param>
// byte 0-3  AVAILABLE DATA: bytes that follow
// byte 4-n  ATTRIBUTE IDENTIFIERs, two bytes each
public readonly record struct AttributeList(ImmutableArray<ushort> Ids, bool IsTruncated = false)
{
    /// <summary>False when the header is not there whole.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out AttributeList list)
    {
        list = new([]);
        if (!AttributeData.TryDecode(data, out AttributeData attributes)) return false;

        ReadOnlySpan<byte> body = attributes.Body;
        ImmutableArray<ushort>.Builder ids = ImmutableArray.CreateBuilder<ushort>(body.Length / 2);
        for (; body.Length >= 2; body = body[2..]) ids.Add(BinaryPrimitives.ReadUInt16BigEndian(body));
        list = new(ids.ToImmutable(), attributes.IsTruncated);
        return true;
    }

    /// <summary>Writes the list and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        int length = AttributeData.HeaderLength;
        foreach (ushort id in Ids)
        {
            BinaryPrimitives.WriteUInt16BigEndian(data[length..], id);
            length += 2;
        }

        AttributeData.WriteLength(data[..length]);
        return length;
    }
}

/// <summary>
/// READ ATTRIBUTE with service action LOGICAL VOLUME LIST or PARTITION LIST (SPC-4 6.17.4, 6.17.5): how many of them there are.
/// </summary>
/// <param name="First">Number of the first one.</param>
/// <param name="Count">How many follow each other from there on.</param>
// byte 0-1  AVAILABLE DATA 0002h
// byte 2    FIRST LOGICAL VOLUME NUMBER, or FIRST PARTITION NUMBER
// byte 3    NUMBER OF LOGICAL VOLUMES, or PARTITIONS, AVAILABLE
public readonly record struct NumberRange(byte First, byte Count)
{
    /// <summary>In bytes.</summary>
    public const int Length = 4;

    public static bool TryDecode(ReadOnlySpan<byte> data, out NumberRange range)
    {
        range = default;
        if (data.Length < Length || BinaryPrimitives.ReadUInt16BigEndian(data) < Length - 2) return false;

        range = new(data[2], data[3]);
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        BinaryPrimitives.WriteUInt16BigEndian(data, Length - 2);
        data[2] = First;
        data[3] = Count;
        return Length;
    }
}
