using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>One user data segment: a range of a tape that is read in one go.</summary>
/// <param name="Name">What the host calls it, at most 10 printable ASCII characters; comes back with it.</param>
/// <param name="Partition">Where it is.</param>
/// <param name="FirstObjectId">Its first logical object.</param>
/// <param name="LastObjectId">Its last one.</param>
public readonly record struct DataSegment(string Name, byte Partition, ulong FirstObjectId, ulong LastObjectId);

/// <summary>What goes to GENERATE and comes from RECEIVE RECOMMENDED ACCESS ORDER (IBM LTO-9 SCSI Reference; cern-cta/CTA SCSI/Structures.hpp).</summary>
/// <param name="Segments">In the order of the list.</param>
// byte 4-7   LENGTH of what follows
// then 32 bytes each: 0-1 DESCRIPTOR LENGTH (001Eh)   5-14 UDS NAME   15 PARTITION   16-23 BEGINNING LOI   24-31 ENDING LOI
public readonly record struct AccessOrderList(ImmutableArray<DataSegment> Segments)
{
    public const int HeaderLength = 8;
    public const int DescriptorLength = 32;
    private const int NameLength = 10;

    public int Length => HeaderLength + DescriptorLength * Segments.Length;

    /// <summary>Reads as many segments as came whole; a longer descriptor may have geometry behind what is read here.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out AccessOrderList list)
    {
        list = new([]);
        if (data.Length < HeaderLength) return false;

        uint length = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        data = data[HeaderLength..];
        data = data[..(int)Math.Min(length, (uint)data.Length)];
        ImmutableArray<DataSegment>.Builder segments = ImmutableArray.CreateBuilder<DataSegment>();
        while (data.Length >= DescriptorLength)
        {
            int one = BinaryPrimitives.ReadUInt16BigEndian(data) + 2;
            if (one < DescriptorLength || one > data.Length) return false;

            segments.Add(new(AsciiField.Read(data.Slice(5, NameLength)), data[15], BinaryPrimitives.ReadUInt64BigEndian(data[16..]),
                BinaryPrimitives.ReadUInt64BigEndian(data[24..])));
            data = data[one..];
        }

        list = new(segments.ToImmutable());
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], (uint)(data.Length - HeaderLength));
        Span<byte> rest = data[HeaderLength..];
        foreach (DataSegment segment in Segments)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, DescriptorLength - 2);
            AsciiField.Write(rest.Slice(5, NameLength), segment.Name);
            rest[15] = segment.Partition;
            BinaryPrimitives.WriteUInt64BigEndian(rest[16..], segment.FirstObjectId);
            BinaryPrimitives.WriteUInt64BigEndian(rest[24..], segment.LastObjectId);
            rest = rest[DescriptorLength..];
        }

        return data.Length;
    }
}

/// <summary>Answer to RECEIVE RECOMMENDED ACCESS ORDER with UDS_LIMITS.</summary>
/// <param name="MaxSegments">How many segments a list may have.</param>
/// <param name="MaxSegmentBytes">How long one descriptor may be.</param>
// byte 0-1  MAXIMUM UDS SUPPORTED   2-3  MAXIMUM UDS SIZE
public readonly record struct AccessOrderLimits(ushort MaxSegments, ushort MaxSegmentBytes)
{
    public const int Length = 4;

    public static bool TryDecode(ReadOnlySpan<byte> data, out AccessOrderLimits limits)
    {
        limits = default;
        if (data.Length < Length) return false;

        limits = new(BinaryPrimitives.ReadUInt16BigEndian(data), BinaryPrimitives.ReadUInt16BigEndian(data[2..]));
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        BinaryPrimitives.WriteUInt16BigEndian(data, MaxSegments);
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], MaxSegmentBytes);
        return Length;
    }
}
