using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>0Fh: DCE says whether blocks are compressed on their way to the tape.</summary>
internal sealed class DataCompressionPage() : DriveModePage<DataCompression>(
    new DataCompression
    {
        CompressionEnabled = true,
        CompressionCapable = true,
        DecompressionEnabled = true,
        CompressionAlgorithm = 1,
        DecompressionAlgorithm = 1,
    },
    (2, 0x80), (3, 0xE0), (4, 0xFF), (5, 0xFF), (6, 0xFF), (7, 0xFF));
