using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>A density support descriptor (SSC-4 7.9.3).</summary>
// byte 0    PRIMARY DENSITY CODE
// byte 1    SECONDARY DENSITY CODE
// byte 2    7 WRTOK   6 DUP   5 DEFLT   0 DLV
// byte 3-4  DESCRIPTOR LENGTH, of what follows; valid with DLV=1
// byte 5-7  BITS PER MM
// byte 8-9  MEDIA WIDTH
// byte 10-11 TRACKS
// byte 12-15 CAPACITY
// byte 16-23 ASSIGNING ORGANIZATION
// byte 24-31 DENSITY NAME
// byte 32-51 DESCRIPTION
public readonly record struct DensityDescriptor
{
    /// <summary>In bytes.</summary>
    public const int Length = 52;

    private static readonly BitField WriteOkField = BitField.Bit(2, 7);
    private static readonly BitField DuplicateField = BitField.Bit(2, 6);
    private static readonly BitField DefaultField = BitField.Bit(2, 5);
    private static readonly BitField LengthValidField = BitField.Bit(2, 0);

    /// <summary>PRIMARY DENSITY CODE: of the block descriptor of MODE SENSE.</summary>
    public byte PrimaryDensity { get; init; }

    /// <summary>SECONDARY DENSITY CODE; the primary one again where there is none.</summary>
    public byte SecondaryDensity { get; init; }

    /// <summary>WRTOK: the drive writes it.</summary>
    public bool IsWritable { get; init; }

    /// <summary>DUP: the code occurs in another descriptor too.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>DEFLT: what DENSITY CODE 0 means.</summary>
    public bool IsDefault { get; init; }

    /// <summary>BITS PER MM, 0 to FFFFFFh.</summary>
    public int BitsPerMillimetre { get; init; }

    /// <summary>MEDIA WIDTH, in tenths of a millimetre.</summary>
    public ushort MediaWidth { get; init; }

    /// <summary>TRACKS across the tape.</summary>
    public ushort Tracks { get; init; }

    /// <summary>CAPACITY of a medium, in 10^6 bytes.</summary>
    public uint CapacityMegabytes { get; init; }

    /// <summary>ASSIGNING ORGANIZATION, at most 8 characters.</summary>
    public string? Organization { get; init; }

    /// <summary>DENSITY NAME, at most 8 characters.</summary>
    public string? Name { get; init; }

    /// <summary>DESCRIPTION, at most 20 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Writes <see cref="Length"/> bytes and returns that number.</summary>
    /// <exception cref="ArgumentException">A text does not fit, or is not ASCII.</exception>
    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        data[0] = PrimaryDensity;
        data[1] = SecondaryDensity;
        WriteOkField.Set(data, IsWritable);
        DuplicateField.Set(data, IsDuplicate);
        DefaultField.Set(data, IsDefault);
        BigEndian24.WriteUnsigned(data[5..], BitsPerMillimetre);
        BinaryPrimitives.WriteUInt16BigEndian(data[8..], MediaWidth);
        BinaryPrimitives.WriteUInt16BigEndian(data[10..], Tracks);
        BinaryPrimitives.WriteUInt32BigEndian(data[12..], CapacityMegabytes);
        AsciiField.Write(data[16..24], Organization);
        AsciiField.Write(data[24..32], Name);
        AsciiField.Write(data[32..52], Description);
        return Length;
    }

    internal static DensityDescriptor Read(ReadOnlySpan<byte> data) => new()
    {
        PrimaryDensity = data[0],
        SecondaryDensity = data[1],
        IsWritable = WriteOkField.IsSet(data),
        IsDuplicate = DuplicateField.IsSet(data),
        IsDefault = DefaultField.IsSet(data),
        BitsPerMillimetre = BigEndian24.ReadUnsigned(data[5..]),
        MediaWidth = BinaryPrimitives.ReadUInt16BigEndian(data[8..]),
        Tracks = BinaryPrimitives.ReadUInt16BigEndian(data[10..]),
        CapacityMegabytes = BinaryPrimitives.ReadUInt32BigEndian(data[12..]),
        Organization = AsciiField.Read(data[16..24]),
        Name = AsciiField.Read(data[24..32]),
        Description = AsciiField.Read(data[32..52]),
    };

    /// <summary>Where the next descriptor begins: behind 52 bytes, unless DLV says otherwise.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> data) =>
        LengthValidField.IsSet(data) ? Math.Max(Length, 5 + BinaryPrimitives.ReadUInt16BigEndian(data[3..])) : Length;
}

