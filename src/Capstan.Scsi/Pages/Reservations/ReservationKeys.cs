using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>Answer to PERSISTENT RESERVE IN, READ KEYS (SPC-4 6.15.2).</summary>
/// <param name="Generation">PRGENERATION: counts changes.</param>
/// <param name="Keys">Of every registered I_T nexus.</param>
// byte 0-3  PRGENERATION
// byte 4-7  ADDITIONAL LENGTH
// byte 8-   RESERVATION KEY, 8 bytes each
public readonly record struct ReservationKeys(uint Generation, ImmutableArray<ulong> Keys)
{
    private const int HeaderLength = 8;
    private const int KeyLength = 8;

    public int Length => HeaderLength + KeyLength * Keys.Length;

    /// <summary>Reads as many keys as came whole; the device's own length says how many there are.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out ReservationKeys keys)
    {
        keys = new(0, []);
        if (data.Length < HeaderLength) return false;

        uint length = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        int count = (int)Math.Min(length, (uint)(data.Length - HeaderLength)) / KeyLength;
        ImmutableArray<ulong>.Builder list = ImmutableArray.CreateBuilder<ulong>(count);
        for (int i = 0; i < count; i++) list.Add(BinaryPrimitives.ReadUInt64BigEndian(data[(HeaderLength + i * KeyLength)..]));
        keys = new(BinaryPrimitives.ReadUInt32BigEndian(data), list.MoveToImmutable());
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        BinaryPrimitives.WriteUInt32BigEndian(data, Generation);
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], (uint)(KeyLength * Keys.Length));
        for (int i = 0; i < Keys.Length; i++) BinaryPrimitives.WriteUInt64BigEndian(data[(HeaderLength + i * KeyLength)..], Keys[i]);
        return Length;
    }
}

/// <summary>Answer to PERSISTENT RESERVE IN, READ RESERVATION (SPC-4 6.15.3).</summary>
/// <param name="Generation">PRGENERATION.</param>
/// <param name="Type">None where there is no reservation.</param>
/// <param name="Key">The holder's; 0 where all registrants hold it.</param>
/// <param name="Scope">0: the logical unit.</param>
// byte 0-3   PRGENERATION
// byte 4-7   ADDITIONAL LENGTH (0, or 10h)
// byte 8-15  RESERVATION KEY
// byte 21    7:4 SCOPE   3:0 TYPE
public readonly record struct ReservationHolder(uint Generation, ReservationType Type, ulong Key = 0, byte Scope = 0)
{
    private const int HeaderLength = 8;
    private const int DescriptorLength = 16;

    public static readonly BitField ScopeField = new(Byte: 21, High: 7, Low: 4);
    public static readonly BitField TypeField = new(Byte: 21, High: 3, Low: 0);

    public int Length => Type == ReservationType.None ? HeaderLength : HeaderLength + DescriptorLength;

    public static bool TryDecode(ReadOnlySpan<byte> data, out ReservationHolder holder)
    {
        holder = default;
        if (data.Length < HeaderLength) return false;

        uint generation = BinaryPrimitives.ReadUInt32BigEndian(data);
        bool isHeld = BinaryPrimitives.ReadUInt32BigEndian(data[4..]) >= DescriptorLength;
        if (isHeld && data.Length < HeaderLength + DescriptorLength) return false;

        holder = isHeld
            ? new(generation, (ReservationType)TypeField.Get(data), BinaryPrimitives.ReadUInt64BigEndian(data[8..]), (byte)ScopeField.Get(data))
            : new(generation, ReservationType.None);
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(data, Generation);
        if (Type == ReservationType.None) return Length;

        BinaryPrimitives.WriteUInt32BigEndian(data[4..], DescriptorLength);
        BinaryPrimitives.WriteUInt64BigEndian(data[8..], Key);
        ScopeField.Set(data, Scope);
        TypeField.Set(data, (int)Type);
        return Length;
    }
}
