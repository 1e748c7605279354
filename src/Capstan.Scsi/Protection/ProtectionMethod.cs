namespace Capstan.Scsi;

/// <summary>LOGICAL BLOCK PROTECTION METHOD (SSC-5, Control Data Protection mode page): which checksum travels behind each block.</summary>
public enum ProtectionMethod : byte
{
    None = 0,

    /// <summary>Reed-Solomon CRC (ECMA-319), the method of LTO-5 and LTO-6.</summary>
    ReedSolomon = 1,

    /// <summary>CRC32C, Castagnoli (RFC 7143), the method of LTO-7 and later.</summary>
    Crc32C = 2,
}
