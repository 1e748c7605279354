using System.Security.Cryptography;
using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>
/// The encryption of a drive (SSC-4 4.2.22): parameters for all I_T nexuses and of single ones, and what becomes of blocks under
/// them. All of it is volatile.
/// </summary>
internal sealed class DriveEncryption : IDisposable
{
    /// <summary>The I_T nexus of whoever uses the drive: a virtual drive has one.</summary>
    internal const int OwnNexus = 0;

    private readonly Dictionary<int, EncryptionParameters> _local = [];
    private readonly Dictionary<int, uint> _locks = [];
    private EncryptionParameters? _forAll;
    private uint _keyInstance;

    /// <summary>ALGORITHM INDEX of AES-256-GCM; vendors differ.</summary>
    internal byte AlgorithmIndex { get; set; } = 1;

    /// <summary>Whether the drive encrypts at all: this machine may lack what that needs.</summary>
    internal bool IsSupported { get; init; } = BlockCipher.IsSupported;

    /// <summary>Whether a reservation is in effect: CKORP and CKORL mean something then.</summary>
    internal Func<bool> IsReserved { get; set; } = static () => false;

    /// <summary>Counts changes, for whoever keeps the parameters.</summary>
    internal long Changes { get; private set; }

    /// <summary>KEY INSTANCE COUNTER of the newest key.</summary>
    internal uint KeyInstance => _keyInstance;

    /// <summary>What applies to a nexus; null when nothing was set.</summary>
    internal EncryptionParameters? For(int nexus) => _local.GetValueOrDefault(nexus) ?? _forAll;

    /// <summary>Whether what the owner of the drive writes is encrypted.</summary>
    internal bool IsEncrypting => For(OwnNexus)?.Encryption == EncryptionMode.Encrypt;

    /// <summary>Why the last block could not be read.</summary>
    internal SenseCode Refusal { get; private set; }

    /// <summary>Takes a page that was found to be right.</summary>
    /// <returns>Whether the parameters of other nexuses are different ones now.</returns>
    internal bool Set(int nexus, in SetDataEncryption page)
    {
        Changes++;
        _locks.Remove(nexus);
        bool affectsOthers = page.Scope == EncryptionScope.AllNexuses;
        if (page.Scope == EncryptionScope.Public)
        {
            Forget(nexus);
        }
        else
        {
            var parameters = new EncryptionParameters
            {
                Scope = page.Scope,
                Encryption = page.Encryption,
                Decryption = page.Decryption,
                ExternalModeCheck = page.ExternalModeCheck,
                RawMode = page.RawMode,
                ClearOnDemount = page.ClearOnDemount,
                ClearOnPreempt = page.ClearOnPreempt,
                ClearOnReservationLoss = page.ClearOnReservationLoss,
                KadFormat = page.KadFormat,
                Descriptors = page.Descriptors.ToArray(),
                Cipher = page.NeedsKey ? new BlockCipher(page.Key) : null,
                KeyInstance = ++_keyInstance,
            };
            // Either way the nexus has no parameters of its own besides these.
            Forget(nexus);
            if (affectsOthers)
                Replace(ref _forAll, parameters);
            else
                _local[nexus] = parameters;
        }
        if (page.Lock)
            _locks[nexus] = For(nexus)?.KeyInstance ?? 0;
        return affectsOthers;
    }

    /// <summary>Puts parameters back that a process before this one kept.</summary>
    internal void Restore(EncryptionParameters parameters, uint keyInstance)
    {
        _keyInstance = keyInstance;
        if (parameters.Scope == EncryptionScope.Local)
            _local[OwnNexus] = parameters;
        else
            Replace(ref _forAll, parameters);
    }

    /// <summary>Power, reset: everything is gone.</summary>
    internal void Clear() => ClearWhere(static _ => true);

    internal void VolumeDemounted() => ClearWhere(static parameters => parameters.ClearOnDemount);

    internal void ReservationPreempted() => ClearWhere(static parameters => parameters.ClearOnPreempt);

    internal void ReservationLost() => ClearWhere(static parameters => parameters.ClearOnReservationLoss);

    /// <summary>LOCK: somebody else changed the key meanwhile (07/2A/13).</summary>
    internal bool IsLockedOut(int nexus) => _locks.TryGetValue(nexus, out uint instance) && instance != (For(nexus)?.KeyInstance ?? 0);

