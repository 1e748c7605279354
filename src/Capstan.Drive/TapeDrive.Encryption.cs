using System.Security.Cryptography;
using System.Text;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <remarks>
/// Encryption in the drive: SECURITY PROTOCOL IN and OUT, protocol 20h (SSC-4 8.5). Keys pass through pinned memory that is wiped at once.
/// </remarks>
public sealed partial class TapeDrive
{
    private const int EncryptionPageBytes = 1024;

    /// <summary>CEEM: who encrypted a block is not looked at.</summary>
    private const byte ModeNotChecked = 1;
    private const byte RawReadAllowed = 2;

    /// <summary>KAD FORMAT: the U-KAD is a name in ASCII.</summary>
    private const byte AsciiKeyName = 2;

    /// <summary>What the drive encrypts with; empty when it has no encryption.</summary>
    public IReadOnlyList<EncryptionAlgorithm> ReadEncryptionAlgorithms() =>
        ReadEncryptionCapabilities() is { } page ? EncryptionAlgorithm.AllOf(page) : [];

    /// <summary>What can be set in the drive; null when it does not tell.</summary>
    public EncryptionAbilities? ReadEncryptionAbilities() => ReadEncryptionManagement() is { } page ? EncryptionAbilities.Of(page) : null;

    /// <summary>What is set in the drive; null when it has no encryption. Moves no tape.</summary>
    /// <remarks>A drive that was once seen to encrypt is held to it in every stream of writes from then on.</remarks>
    public EncryptionState? ReadEncryption() => ReadEncryptionStatus() is { } page ? EncryptionState.Of(page) : null;

    /// <summary>What stands where the tape stands, without reading it or moving; null when the drive does not tell.</summary>
    /// <exception cref="TapeMediumException">There is no tape.</exception>
    public NextBlockEncryption? ReadNextBlock() => ReadNextBlockEncryption() is { } page ? NextBlockEncryption.Of(page) : null;

    /// <summary>What the drive encrypts with.</summary>
    /// <returns>Null when it has no encryption.</returns>
    internal DataEncryptionCapabilities? ReadEncryptionCapabilities() =>
        AskEncryption(TapeEncryptionPage.Capabilities, DataEncryptionCapabilities.TryDecode, out DataEncryptionCapabilities page) ? page : null;

    /// <summary>What can be set in the drive.</summary>
    /// <returns>Null when it does not tell.</returns>
    internal DataEncryptionManagement? ReadEncryptionManagement() =>
        AskEncryption(TapeEncryptionPage.ManagementCapabilities, DataEncryptionManagement.TryDecode, out DataEncryptionManagement page) ? page : null;

    /// <summary>What is set in the drive. A drive that was once seen to encrypt is held to it in every stream of writes from then on.</summary>
    /// <returns>Null when it has no encryption.</returns>
    internal DataEncryptionStatus? ReadEncryptionStatus()
    {
        if (!AskEncryption(TapeEncryptionPage.Status, DataEncryptionStatus.TryDecode, out DataEncryptionStatus page))
            return null;
        if (page.Encryption != EncryptionMode.Disable)
            _expectedEncryption ??= page;
        return page;
    }

    /// <summary>What stands where the tape stands, without reading it or moving.</summary>
    /// <returns>Null when the drive has no encryption.</returns>
    /// <exception cref="TapeMediumException">There is no tape.</exception>
    internal NextBlockEncryptionStatus? ReadNextBlockEncryption() =>
        AskEncryption(TapeEncryptionPage.NextBlockStatus, NextBlockEncryptionStatus.TryDecode, out NextBlockEncryptionStatus page) ? page : null;

