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

    private static readonly BitField Bop = BitField.Bit(0, 7);
    private static readonly BitField Eop = BitField.Bit(0, 6);
    private static readonly BitField Mpu = BitField.Bit(0, 3);
    private static readonly BitField Lonu = BitField.Bit(0, 2);
    private static readonly BitField Bpew = BitField.Bit(0, 0);

    /// <summary>BOP.</summary>
    public bool BeginningOfPartition { get; init; }

    /// <summary>EOP: between early warning and the end of the partition.</summary>
    public bool EndOfPartition { get; init; }

    /// <summary>MPU: <see cref="LogicalFile"/> says nothing.</summary>
    public bool FileUnknown { get; init; }

    /// <summary>LONU: <see cref="LogicalObject"/> and <see cref="Partition"/> say nothing.</summary>
    public bool ObjectUnknown { get; init; }

    /// <summary>BPEW: beyond programmable early warning.</summary>
    public bool BeyondProgrammableEarlyWarning { get; init; }

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
            BeginningOfPartition = Bop.IsSet(data),
            EndOfPartition = Eop.IsSet(data),
            FileUnknown = Mpu.IsSet(data),
            ObjectUnknown = Lonu.IsSet(data),
            BeyondProgrammableEarlyWarning = Bpew.IsSet(data),
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
        Bop.Set(data, BeginningOfPartition);
        Eop.Set(data, EndOfPartition);
        Mpu.Set(data, FileUnknown);
        Lonu.Set(data, ObjectUnknown);
        Bpew.Set(data, BeyondProgrammableEarlyWarning);
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], Partition);
        BinaryPrimitives.WriteUInt64BigEndian(data[8..], LogicalObject);
        BinaryPrimitives.WriteUInt64BigEndian(data[16..], LogicalFile);
        return Length;
    }
}