    /// <summary>Writes a block as the parameters say.</summary>
    /// <param name="tape">Where.</param>
    /// <param name="position">Where on it.</param>
    /// <param name="block">The block.</param>
    /// <param name="packed">The same compressed; empty when it is not to be. Compression comes first: ciphertext does not compress.</param>
    internal AppendResult Append(ITapeMedium tape, long position, ReadOnlySpan<byte> block, ReadOnlySpan<byte> packed = default)
    {
        if (For(OwnNexus) is not { Encryption: not EncryptionMode.Disable } parameters)
            return packed.IsEmpty ? tape.Append(position, block) : tape.AppendCompressed(position, packed, block.Length);
        if (parameters.Encryption == EncryptionMode.External)
            return EncryptedTrailer.TryFind(block, out int found) ? tape.AppendEncrypted(position, block, found, isExternal: true) : default;
        ReadOnlySpan<byte> stored = parameters.Cipher!.Encrypt(
            packed.IsEmpty ? block : packed, parameters.Descriptors, parameters.KadFormat, parameters.IsRawReadDisabled,
            packed.IsEmpty ? 0 : block.Length, out int trailer);
        return tape.AppendEncrypted(position, stored, trailer, isExternal: false);
    }

    /// <summary>Whether the parameters let a block be written: in EXTERNAL mode it must be an encrypted one.</summary>
    internal bool MayAppend(ReadOnlySpan<byte> block) =>
        For(OwnNexus)?.Encryption != EncryptionMode.External || EncryptedTrailer.TryFind(block, out _);

    /// <summary>Reads a block as the parameters say.</summary>
    /// <returns>As the tape; Encrypted where the block may not be read, and <see cref="Refusal"/> says why.</returns>
    internal ReadStatus Read(ITapeMedium tape, long objectId, Span<byte> destination, out int lengthBytes)
    {
        EncryptionParameters? parameters = For(OwnNexus);
        ReadStatus status = tape.ReadBlock(objectId, destination, out lengthBytes);
        if (status == ReadStatus.Block && parameters?.Decryption == DecryptionMode.Decrypt)
        {
            destination[..Math.Min(lengthBytes, destination.Length)].Clear();
            return Refuse(SenseCode.UnencryptedDataEncounteredWhileDecrypting);
        }
        if (status != ReadStatus.Encrypted)
            return status;
        return parameters?.Decryption switch
        {
            DecryptionMode.Decrypt or DecryptionMode.Mixed => Decrypt(parameters, tape, objectId, destination, lengthBytes),
            DecryptionMode.Raw => ReadRaw(tape, objectId, destination, ref lengthBytes),
            _ => Refuse(SenseCode.UnableToDecryptData),
        };
    }

    /// <summary>What the next block is, without decrypting it.</summary>
    internal NextBlockEncryptionStatus DescribeNext(ITapeMedium tape, long objectId)
    {
        var status = new NextBlockEncryptionStatus((ulong)objectId, BlockEncryption.NotKnownNow, 0, []);
        ReadStatus read = tape.GetObject(objectId, out _);
        if (read != ReadStatus.Encrypted)
        {
            return status with
            {
                Encryption = read switch
                {
                    ReadStatus.Block => BlockEncryption.NotEncrypted,
                    ReadStatus.Filemark => BlockEncryption.NotABlock,
                    _ => BlockEncryption.NotKnownNow,
                },
            };
        }
        Span<byte> bytes = stackalloc byte[EncryptedTrailer.MaxLength];
        if (tape.ReadEncrypted(objectId, default, bytes, out _, out int length, out bool isExternal) != ReadStatus.Encrypted
            || !EncryptedTrailer.TryDecode(bytes[..length], out EncryptedTrailer trailer))
            return status;
        bool isKnown = trailer.Algorithm == EncryptedTrailer.AesGcm256;
        bool decrypts = For(OwnNexus) is { Decryption: DecryptionMode.Decrypt or DecryptionMode.Mixed } parameters
            && parameters.Cipher!.HasKeyOf(trailer);
        return status with
        {
            Encryption = !isKnown ? BlockEncryption.UnsupportedAlgorithm
                : decrypts ? BlockEncryption.Encrypted : BlockEncryption.EncryptedWithoutKey,
            AlgorithmIndex = isKnown ? AlgorithmIndex : (byte)0,
            IsExternal = isExternal,
            IsRawReadDisabled = trailer.IsRawReadDisabled,
            KadFormat = trailer.KadFormat,
            KeyAssociatedData = EncryptionParameters.DescriptorsOf(trailer.Descriptors),
        };
    }

