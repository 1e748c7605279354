using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>READ POSITION data, long form: 32 bytes (SSC-4 7.7.3).</summary>
// byte 0    7 BOP   6 EOP   3 MPU   2 LONU   0 BPEW
// byte 4-7  PARTITION NUMBER
// byte 8-15 LOGICAL OBJECT NUMBER
// byte 16-23 LOGICAL FILE IDENTIFIER
// byte 24-31 obsolete
public readonly record struct LongPosition
{
    /// <summary>In bytes.</summary>
    public const int Length = 32;

    /// <summary>Byte 0.</summary>
    public PositionConditions Conditions { get; init; }

    public uint Partition { get; init; }

    /// <summary>Blocks and filemarks between the beginning of the partition and here.</summary>
    public ulong LogicalObject { get; init; }

    /// <summary>Filemarks between the beginning of the partition and here.</summary>
    public ulong LogicalFile { get; init; }

    /// <summary>Reads the answer; false when it is shorter than <see cref="Length"/>.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out LongPosition position)
    {
        position = default;
        if (data.Length < Length) return false;

        position = new()
        {
            Conditions = (PositionConditions)data[0] & PositionConditions.OfLongForm,
            Partition = BinaryPrimitives.ReadUInt32BigEndian(data[4..]),
            LogicalObject = BinaryPrimitives.ReadUInt64BigEndian(data[8..]),
            LogicalFile = BinaryPrimitives.ReadUInt64BigEndian(data[16..]),
        };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes and returns that number.</summary>
    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        data[0] = (byte)(Conditions & PositionConditions.OfLongForm);
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], Partition);
        BinaryPrimitives.WriteUInt64BigEndian(data[8..], LogicalObject);
        BinaryPrimitives.WriteUInt64BigEndian(data[16..], LogicalFile);
        return Length;
    }
}
