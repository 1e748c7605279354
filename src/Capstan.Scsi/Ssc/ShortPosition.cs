using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>READ POSITION data, short form: 20 bytes (SSC-4 7.7.2).</summary>
// byte 0    7 BOP   6 EOP   5 LOCU   4 BYCU   2 LOLU   1 PERR   0 BPEW
// byte 1    PARTITION NUMBER
// byte 4-7  FIRST LOGICAL OBJECT LOCATION
// byte 8-11 LAST LOGICAL OBJECT LOCATION
// byte 13-15 NUMBER OF LOGICAL OBJECTS IN OBJECT BUFFER
// byte 16-19 NUMBER OF BYTES IN OBJECT BUFFER
public readonly record struct ShortPosition
{
    /// <summary>In bytes.</summary>
    public const int Length = 20;

    /// <summary>Byte 0.</summary>
    public PositionConditions Conditions { get; init; }

    public byte Partition { get; init; }

    /// <summary>The object that is read or written next, counted from the beginning of the partition.</summary>
    public uint FirstLogicalObject { get; init; }

    /// <summary>The object that goes to the medium next; equal to <see cref="FirstLogicalObject"/> when nothing is buffered.</summary>
    public uint LastLogicalObject { get; init; }

    /// <summary>0 to FFFFFFh.</summary>
    public int ObjectsInBuffer { get; init; }

    public uint BytesInBuffer { get; init; }

    /// <summary>Reads the answer; false when it is shorter than <see cref="Length"/>.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out ShortPosition position)
    {
        position = default;
        if (data.Length < Length) return false;

        position = new()
        {
            Conditions = (PositionConditions)data[0] & PositionConditions.OfBufferForms,
            Partition = data[1],
            FirstLogicalObject = BinaryPrimitives.ReadUInt32BigEndian(data[4..]),
            LastLogicalObject = BinaryPrimitives.ReadUInt32BigEndian(data[8..]),
            ObjectsInBuffer = BigEndian24.ReadUnsigned(data[13..]),
            BytesInBuffer = BinaryPrimitives.ReadUInt32BigEndian(data[16..]),
        };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes and returns that number.</summary>
    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        data[0] = (byte)(Conditions & PositionConditions.OfBufferForms);
        data[1] = Partition;
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], FirstLogicalObject);
        BinaryPrimitives.WriteUInt32BigEndian(data[8..], LastLogicalObject);
        BigEndian24.WriteUnsigned(data[13..], ObjectsInBuffer);
        BinaryPrimitives.WriteUInt32BigEndian(data[16..], BytesInBuffer);
        return Length;
    }
}