    public void Dispose()
    {
        _forAll?.Dispose();
        foreach (EncryptionParameters parameters in _local.Values)
            parameters.Dispose();
    }

    private ReadStatus Decrypt(EncryptionParameters parameters, ITapeMedium tape, long objectId, Span<byte> destination, int length)
    {
        BlockCipher cipher = parameters.Cipher!;
        bool fits = destination.Length >= length;
        Span<byte> block = fits ? destination[..length] : cipher.Scratch(length);
        Span<byte> trailer = stackalloc byte[EncryptedTrailer.MaxLength];
        ReadStatus status = tape.ReadEncrypted(objectId, block, trailer, out int ciphertextLength, out int trailerLength, out bool isExternal);
        if (status != ReadStatus.Encrypted)
            return status;
        block = block[..ciphertextLength];
        trailer = trailer[..trailerLength];
        if (parameters.ExternalModeCheck == (isExternal ? 2 : 3))
            return RefuseAndWipe(block, SenseCode.EncryptionModeMismatchOnRead);
        switch (cipher.Decrypt(block, trailer))
        {
            case Decrypted.Whole when EncryptedTrailer.TryDecode(trailer, out EncryptedTrailer fields) && fields.UncompressedLength > 0:
                return Unpack(block, fields.UncompressedLength, destination);
            case Decrypted.Whole:
                if (!fits)
                    block[..destination.Length].CopyTo(destination);
                return ReadStatus.Block;
            case Decrypted.WrongKey:
                return RefuseAndWipe(block, SenseCode.IncorrectDataEncryptionKey);
            case Decrypted.Damaged:
                return RefuseAndWipe(block, SenseCode.CryptographicIntegrityValidationFailed);
            default:
                return RefuseAndWipe(block, SenseCode.UnableToDecryptData);
        }
    }

    /// <summary>What was compressed before it was encrypted.</summary>
    private static ReadStatus Unpack(ReadOnlySpan<byte> packed, int length, Span<byte> destination)
    {
        // The packed bytes may lie where the block goes.
        var block = new byte[length];
        if (!BlockCompression.TryUnpack(packed, block))
            return ReadStatus.Damaged;
        block.AsSpan(0, Math.Min(length, destination.Length)).CopyTo(destination);
        CryptographicOperations.ZeroMemory(block);
        return ReadStatus.Block;
    }

    /// <summary>Hands out ciphertext and trailer, which together are the block then.</summary>
    private ReadStatus ReadRaw(ITapeMedium tape, long objectId, Span<byte> destination, ref int length)
    {
        var block = new byte[length + EncryptedTrailer.MaxLength];
        Span<byte> trailer = block.AsSpan(length);
        ReadStatus status = tape.ReadEncrypted(objectId, block.AsSpan(0, length), trailer, out int ciphertextLength, out int trailerLength, out _);
        if (status != ReadStatus.Encrypted)
            return status;
        if (!EncryptedTrailer.TryDecode(trailer[..trailerLength], out EncryptedTrailer fields) || fields.IsRawReadDisabled)
            return Refuse(SenseCode.EncryptedBlockNotRawReadEnabled);
        trailer[..trailerLength].CopyTo(block.AsSpan(ciphertextLength));
        length = ciphertextLength + trailerLength;
        block.AsSpan(0, Math.Min(length, destination.Length)).CopyTo(destination);
        return ReadStatus.Block;
    }

    private ReadStatus RefuseAndWipe(Span<byte> block, SenseCode why)
    {
        block.Clear();
        return Refuse(why);
    }

    private ReadStatus Refuse(SenseCode why)
    {
        Refusal = why;
        return ReadStatus.Encrypted;
    }

    private void Forget(int nexus)
    {
        if (_local.Remove(nexus, out EncryptionParameters? old))
            old.Dispose();
    }

    private void ClearWhere(Func<EncryptionParameters, bool> goes)
    {
        if (_forAll is { } forAll && goes(forAll))
        {
            Replace(ref _forAll, null);
            CountClearing();
        }
        foreach ((int nexus, EncryptionParameters parameters) in _local.ToArray())
        {
            if (!goes(parameters))
                continue;
            Forget(nexus);
            CountClearing();
        }
    }

    private void CountClearing()
    {
        Changes++;
        _keyInstance++;
    }

    private static void Replace(ref EncryptionParameters? place, EncryptionParameters? parameters)
    {
        place?.Dispose();
        place = parameters;
    }
}
