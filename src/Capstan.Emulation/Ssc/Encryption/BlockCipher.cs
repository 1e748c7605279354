using System.Buffers.Binary;
using System.Security.Cryptography;
using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Ssc;

/// <summary>How a block came out of its decryption.</summary>
internal enum Decrypted
{
    Whole,

    /// <summary>It was encrypted with another key.</summary>
    WrongKey,

    /// <summary>It is of this key, and not what was written.</summary>
    Damaged,

    /// <summary>By an algorithm that this version does not know.</summary>
    UnknownAlgorithm,
}

/// <summary>
/// Encrypts and decrypts blocks under one key. No pair of key and nonce is ever used twice: every time a drive gets a key it takes
/// a salt of 128 random bits, the key that really encrypts is derived from both, and a counter makes the nonces; docs/decisions/0024.
/// </summary>
/// <remarks>Nothing is allocated for a block, except when its salt is not that of the one before it. One thread.</remarks>
internal sealed class BlockCipher : IDisposable
{
    internal const int KeyLength = 32;

    private const int NonceLength = 12;

    /// <summary>After so many blocks another salt: far before anything that SP 800-38D says about one key.</summary>
    private const ulong BlocksPerSalt = 1UL << 32;

    private readonly byte[] _key = GC.AllocateArray<byte>(KeyLength, pinned: true);
    private readonly DerivedKey _writing = new();
    private readonly DerivedKey _reading = new();
    private byte[] _scratch = [];
    private ulong _counter = BlocksPerSalt;

    internal BlockCipher(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength, nameof(key));
        key.CopyTo(_key);
    }

    /// <summary>Whether this machine has what AES-GCM needs: OpenSSL's libraries.</summary>
    internal static bool IsSupported => AesGcm.IsSupported;

    /// <summary>The key, for the drive's memory alone.</summary>
    internal ReadOnlySpan<byte> Key => _key;

    private static ReadOnlySpan<byte> KeyPurpose => "capstan block key 1"u8;

    private static ReadOnlySpan<byte> CheckPurpose => "capstan key check 1"u8;

    /// <summary>Encrypts a block.</summary>
    /// <param name="block">1 byte or more.</param>
    /// <param name="descriptors">Key-associated data descriptors.</param>
    /// <param name="kadFormat">KAD FORMAT.</param>
    /// <param name="isRawReadDisabled">The block is marked as not to be read raw.</param>
    /// <param name="uncompressedLength">Length of the block before it was compressed; 0 when it was not.</param>
    /// <param name="trailerLength">How much of the answer is the trailer.</param>
    /// <returns>Ciphertext and trailer; valid until the next call.</returns>
    internal ReadOnlySpan<byte> Encrypt(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> descriptors, byte kadFormat, bool isRawReadDisabled, int uncompressedLength,
        out int trailerLength)
    {
        if (_counter >= BlocksPerSalt)
        {
            Span<byte> salt = stackalloc byte[EncryptedTrailer.SaltLength];
            RandomNumberGenerator.Fill(salt);
            _writing.Derive(_key, salt);
            _counter = 0;
        }
        Span<byte> stored = Scratch(block.Length + EncryptedTrailer.MaxLength);
        Span<byte> trailer = stored[block.Length..];
        ulong counter = _counter++;
        trailerLength = EncryptedTrailer.Encode(trailer, kadFormat, isRawReadDisabled, counter, _writing.Salt, _writing.Check, descriptors, uncompressedLength);
        trailer = trailer[..trailerLength];
        Span<byte> nonce = stackalloc byte[NonceLength];
        Nonce(nonce, counter);
        Span<byte> tag = stackalloc byte[EncryptedTrailer.TagLength];
        // The tag's place is zero while the trailer is authenticated.
        _writing.Aes!.Encrypt(nonce, block, stored[..block.Length], tag, trailer);
        tag.CopyTo(EncryptedTrailer.TagOf(trailer));
        return stored[..(block.Length + trailerLength)];
    }

    /// <summary>Decrypts a block where it is. What is not whole is wiped.</summary>
    internal Decrypted Decrypt(Span<byte> block, ReadOnlySpan<byte> trailer)
    {
        if (!EncryptedTrailer.TryDecode(trailer, out EncryptedTrailer fields) || fields.Algorithm != EncryptedTrailer.AesGcm256)
            return Decrypted.UnknownAlgorithm;
        if (!HasKeyOf(fields))
            return Decrypted.WrongKey;
        Span<byte> nonce = stackalloc byte[NonceLength];
        Nonce(nonce, fields.Counter);
        Span<byte> authenticated = stackalloc byte[EncryptedTrailer.MaxLength];
        authenticated = authenticated[..trailer.Length];
        trailer.CopyTo(authenticated);
        EncryptedTrailer.TagOf(authenticated).Clear();
        try
        {
            _reading.Aes!.Decrypt(nonce, block, fields.Tag, block, authenticated);
            return Decrypted.Whole;
        }
        catch (AuthenticationTagMismatchException)
        {
            block.Clear();
            return Decrypted.Damaged;
        }
    }

    /// <summary>Whether a block was encrypted with this key.</summary>
    internal bool HasKeyOf(in EncryptedTrailer trailer)
    {
        if (_reading.Aes is null || !_reading.Salt.SequenceEqual(trailer.Salt))
            _reading.Derive(_key, trailer.Salt);
        return CryptographicOperations.FixedTimeEquals(_reading.Check, trailer.KeyCheck);
    }

    /// <summary>Memory for one block and its trailer; what it held before is gone.</summary>
    internal Span<byte> Scratch(int length)
    {
        if (_scratch.Length < length)
        {
            CryptographicOperations.ZeroMemory(_scratch);
            _scratch = GC.AllocateUninitializedArray<byte>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length), pinned: true);
        }
        return _scratch.AsSpan(0, length);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        CryptographicOperations.ZeroMemory(_scratch);
        _writing.Dispose();
        _reading.Dispose();
    }

    private static void Nonce(Span<byte> nonce, ulong counter)
    {
        nonce[..4].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], counter);
    }

    /// <summary>What is derived from the key and a salt.</summary>
    private sealed class DerivedKey : IDisposable
    {
        private readonly byte[] _salt = new byte[EncryptedTrailer.SaltLength];
        private readonly byte[] _check = new byte[EncryptedTrailer.KeyCheckLength];

        internal AesGcm? Aes { get; private set; }

        internal ReadOnlySpan<byte> Salt => _salt;

        internal ReadOnlySpan<byte> Check => _check;

        internal void Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
        {
            Aes?.Dispose();
            salt.CopyTo(_salt);
            Span<byte> derived = stackalloc byte[KeyLength];
            HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt, KeyPurpose);
            Aes = new AesGcm(derived, EncryptedTrailer.TagLength);
            CryptographicOperations.ZeroMemory(derived);
            HKDF.DeriveKey(HashAlgorithmName.SHA256, key, _check, salt, CheckPurpose);
        }

        public void Dispose() => Aes?.Dispose();
    }
}
