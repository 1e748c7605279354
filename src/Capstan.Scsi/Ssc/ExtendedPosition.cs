using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>READ POSITION data, extended form: 32 bytes (SSC-4 7.7.4).</summary>
// byte 0    7 BOP   6 EOP   5 LOCU   4 BYCU   2 LOLU   1 PERR   0 BPEW
// byte 1    PARTITION NUMBER
// byte 2-3  ADDITIONAL LENGTH (1Ch)
// byte 5-7  NUMBER OF LOGICAL OBJECTS IN OBJECT BUFFER
// byte 8-15 FIRST LOGICAL OBJECT LOCATION
// byte 16-23 LAST LOGICAL OBJECT LOCATION
// byte 24-31 NUMBER OF BYTES IN OBJECT BUFFER
public readonly record struct ExtendedPosition
{
    /// <summary>In bytes.</summary>
    public const int Length = 32;

    private const int AdditionalLength = Length - 4;

    /// <summary>Byte 0.</summary>
    public PositionConditions Conditions { get; init; }

    public byte Partition { get; init; }

    /// <summary>0 to FFFFFFh.</summary>
    public int ObjectsInBuffer { get; init; }

    /// <summary>The object that is read or written next.</summary>
    public ulong FirstLogicalObject { get; init; }

    /// <summary>The object that goes to the medium next: everything before it is on tape.</summary>
    public ulong LastLogicalObject { get; init; }

    public ulong BytesInBuffer { get; init; }

    /// <summary>Reads the answer; false when it, or the length it names, is shorter than <see cref="Length"/>.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out ExtendedPosition position)
    {
        position = default;
        if (data.Length < Length || BinaryPrimitives.ReadUInt16BigEndian(data[2..]) < AdditionalLength) return false;

        position = new()
        {
            Conditions = (PositionConditions)data[0] & PositionConditions.OfBufferForms,
            Partition = data[1],
            ObjectsInBuffer = BigEndian24.ReadUnsigned(data[5..]),
            FirstLogicalObject = BinaryPrimitives.ReadUInt64BigEndian(data[8..]),
            LastLogicalObject = BinaryPrimitives.ReadUInt64BigEndian(data[16..]),
            BytesInBuffer = BinaryPrimitives.ReadUInt64BigEndian(data[24..]),
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
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], AdditionalLength);
        BigEndian24.WriteUnsigned(data[5..], ObjectsInBuffer);
        BinaryPrimitives.WriteUInt64BigEndian(data[8..], FirstLogicalObject);
        BinaryPrimitives.WriteUInt64BigEndian(data[16..], LastLogicalObject);
        BinaryPrimitives.WriteUInt64BigEndian(data[24..], BytesInBuffer);
        return Length;
    }
}
