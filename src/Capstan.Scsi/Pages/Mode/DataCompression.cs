using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Data Compression mode page (SSC-4 8.3.2).</summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (0Fh)
// byte 1    PAGE LENGTH (0Eh)
// byte 2    7 DCE   6 DCC
// byte 3    7 DDE   6:5 RED
// byte 4-7  COMPRESSION ALGORITHM
// byte 8-11 DECOMPRESSION ALGORITHM
public readonly record struct DataCompression : IModePage<DataCompression>
{
    public static readonly BitField CompressionEnabledField = BitField.Bit(2, 7);
    public static readonly BitField CompressionCapableField = BitField.Bit(2, 6);
    public static readonly BitField DecompressionEnabledField = BitField.Bit(3, 7);
    public static readonly BitField ReportExceptionOnDecompressionField = new(Byte: 3, High: 6, Low: 5);
    public static readonly BitField CompressionAlgorithmField = BitField.WholeByte(4);
    public static readonly BitField DecompressionAlgorithmField = BitField.WholeByte(8);

    public static byte PageCode => 0x0F;
    public static int Length => 16;

    public bool ParametersSaveable { get; init; }

    /// <summary>DCE: blocks that are written are compressed.</summary>
    public bool CompressionEnabled { get; init; }

    /// <summary>DCC: the drive can compress; read only.</summary>
    public bool CompressionCapable { get; init; }

    /// <summary>DDE: blocks that are read are decompressed.</summary>
    public bool DecompressionEnabled { get; init; }

    /// <summary>RED: 0 to 3.</summary>
    public int ReportExceptionOnDecompression { get; init; }

    /// <summary>COMPRESSION ALGORITHM: 0 for none, 1 for the default.</summary>
    public uint CompressionAlgorithm { get; init; }

    /// <summary>DECOMPRESSION ALGORITHM.</summary>
    public uint DecompressionAlgorithm { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out DataCompression page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, Length)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            CompressionEnabled = CompressionEnabledField.IsSet(data),
            CompressionCapable = CompressionCapableField.IsSet(data),
            DecompressionEnabled = DecompressionEnabledField.IsSet(data),
            ReportExceptionOnDecompression = ReportExceptionOnDecompressionField.Get(data),
            CompressionAlgorithm = BinaryPrimitives.ReadUInt32BigEndian(data[4..]),
            DecompressionAlgorithm = BinaryPrimitives.ReadUInt32BigEndian(data[8..]),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        CompressionEnabledField.Set(data, CompressionEnabled);
        CompressionCapableField.Set(data, CompressionCapable);
        DecompressionEnabledField.Set(data, DecompressionEnabled);
        ReportExceptionOnDecompressionField.Set(data, ReportExceptionOnDecompression);
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], CompressionAlgorithm);
        BinaryPrimitives.WriteUInt32BigEndian(data[8..], DecompressionAlgorithm);
        return Length;
    }
}
