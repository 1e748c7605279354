using System.Buffers.Binary;
using System.Security.Cryptography;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>The encryption parameters of a drive as bytes, key and all: for memory that is gone with the power, and for nothing else.</summary>
// byte 0-7    "CAPKEY1" and a zero
// byte 8-11   key instance counter of the drive      byte 12-15  of these parameters
// byte 16     SCOPE  17 ENCRYPTION MODE  18 DECRYPTION MODE  19 CEEM  20 RDMC  21 KAD FORMAT
// byte 22     flags: 2 CKOD  1 CKORP  0 CKORL
// byte 23     whether there is a key
// byte 24-25  length of the descriptors
// byte 26-57  key, then the descriptors
// All integers little-endian.
internal static class EncryptionImage
{
    internal const int MaxLength = 512;

    private const int FixedLength = 58;

    private static ReadOnlySpan<byte> Magic => "CAPKEY1\0"u8;

    /// <summary>Writes the parameters and returns their length; 0 when there are none worth keeping.</summary>
    internal static int Write(DriveEncryption encryption, Span<byte> image)
    {
        if (encryption.For(DriveEncryption.OwnNexus) is not { } parameters
            || parameters is { Encryption: EncryptionMode.Disable, Decryption: DecryptionMode.Disable })
            return 0;
        image.Clear();
        Magic.CopyTo(image);
        BinaryPrimitives.WriteUInt32LittleEndian(image[8..], encryption.KeyInstance);
        BinaryPrimitives.WriteUInt32LittleEndian(image[12..], parameters.KeyInstance);
        image[16] = (byte)parameters.Scope;
        image[17] = (byte)parameters.Encryption;
        image[18] = (byte)parameters.Decryption;
        image[19] = parameters.ExternalModeCheck;
        image[20] = parameters.RawMode;
        image[21] = parameters.KadFormat;
        image[22] = (byte)((parameters.ClearOnDemount ? 4 : 0) | (parameters.ClearOnPreempt ? 2 : 0) | (parameters.ClearOnReservationLoss ? 1 : 0));
        if (parameters.Cipher is { } cipher)
        {
            image[23] = 1;
            cipher.Key.CopyTo(image[26..]);
        }
        BinaryPrimitives.WriteUInt16LittleEndian(image[24..], (ushort)parameters.Descriptors.Length);
        parameters.Descriptors.CopyTo(image[FixedLength..]);
        return FixedLength + parameters.Descriptors.Length;
    }

    /// <summary>Puts parameters back; false when these bytes are none.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> image, DriveEncryption encryption)
    {
        if (image.Length < FixedLength || !image.StartsWith(Magic))
            return false;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(image[24..]);
        if (image.Length != FixedLength + length)
            return false;
        encryption.Restore(
            new EncryptionParameters
            {
                Scope = (EncryptionScope)image[16],
                Encryption = (EncryptionMode)image[17],
                Decryption = (DecryptionMode)image[18],
                ExternalModeCheck = image[19],
                RawMode = image[20],
                KadFormat = image[21],
                ClearOnDemount = (image[22] & 4) != 0,
                ClearOnPreempt = (image[22] & 2) != 0,
                ClearOnReservationLoss = (image[22] & 1) != 0,
                Descriptors = image[FixedLength..].ToArray(),
                KeyInstance = BinaryPrimitives.ReadUInt32LittleEndian(image[12..]),
                Cipher = image[23] != 0 ? new BlockCipher(image.Slice(26, BlockCipher.KeyLength)) : null,
            },
            BinaryPrimitives.ReadUInt32LittleEndian(image[8..]));
        return true;
    }

    /// <summary>Memory that the collector does not move, and so leaves no copies of.</summary>
    internal static byte[] NewBuffer() => GC.AllocateArray<byte>(MaxLength, pinned: true);

    internal static void Wipe(byte[] image) => CryptographicOperations.ZeroMemory(image);
}
