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

    private static readonly BitField Bop = BitField.Bit(0, 7);
    private static readonly BitField Eop = BitField.Bit(0, 6);
    private static readonly BitField Locu = BitField.Bit(0, 5);
    private static readonly BitField Bycu = BitField.Bit(0, 4);
    private static readonly BitField Lolu = BitField.Bit(0, 2);
    private static readonly BitField Perr = BitField.Bit(0, 1);
    private static readonly BitField Bpew = BitField.Bit(0, 0);

    /// <summary>BOP.</summary>
    public bool BeginningOfPartition { get; init; }

    /// <summary>EOP: between early warning and the end of the partition.</summary>
    public bool EndOfPartition { get; init; }

    /// <summary>LOCU: <see cref="ObjectsInBuffer"/> says nothing.</summary>
    public bool ObjectCountUnknown { get; init; }

    /// <summary>BYCU: <see cref="BytesInBuffer"/> says nothing.</summary>
    public bool ByteCountUnknown { get; init; }

    /// <summary>LOLU: neither location says anything.</summary>
    public bool LocationUnknown { get; init; }

    /// <summary>PERR: a number does not fit in its field; ask for the long form.</summary>
    public bool PositionError { get; init; }

    /// <summary>BPEW: beyond programmable early warning.</summary>
    public bool BeyondProgrammableEarlyWarning { get; init; }

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
            BeginningOfPartition = Bop.IsSet(data),
            EndOfPartition = Eop.IsSet(data),
            ObjectCountUnknown = Locu.IsSet(data),
            ByteCountUnknown = Bycu.IsSet(data),
            LocationUnknown = Lolu.IsSet(data),
            PositionError = Perr.IsSet(data),
            BeyondProgrammableEarlyWarning = Bpew.IsSet(data),
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
        Bop.Set(data, BeginningOfPartition);
        Eop.Set(data, EndOfPartition);
        Locu.Set(data, ObjectCountUnknown);
        Bycu.Set(data, ByteCountUnknown);
        Lolu.Set(data, LocationUnknown);
        Perr.Set(data, PositionError);
        Bpew.Set(data, BeyondProgrammableEarlyWarning);
        data[1] = Partition;
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], FirstLogicalObject);
        BinaryPrimitives.WriteUInt32BigEndian(data[8..], LastLogicalObject);
        BigEndian24.WriteUnsigned(data[13..], ObjectsInBuffer);
        BinaryPrimitives.WriteUInt32BigEndian(data[16..], BytesInBuffer);
        return Length;
    }
}