/// <summary>A medium type descriptor (SSC-4 7.9.4).</summary>
// byte 0    MEDIUM TYPE
// byte 2-3  DESCRIPTOR LENGTH (0034h)
// byte 4    NUMBER OF DENSITY CODES
// byte 5-13 PRIMARY DENSITY CODES
// byte 14-15 MEDIA WIDTH
// byte 16-17 MEDIUM LENGTH
// byte 20-27 ASSIGNING ORGANIZATION
// byte 28-35 MEDIUM TYPE NAME
// byte 36-55 DESCRIPTION
public readonly record struct MediumTypeDescriptor
{
    /// <summary>In bytes.</summary>
    public const int Length = 56;

    private const int HeaderLength = 4;
    private const int MaximumDensities = 9;

    /// <summary>MEDIUM TYPE of the mode parameter header.</summary>
    public byte MediumType { get; init; }

    /// <summary>PRIMARY DENSITY CODES that the drive supports on it, at most 9.</summary>
    public ImmutableArray<byte> Densities { get; init; }

    /// <summary>MEDIA WIDTH, in tenths of a millimetre.</summary>
    public ushort MediaWidth { get; init; }

    /// <summary>MEDIUM LENGTH, in metres.</summary>
    public ushort MediumLength { get; init; }

    /// <summary>ASSIGNING ORGANIZATION, at most 8 characters.</summary>
    public string? Organization { get; init; }

    /// <summary>MEDIUM TYPE NAME, at most 8 characters.</summary>
    public string? Name { get; init; }

    /// <summary>DESCRIPTION, at most 20 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Writes <see cref="Length"/> bytes and returns that number.</summary>
    /// <exception cref="ArgumentException">A text does not fit, or is not ASCII.</exception>
    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        data[0] = MediumType;
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], Length - HeaderLength);
        data[4] = (byte)Densities.Length;
        Densities.AsSpan().CopyTo(data.Slice(5, MaximumDensities));
        BinaryPrimitives.WriteUInt16BigEndian(data[14..], MediaWidth);
        BinaryPrimitives.WriteUInt16BigEndian(data[16..], MediumLength);
        AsciiField.Write(data[20..28], Organization);
        AsciiField.Write(data[28..36], Name);
        AsciiField.Write(data[36..56], Description);
        return Length;
    }

    internal static MediumTypeDescriptor Read(ReadOnlySpan<byte> data) => new()
    {
        MediumType = data[0],
        Densities = [.. data.Slice(5, Math.Min(data[4], (byte)MaximumDensities))],
        MediaWidth = BinaryPrimitives.ReadUInt16BigEndian(data[14..]),
        MediumLength = BinaryPrimitives.ReadUInt16BigEndian(data[16..]),
        Organization = AsciiField.Read(data[20..28]),
        Name = AsciiField.Read(data[28..36]),
        Description = AsciiField.Read(data[36..56]),
    };

    internal static int LengthOf(ReadOnlySpan<byte> data) => Math.Max(Length, HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(data[2..]));
}

/// <summary>REPORT DENSITY SUPPORT parameter data (SSC-4 7.9.2): as many descriptors as are there whole.</summary>
// byte 0-1  AVAILABLE DENSITY SUPPORT LENGTH
// byte 4-n  descriptors
public static class DensitySupport
{
    /// <summary>In bytes.</summary>
    public const int HeaderLength = 4;

    /// <summary>Reads the answer to MEDIUM TYPE=0; false when there is not even a header.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out ImmutableArray<DensityDescriptor> densities)
    {
        densities = [];
        if (data.Length < HeaderLength) return false;

        ReadOnlySpan<byte> rest = Descriptors(data);
        ImmutableArray<DensityDescriptor>.Builder builder = ImmutableArray.CreateBuilder<DensityDescriptor>();
        while (rest.Length >= DensityDescriptor.Length && rest[0] != 0)
        {
            builder.Add(DensityDescriptor.Read(rest));
            rest = rest[Math.Min(rest.Length, DensityDescriptor.LengthOf(rest))..];
        }

        densities = builder.DrainToImmutable();
        return true;
    }

    /// <summary>Reads the answer to MEDIUM TYPE=1; false when there is not even a header.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out ImmutableArray<MediumTypeDescriptor> types)
    {
        types = [];
        if (data.Length < HeaderLength) return false;

        ReadOnlySpan<byte> rest = Descriptors(data);
        ImmutableArray<MediumTypeDescriptor>.Builder builder = ImmutableArray.CreateBuilder<MediumTypeDescriptor>();
        // A descriptor without length is what some drives fill the allocation length up with.
        while (rest.Length >= MediumTypeDescriptor.Length && BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) != 0)
        {
            builder.Add(MediumTypeDescriptor.Read(rest));
            rest = rest[Math.Min(rest.Length, MediumTypeDescriptor.LengthOf(rest))..];
        }

        types = builder.DrainToImmutable();
        return true;
    }

    /// <summary>
    /// Whether the descriptors of an answer are those of medium types, for one whose CDB is not known: each kind has its own length.
    /// </summary>
    public static bool HoldsMediumTypes(ReadOnlySpan<byte> data) =>
        data.Length >= HeaderLength + MediumTypeDescriptor.Length
        && BinaryPrimitives.ReadUInt16BigEndian(data[(HeaderLength + 2)..]) == MediumTypeDescriptor.Length - 4
        && (BinaryPrimitives.ReadUInt16BigEndian(data) - 2) % MediumTypeDescriptor.Length == 0;

    /// <summary>Writes the header in front of descriptors that are there already, and returns the length of all.</summary>
    /// <param name="data">From the header on.</param>
    /// <param name="descriptorsLengthBytes">Of all descriptors.</param>
    public static int WriteHeader(Span<byte> data, int descriptorsLengthBytes)
    {
        data[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(data, checked((ushort)(descriptorsLengthBytes + 2)));
        return HeaderLength + descriptorsLengthBytes;
    }

    private static ReadOnlySpan<byte> Descriptors(ReadOnlySpan<byte> data)
    {
        int end = Math.Min(data.Length, 2 + BinaryPrimitives.ReadUInt16BigEndian(data));
        return end <= HeaderLength ? [] : data[HeaderLength..end];
    }
}
