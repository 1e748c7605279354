using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>READ BLOCK LIMITS data without MLOI: 6 bytes (SSC-4 7.6.2).</summary>
/// <param name="Granularity">Block lengths are multiples of 2 to this power; 0 to 31.</param>
/// <param name="MaximumBlockLengthBytes">0 to FFFFFFh; 0 is no limit.</param>
/// <param name="MinimumBlockLengthBytes">0 to FFFFh.</param>
// byte 0    4:0 GRANULARITY
// byte 1-3  MAXIMUM BLOCK LENGTH LIMIT
// byte 4-5  MINIMUM BLOCK LENGTH LIMIT
public readonly record struct BlockLimits(int Granularity, int MaximumBlockLengthBytes, int MinimumBlockLengthBytes)
{
    /// <summary>In bytes.</summary>
    public const int Length = 6;

    private static readonly BitField GranularityField = new(Byte: 0, High: 4, Low: 0);

    /// <summary>Reads the answer; false when it is shorter than <see cref="Length"/>.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out BlockLimits limits)
    {
        limits = default;
        if (data.Length < Length) return false;

        limits = new(GranularityField.Get(data), BigEndian24.ReadUnsigned(data[1..]), BinaryPrimitives.ReadUInt16BigEndian(data[4..]));
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes and returns that number.</summary>
    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        GranularityField.Set(data, Granularity);
        BigEndian24.WriteUnsigned(data[1..], MaximumBlockLengthBytes);
        BinaryPrimitives.WriteUInt16BigEndian(data[4..], checked((ushort)MinimumBlockLengthBytes));
        return Length;
    }
}

/// <summary>READ BLOCK LIMITS data with MLOI: 20 bytes (SSC-4 7.6.3).</summary>
/// <param name="MaximumLogicalObjectId">The largest logical object identifier.</param>
// byte 12-19 MAXIMUM LOGICAL OBJECT IDENTIFIER
public readonly record struct ObjectIdLimit(ulong MaximumLogicalObjectId)
{
    /// <summary>In bytes.</summary>
    public const int Length = 20;

    /// <summary>Reads the answer; false when it is shorter than <see cref="Length"/>.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out ObjectIdLimit limit)
    {
        limit = default;
        if (data.Length < Length) return false;

        limit = new(BinaryPrimitives.ReadUInt64BigEndian(data[12..]));
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes and returns that number.</summary>
    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(data[12..], MaximumLogicalObjectId);
        return Length;
    }
}
