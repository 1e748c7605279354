using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>Where a wrap ends: an answer of READ END OF WRAP POSITION (IBM LTO-8 SCSI Reference).</summary>
/// <param name="Wrap">Number of the passage over the tape, from 0.</param>
/// <param name="Partition">That it belongs to.</param>
/// <param name="LogicalObjectId">Of the object at its end; 48 bits.</param>
// long form    byte 0-1 LENGTH   2-3 reserved   then 12 bytes each:
//              0-1 WRAP NUMBER   2-3 PARTITION   6-11 LOGICAL OBJECT IDENTIFIER
// short form   byte 0-1 LENGTH   2-3 reserved   4-11 LOGICAL OBJECT IDENTIFIER
public readonly record struct EndOfWrap(ushort Wrap, ushort Partition, long LogicalObjectId)
{
    private const int HeaderLength = 4;
    private const int DescriptorLength = 12;

    /// <summary>Reads the long form: as many descriptors as came whole.</summary>
    public static bool TryDecodeAll(ReadOnlySpan<byte> data, out ImmutableArray<EndOfWrap> wraps)
    {
        wraps = [];
        if (data.Length < HeaderLength) return false;

        // LENGTH counts what follows it.
        int end = Math.Min(data.Length, BinaryPrimitives.ReadUInt16BigEndian(data) + 2);
        ImmutableArray<EndOfWrap>.Builder list = ImmutableArray.CreateBuilder<EndOfWrap>();
        for (int at = HeaderLength; at + DescriptorLength <= end; at += DescriptorLength)
        {
            ReadOnlySpan<byte> one = data[at..];
            list.Add(new(BinaryPrimitives.ReadUInt16BigEndian(one), BinaryPrimitives.ReadUInt16BigEndian(one[2..]),
                (long)BinaryPrimitives.ReadUInt16BigEndian(one[6..]) << 32 | BinaryPrimitives.ReadUInt32BigEndian(one[8..])));
        }

        wraps = list.ToImmutable();
        return true;
    }

    /// <summary>Writes the long form and returns its length in bytes.</summary>
    public static int WriteAll(ReadOnlySpan<EndOfWrap> wraps, Span<byte> data)
    {
        int length = HeaderLength + DescriptorLength * wraps.Length;
        data = data[..length];
        data.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)(length - 2));
        for (int i = 0; i < wraps.Length; i++)
        {
            Span<byte> one = data[(HeaderLength + DescriptorLength * i)..];
            BinaryPrimitives.WriteUInt16BigEndian(one, wraps[i].Wrap);
            BinaryPrimitives.WriteUInt16BigEndian(one[2..], wraps[i].Partition);
            BinaryPrimitives.WriteUInt16BigEndian(one[6..], (ushort)(wraps[i].LogicalObjectId >> 32));
            BinaryPrimitives.WriteUInt32BigEndian(one[8..], (uint)wraps[i].LogicalObjectId);
        }

        return length;
    }

    /// <summary>Writes the short form and returns its length in bytes.</summary>
    public int WriteOne(Span<byte> data)
    {
        data = data[..DescriptorLength];
        data.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(data, DescriptorLength - 2);
        BinaryPrimitives.WriteInt64BigEndian(data[4..], LogicalObjectId);
        return DescriptorLength;
    }
}
