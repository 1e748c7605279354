using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>REPORT LUNS parameter data (SPC-4 6.33).</summary>
/// <param name="Luns">Eight-byte LUNs as big-endian numbers (SAM-5 4.7); 0 is LUN 0.</param>
// byte 0-3  LUN LIST LENGTH
// byte 8-n  LUNs of 8 bytes
public readonly record struct LunList(ImmutableArray<ulong> Luns)
{
    private const int HeaderLength = 8;
    private const int LunLength = 8;

    /// <summary>Reads the LUNs that are there whole; false when the header is not.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out LunList list)
    {
        list = new([]);
        if (data.Length < HeaderLength) return false;

        uint listLength = BinaryPrimitives.ReadUInt32BigEndian(data);
        data = data[HeaderLength..];
        data = data[..(int)Math.Min((uint)data.Length, listLength)];
        ImmutableArray<ulong>.Builder luns = ImmutableArray.CreateBuilder<ulong>(data.Length / LunLength);
        for (; data.Length >= LunLength; data = data[LunLength..]) luns.Add(BinaryPrimitives.ReadUInt64BigEndian(data));
        list = new(luns.MoveToImmutable());
        return true;
    }

    /// <summary>Writes the list and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        int length = HeaderLength + (Luns.Length * LunLength);
        data[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(data, (uint)(length - HeaderLength));
        for (int i = 0; i < Luns.Length; i++) BinaryPrimitives.WriteUInt64BigEndian(data[(HeaderLength + (i * LunLength))..], Luns[i]);
        return length;
    }
}
