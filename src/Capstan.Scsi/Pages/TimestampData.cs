using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>TIMESTAMP ORIGIN (SPC-4 5.14.1): who set a device's clock.</summary>
public enum TimestampOrigin : byte
{
    /// <summary>Nobody: it counts from power on.</summary>
    PowerOn = 0,

    /// <summary>SET TIMESTAMP.</summary>
    SetTimestamp = 2,

    /// <summary>Something else: a library, a network.</summary>
    Other = 3,
}

/// <summary>A device's clock: the answer to REPORT TIMESTAMP and the parameter list of SET TIMESTAMP (SPC-4 6.38, 6.45).</summary>
/// <param name="Milliseconds">Since 1970-01-01 00:00 UTC, or since power on; 48 bits.</param>
/// <param name="Origin">In the answer only.</param>
// byte 0-1   TIMESTAMP PARAMETER DATA LENGTH (000Ah; reserved in the list)
// byte 2     2:0 TIMESTAMP ORIGIN (reserved in the list)
// byte 4-9   TIMESTAMP
public readonly record struct TimestampData(long Milliseconds, TimestampOrigin Origin = TimestampOrigin.PowerOn)
{
    private static readonly BitField OriginField = new(Byte: 2, High: 2, Low: 0);

    /// <summary>In bytes.</summary>
    public const int Length = 12;

    /// <summary>The largest TIMESTAMP.</summary>
    public const long MaxMilliseconds = 0xFFFF_FFFF_FFFF;

    /// <summary>Reads an answer or a list. False when there are fewer than 10 bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out TimestampData timestamp)
    {
        timestamp = default;
        if (data.Length < 10) return false;

        long value = (long)BinaryPrimitives.ReadUInt16BigEndian(data[4..]) << 32 | BinaryPrimitives.ReadUInt32BigEndian(data[6..]);
        timestamp = new(value, (TimestampOrigin)OriginField.Get(data));
        return true;
    }

    /// <summary>Writes the answer and returns <see cref="Length"/>.</summary>
    public int WriteTo(Span<byte> data)
    {
        WriteListTo(data);
        BinaryPrimitives.WriteUInt16BigEndian(data, Length - 2);
        OriginField.Set(data, (int)Origin);
        return Length;
    }

    /// <summary>Writes the parameter list and returns <see cref="Length"/>.</summary>
    public int WriteListTo(Span<byte> data)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Milliseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Milliseconds, MaxMilliseconds);
        data[..Length].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(data[4..], (ushort)(Milliseconds >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(data[6..], (uint)Milliseconds);
        return Length;
    }
}
