using System.Buffers.Binary;

namespace Capstan.Emulation.Cartridges;

/// <summary>What is stored behind the ciphertext of an encrypted block. Everything in it but the tag is authenticated by the tag.</summary>
// byte 0-1    length of the trailer, bytes
// byte 2      algorithm: 1 AES-256-GCM under a key derived with HKDF-SHA256
// byte 3      KAD FORMAT
// byte 4      flags: bit 0 not to be read raw, bit 1 what was encrypted is a compressed block
// byte 5-7    length of the block before it was compressed, with bit 1; else 0
// byte 8-15   nonce counter
// byte 16-31  salt of the derivation
// byte 32-39  key check: derived from the key and the salt, tells a wrong key from a damaged block
// byte 40-55  tag
// byte 56-n   key-associated data descriptors as SSC-4 8.5.4 has them (big-endian)
internal readonly ref struct EncryptedTrailer
{
    internal const int MinLength = 56;

    /// <summary>With room for the longest U-KAD, A-KAD and M-KAD.</summary>
    internal const int MaxLength = 256;

    internal const int SaltLength = 16;
    internal const int KeyCheckLength = 8;
    internal const int TagLength = 16;
    internal const byte AesGcm256 = 1;

    private const int SaltOffset = 16;
    private const int KeyCheckOffset = 32;
    private const int TagOffset = 40;
    private const byte RawReadDisabledFlag = 1;
    private const byte CompressedFlag = 2;

    private readonly ReadOnlySpan<byte> _bytes;

    private EncryptedTrailer(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal byte Algorithm => _bytes[2];

    internal byte KadFormat => _bytes[3];

    internal bool IsRawReadDisabled => (_bytes[4] & RawReadDisabledFlag) != 0;

    /// <summary>Length of the block before it was compressed; 0 when it was not.</summary>
    internal int UncompressedLength => _bytes[5] | _bytes[6] << 8 | _bytes[7] << 16;

    internal ulong Counter => BinaryPrimitives.ReadUInt64LittleEndian(_bytes[8..]);

    internal ReadOnlySpan<byte> Salt => _bytes.Slice(SaltOffset, SaltLength);

    internal ReadOnlySpan<byte> KeyCheck => _bytes.Slice(KeyCheckOffset, KeyCheckLength);

    internal ReadOnlySpan<byte> Tag => _bytes.Slice(TagOffset, TagLength);

    internal ReadOnlySpan<byte> Descriptors => _bytes[MinLength..];

    /// <summary>Reads a trailer; false when these bytes are none.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> bytes, out EncryptedTrailer trailer)
    {
        trailer = default;
        if (bytes.Length is < MinLength or > MaxLength || BinaryPrimitives.ReadUInt16LittleEndian(bytes) != bytes.Length
            || (bytes[4] & ~(RawReadDisabledFlag | CompressedFlag)) != 0
            || (bytes[4] & CompressedFlag) != 0 != bytes[5..8].ContainsAnyExcept((byte)0))
            return false;
        trailer = new EncryptedTrailer(bytes);
        return true;
    }

    /// <summary>Finds the trailer at the end of an encrypted block whose own length nobody says: what a raw read handed out.</summary>
    internal static bool TryFind(ReadOnlySpan<byte> stored, out int trailerLength)
    {
        for (trailerLength = MinLength; trailerLength <= Math.Min(MaxLength, stored.Length - 1); trailerLength++)
        {
            if (TryDecode(stored[^trailerLength..], out EncryptedTrailer trailer) && trailer.Algorithm == AesGcm256
                && Scsi.KeyAssociatedData.TryReadAll(trailer.Descriptors, out _))
                return true;
        }
        return false;
    }

    /// <summary>Writes everything but the tag, which stays zero.</summary>
    /// <returns>Length of the trailer in bytes.</returns>
    internal static int Encode(
        Span<byte> trailer, byte kadFormat, bool isRawReadDisabled, ulong counter, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> keyCheck,
        ReadOnlySpan<byte> descriptors, int uncompressedLength = 0)
    {
        int length = MinLength + descriptors.Length;
        trailer[..MinLength].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(trailer, (ushort)length);
        trailer[2] = AesGcm256;
        trailer[3] = kadFormat;
        trailer[4] = (byte)((isRawReadDisabled ? RawReadDisabledFlag : 0) | (uncompressedLength > 0 ? CompressedFlag : 0));
        trailer[5] = (byte)uncompressedLength;
        trailer[6] = (byte)(uncompressedLength >> 8);
        trailer[7] = (byte)(uncompressedLength >> 16);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[8..], counter);
        salt.CopyTo(trailer[SaltOffset..]);
        keyCheck.CopyTo(trailer[KeyCheckOffset..]);
        descriptors.CopyTo(trailer[MinLength..]);
        return length;
    }

    /// <summary>Where the tag goes.</summary>
    internal static Span<byte> TagOf(Span<byte> trailer) => trailer.Slice(TagOffset, TagLength);
}