    /// <summary>Sets the drive's encryption, reads it back, and compares. Moves no tape.</summary>
    /// <param name="settings">What is wanted.</param>
    /// <param name="key">Where the settings need one. While it is not disposed, it is given to the drive again after a reset.</param>
    /// <returns>As the drive tells it.</returns>
    /// <exception cref="TapeEncryptionException">The drive cannot do it, refuses, or does something else.</exception>
    /// <exception cref="ArgumentException">No key, or a description that is no printable ASCII.</exception>
    public EncryptionState SetEncryption(EncryptionSettings settings, EncryptionKey? key = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.NeedsKey && key is null)
            throw new ArgumentException("These settings need a key.", nameof(key));
        if (settings.Description.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException("A key description is printable ASCII.", nameof(settings));
        DataEncryptionAlgorithm algorithm = FindAlgorithm(settings);
        SendEncryption(settings, algorithm, settings.NeedsKey ? key : null);
        if (!AskEncryption(TapeEncryptionPage.Status, DataEncryptionStatus.TryDecode, out DataEncryptionStatus status))
            throw EncryptionError(EncryptionFault.Refused, "it took the settings and does not tell them");
        if ((EncryptionOfWrites)status.Encryption != settings.Writes || (EncryptionOfReads)status.Decryption != settings.Reads)
        {
            throw EncryptionError(EncryptionFault.Refused,
                $"it took the settings and says something else now: encryption {status.Encryption}, decryption {status.Decryption}. Another host or the library may control it");
        }

        _expectedEncryption = status.Encryption == EncryptionMode.Disable ? null : status;
        _isEncryptionSure = true;
        (_heldSettings, _heldKey) = settings.NeedsKey ? (settings, key) : (null, null);
        return EncryptionState.Of(status);
    }

    private DataEncryptionAlgorithm FindAlgorithm(EncryptionSettings settings)
    {
        if (ReadEncryptionCapabilities() is not { } capabilities)
            throw EncryptionError(EncryptionFault.Unsupported, "this drive cannot encrypt: it has no SECURITY PROTOCOL for tape encryption");
        if (capabilities.IsConfigurationPrevented)
        {
            throw EncryptionError(EncryptionFault.Refused,
                "its encryption is controlled from elsewhere (by the library or a key manager), and it takes no keys from here. Change the library's encryption method to 'application managed'");
        }

        DataEncryptionAlgorithm? found = null;
        foreach (DataEncryptionAlgorithm candidate in capabilities.Algorithms)
        {
            bool isBetter = found is null || found.Value.SecurityAlgorithmCode != DataEncryptionAlgorithm.AesGcm256;
            if (candidate.IsUsable && candidate.KeyBytes == EncryptionKey.LengthBytes && isBetter)
                found = candidate;
        }

        if (found is not { } algorithm)
            throw EncryptionError(EncryptionFault.Unsupported, "this drive cannot encrypt with AES-256: it lists no such algorithm");
        if (settings.Description is { } description && description.Length > algorithm.MaximumUnauthenticatedBytes)
        {
            throw EncryptionError(EncryptionFault.Refused,
                $"it takes key descriptions of at most {algorithm.MaximumUnauthenticatedBytes} characters, and '{description}' has {description.Length}");
        }

        return settings.AuthenticatedData.Length <= algorithm.MaximumAuthenticatedBytes ? algorithm
            : throw EncryptionError(EncryptionFault.Refused, $"it takes authenticated data (A-KAD) of at most {algorithm.MaximumAuthenticatedBytes} bytes");
    }

