namespace Capstan.Scsi;

/// <summary>Answer to READ BUFFER in descriptor mode (SPC-4 6.18.5): what a buffer holds.</summary>
/// <param name="OffsetBoundary">Offsets are multiples of two to the power of this; FFh: only 0.</param>
/// <param name="CapacityBytes">0 to FFFFFFh.</param>
// byte 0    OFFSET BOUNDARY
// byte 1-3  BUFFER CAPACITY
public readonly record struct BufferDescriptor(byte OffsetBoundary, int CapacityBytes)
{
    /// <summary>In bytes.</summary>
    public const int Length = 4;

    public static bool TryDecode(ReadOnlySpan<byte> data, out BufferDescriptor descriptor)
    {
        descriptor = default;
        if (data.Length < Length) return false;

        descriptor = new(data[0], BigEndian24.ReadUnsigned(data[1..]));
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data[0] = OffsetBoundary;
        BigEndian24.WriteUnsigned(data[1..], CapacityBytes);
        return Length;
    }
}
