using System.Buffers.Binary;
using System.IO.Hashing;

namespace Capstan.Emulation.Cartridges;

/// <summary>The 64 bytes in front of every record. All integers little-endian; reserved bytes are zero.</summary>
// byte 0-3    magic "CREC"
// byte 4      kind: 1 block, 2 filemark
// byte 5      encoding of the payload: 0 as written, 1 encrypted: ciphertext of the logical length, then a trailer (EncryptedTrailer),
//             2 compressed: an LZ4 block shorter than the logical length, 3 compressed, then encrypted: ciphertext of that, then a trailer
// byte 6      flags: bit 0 the initiator handed it over encrypted (EXTERNAL mode)
// byte 7      reserved
// byte 8-15   logical object identifier
// byte 16-23  file number: filemarks before this object
// byte 24-27  logical length: bytes as the initiator wrote them
// byte 28-31  stored length: bytes that follow this header
// byte 32-39  generation
// byte 40-47  XXH3-64 of the stored bytes
// byte 48-51  length of the trailer, with encoding 3; else 0        byte 52-55  reserved
// byte 56-63  XXH3-64 of bytes 0-55, seeded with the lower half of the cartridge identity plus the header's offset in the file:
//             a header is valid only where it was written, so a cartridge file that is itself in a backup is never mistaken
internal readonly struct RecordHeader
{
    internal const int Length = 64;
    internal const int MaxBlockBytes = 0xFFFFFF;

    private const byte AsWritten = 0;
    private const byte Encrypted = 1;
    private const byte Compressed = 2;
    private const byte CompressedAndEncrypted = 3;
    private const byte ExternalFlag = 0x01;

    internal static ReadOnlySpan<byte> Magic => "CREC"u8;

    internal ObjectKind Kind { get; private init; }

    internal long ObjectId { get; private init; }

    internal long FileNumber { get; private init; }

    internal int LogicalLength { get; private init; }

    internal int StoredLength { get; private init; }

    internal ulong Generation { get; private init; }

    internal ulong PayloadChecksum { get; private init; }

    /// <summary>The payload is ciphertext and a trailer.</summary>
    internal bool IsEncrypted { get; private init; }

    /// <summary>What is stored is shorter than the block was.</summary>
    internal bool IsCompressed { get; private init; }

    /// <summary>Bytes of the payload that are the trailer of an encrypted block; 0 for others.</summary>
    internal int TrailerLength { get; private init; }

    /// <summary>The initiator handed the block over encrypted.</summary>
    internal bool IsExternal { get; private init; }

    internal static void EncodeBlock(Span<byte> header, long objectId, long fileNumber, int length, ulong generation, ulong checksum, long seed) =>
        Encode(header, ObjectKind.Block, AsWritten, 0, objectId, fileNumber, length, length, generation, checksum, seed);

    internal static void EncodeCompressed(
        Span<byte> header, long objectId, long fileNumber, int length, int storedLength, ulong generation, ulong checksum, long seed) =>
        Encode(header, ObjectKind.Block, Compressed, 0, objectId, fileNumber, length, storedLength, generation, checksum, seed);

    /// <param name="header">64 bytes.</param>
    /// <param name="objectId">Logical object identifier.</param>
    /// <param name="fileNumber">Filemarks before it.</param>
    /// <param name="length">As the initiator wrote it.</param>
    /// <param name="storedLength">Ciphertext and trailer.</param>
    /// <param name="trailerLength">The trailer.</param>
    /// <param name="isCompressed">The ciphertext is that of a compressed block.</param>
    /// <param name="isExternal">The initiator handed it over encrypted.</param>
    /// <param name="generation">Running generation.</param>
    /// <param name="checksum">Of the stored bytes.</param>
    /// <param name="seed">Cartridge identity plus offset.</param>
    internal static void EncodeEncrypted(
        Span<byte> header, long objectId, long fileNumber, int length, int storedLength, int trailerLength, bool isCompressed, bool isExternal,
        ulong generation, ulong checksum, long seed) =>
        Encode(
            header, ObjectKind.Block, isCompressed ? CompressedAndEncrypted : Encrypted, isExternal ? ExternalFlag : (byte)0, objectId, fileNumber, length,
            storedLength, generation, checksum, seed, isCompressed ? trailerLength : 0);

    internal static void EncodeFilemark(Span<byte> header, long objectId, long fileNumber, ulong generation, long seed) =>
        Encode(header, ObjectKind.Filemark, AsWritten, 0, objectId, fileNumber, 0, 0, generation, 0, seed);

    private static void Encode(
        Span<byte> header, ObjectKind kind, byte encoding, byte flags, long objectId, long fileNumber, int length, int storedLength,
        ulong generation, ulong checksum, long seed, int trailerLength = 0)
    {
        header[..Length].Clear();
        Magic.CopyTo(header);
        header[4] = (byte)kind;
        header[5] = encoding;
        header[6] = flags;
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], objectId);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], fileNumber);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], length);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], storedLength);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], generation);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], checksum);
        BinaryPrimitives.WriteInt32LittleEndian(header[48..], trailerLength);
        BinaryPrimitives.WriteUInt64LittleEndian(header[56..], XxHash3.HashToUInt64(header[..56], seed));
    }

    /// <summary>Whether these bytes are a header.</summary>
    /// <param name="bytes">64 bytes.</param>
    /// <param name="seed">Cartridge identity plus offset.</param>
    /// <param name="header">The header, when the answer is true.</param>
    internal static bool TryDecode(ReadOnlySpan<byte> bytes, long seed, out RecordHeader header)
    {
        header = default;
        if (bytes.Length < Length || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[56..]) != XxHash3.HashToUInt64(bytes[..56], seed))
            return false;
        int logicalLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]);
        int storedLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]);
        byte encoding = bytes[5];
        header = new RecordHeader
        {
            Kind = (ObjectKind)bytes[4],
            ObjectId = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            FileNumber = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            LogicalLength = logicalLength,
            StoredLength = storedLength,
            Generation = BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
            PayloadChecksum = BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]),
            IsEncrypted = encoding is Encrypted or CompressedAndEncrypted,
            IsCompressed = encoding is Compressed or CompressedAndEncrypted,
            TrailerLength = encoding switch
            {
                Encrypted => (int)Math.Clamp((long)storedLength - logicalLength, int.MinValue, int.MaxValue),
                CompressedAndEncrypted => BinaryPrimitives.ReadInt32LittleEndian(bytes[48..]),
                _ => 0,
            },
            IsExternal = (bytes[6] & ExternalFlag) != 0,
        };
        long payload = (long)storedLength - header.TrailerLength;
        bool isLengthRight = encoding == AsWritten ? storedLength == logicalLength
            : encoding <= CompressedAndEncrypted && header.Kind == ObjectKind.Block
                && (!header.IsEncrypted || header.TrailerLength is >= EncryptedTrailer.MinLength and <= EncryptedTrailer.MaxLength)
                && (header.IsCompressed ? payload >= 1 && payload < logicalLength : payload == logicalLength);
        return isLengthRight && header.LogicalLength is >= 0 and <= MaxBlockBytes
            && header.ObjectId >= 0 && header.FileNumber >= 0
            && (header.Kind == ObjectKind.Block ? header.LogicalLength > 0 : header.Kind == ObjectKind.Filemark && header.LogicalLength == 0);
    }
}