    private void SendEncryption(EncryptionSettings settings, in DataEncryptionAlgorithm algorithm, EncryptionKey? key)
    {
        byte[] list = GC.AllocateArray<byte>(EncryptionPageBytes, pinned: true);
        try
        {
            int length = WriteEncryption(list, settings, algorithm, key);
            var command = new SecurityProtocolOut(SecurityProtocol.TapeDataEncryption, TapeEncryptionPage.SetDataEncryption, length);
            for (int attempt = 0; ; attempt++)
            {
                SenseVerdict verdict = Run(command, DataTransfer.ToDevice(list.AsSpan(0, length)), _timeouts.HousekeepingSeconds);
                if (verdict == SenseVerdict.Done)
                    return;
                // Nothing was set; that the drive was reset, or its tape changed, is no reason against it.
                if (verdict is SenseVerdict.DeviceReset or SenseVerdict.MediumChanged && attempt < MaxRetries)
                    continue;
                SenseData sense = _sense;
                throw verdict == SenseVerdict.IllegalRequest
                    ? new TapeEncryptionException(EncryptionFault.Refused, $"{Name}: the drive refuses these encryption settings: {sense}.", sense)
                    : DriveErrors.Sense(Name, SecurityProtocolOut.Name, verdict, sense);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(list);
        }
    }

    private static int WriteEncryption(Span<byte> list, EncryptionSettings settings, in DataEncryptionAlgorithm algorithm, EncryptionKey? key)
    {
        Span<byte> descriptors = stackalloc byte[256];
        int length = settings.Writes == EncryptionOfWrites.On ? WriteDescriptors(descriptors, settings, algorithm) : 0;
        return new SetDataEncryption
        {
            Scope = (EncryptionScope)settings.Audience,
            Lock = settings.Lock,
            ExternalModeCheck = ModeNotChecked,
            RawMode = settings is { Writes: EncryptionOfWrites.On, AllowsRawRead: true } ? RawReadAllowed : (byte)0,
            ClearOnDemount = settings.ClearOnDemount,
            Encryption = (EncryptionMode)settings.Writes,
            Decryption = (DecryptionMode)settings.Reads,
            AlgorithmIndex = algorithm.Index,
            KadFormat = length > 0 && settings.Description is not null && algorithm.HasKadFormat ? AsciiKeyName : (byte)0,
            Key = key is null ? default : key.Bytes,
            Descriptors = descriptors[..length],
        }.WriteTo(list);
    }

    private static int WriteDescriptors(Span<byte> descriptors, EncryptionSettings settings, in DataEncryptionAlgorithm algorithm)
    {
        int length = 0;
        if (settings.Description is { Length: > 0 } description)
        {
            string text = algorithm.IsUnauthenticatedFixed ? description.PadRight(algorithm.MaximumUnauthenticatedBytes) : description;
            length = new KeyAssociatedData(KeyAssociatedDataType.Unauthenticated, [.. Encoding.ASCII.GetBytes(text)]).WriteTo(descriptors);
        }

        if (settings.AuthenticatedData is { IsEmpty: false } authenticated)
            length += new KeyAssociatedData(KeyAssociatedDataType.Authenticated, [.. authenticated.Span]).WriteTo(descriptors[length..]);
        return length;
    }

    private delegate bool EncryptionDecoder<T>(ReadOnlySpan<byte> data, out T page);

    /// <returns>False when the drive has no such protocol or page.</returns>
    private bool AskEncryption<T>(ushort code, EncryptionDecoder<T> decode, out T page)
    {
        T found = default!;
        bool isTold = Again(SecurityProtocolIn.Name, isAbsolute: false, () => AskEncryptionOnce(code, decode, out found));
        page = found;
        return isTold;
    }

    private bool AskEncryptionOnce<T>(ushort code, EncryptionDecoder<T> decode, out T page)
    {
        byte[] answer = new byte[EncryptionPageBytes];
        SenseVerdict verdict = Run(
            new SecurityProtocolIn(SecurityProtocol.TapeDataEncryption, code, answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        page = default!;
        // Some drives answer the question for the next block at end of data with what a READ would meet there.
        if (verdict is SenseVerdict.IllegalRequest or SenseVerdict.EndOfData)
            return false;
        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, SecurityProtocolIn.Name, verdict, _sense);
        return decode(answer.AsSpan(0, Received(answer.Length)), out page)
            ? true
            : throw new TapeCommandException($"{Name}: the drive's answer about its encryption (page {code:X4}h) is malformed.");
    }

    private TapeEncryptionException EncryptionError(EncryptionFault fault, string what) => new(fault, $"{Name}: {what}.");
}
