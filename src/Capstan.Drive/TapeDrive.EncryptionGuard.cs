using Capstan.Scsi;

namespace Capstan.Drive;

/// <remarks>
/// A stream of writes that began in a drive that encrypts never goes on in clear: docs/decisions/0024. The drive's key counter tells: it
/// counts with every key that is set or lost (SSC-4 4.2.22.6).
/// </remarks>
public sealed partial class TapeDrive
{
    /// <summary>The encryption that this driver set or saw, and that streams of writes are held to; null while none was seen.</summary>
    private DataEncryptionStatus? _expectedEncryption;

    /// <summary>Nothing happened since by which the drive could have lost its key.</summary>
    private bool _isEncryptionSure;

    /// <summary>The question for the key is being asked: news of the key that meet it only have it asked again.</summary>
    private bool _isConfirmingKey;

    private EncryptionSettings? _heldSettings;
    private EncryptionKey? _heldKey;

    /// <summary>What is written is encrypted by the drive, as far as this driver has seen: by <see cref="LearnEncryption"/> or by having set it.</summary>
    public bool IsEncrypting => _expectedEncryption is not null;

    /// <summary>What the drive's key is called; null when it has none, or no name.</summary>
    public string? EncryptionKeyDescription => _expectedEncryption?.KeyDescription;

    /// <summary>Something happened by which the drive may have lost modes and keys.</summary>
    private void Doubt()
    {
        _isProtectionSure = false;
        _isEncryptionSure = false;
    }

    /// <summary>
    /// Learns whether the drive encrypts, before a stream of writes; who may not ask (a user without the right to send SECURITY PROTOCOL
    /// IN) learns nothing. Moves no tape.
    /// </summary>
    /// <exception cref="TapeEncryptionException">It was seen to encrypt before, and does no more, or with another key.</exception>
    public void LearnEncryption()
    {
        bool wasEncrypting = IsEncrypting;
        IfPermitted(() => HoldsEncryptedBlocks = ReadEncryptionStatus()?.ContainsEncryptedBlocks == true);
        if (wasEncrypting)
            EnsureEncryption();
    }

    /// <summary>The tape held encrypted blocks at the last <see cref="LearnEncryption"/>, where the drive can tell.</summary>
    public bool HoldsEncryptedBlocks { get; private set; }

    /// <summary>Before the first block of a stream: a drive that was seen to encrypt must still do so.</summary>
    /// <exception cref="TapeEncryptionException">It does no more.</exception>
    private void EnsureEncryption()
    {
        if (_expectedEncryption is null)
            return;
        if (!HasExpectedKey(out string problem) && !TryGiveKeyAgain())
            throw KeyLost(problem);
        _isEncryptionSure = true;
    }

    /// <summary>In a stream: what was written since the last time was encrypted, and what comes will be.</summary>
    private void ConfirmEncryption()
    {
        if (_expectedEncryption is null || _isEncryptionSure)
            return;
        ConfirmKey();
    }

    /// <summary>The same, asked even when nothing gives reason to doubt: a path may swallow what a drive has to tell.</summary>
    private void ConfirmKey()
    {
        if (_expectedEncryption is null)
            return;
        TapeEncryptionException? lost = null;
        _isConfirmingKey = true;
        try
        {
            if (HasExpectedKey(out string problem))
                _isEncryptionSure = true;
            else
                lost = KeyLost(problem);
        }
        catch (TapeException e) when (e is not TapeWriteException && !(_isStreaming && CanRecover(e)))
        {
            _nextObjectId = null;
            throw Suspect(e, e.Sense);
        }
        finally
        {
            _isConfirmingKey = false;
        }

        if (lost is null)
            return;
        _nextObjectId = null;
        throw new TapeWriteException(
            $"{lost.Message} Objects from {_durableObjectId} on may be on the tape in clear; those before are as they should be.",
            _durableObjectId, null, lost);
    }

    /// <summary>After the way to the drive was mended: a stream goes on under its key or not at all.</summary>
    private bool EncryptsAgain(Recovery recovery)
    {
        if (_expectedEncryption is null)
            return true;
        bool hasKey = HasExpectedKey(out string problem) || TryGiveKeyAgain();
        _isEncryptionSure = hasKey;
        // Who reads is told by the drive itself when it cannot decrypt.
        return hasKey || !recovery.IsWriting || recovery.Fail($"{char.ToUpperInvariant(problem[0])}{problem[1..]}. What would follow would not be encrypted as the tape before it");
    }

    /// <summary>
    /// What was written last is encrypted with the drive's key of now, which is the one that was expected: then so is all that was written
    /// before it, for a key that is lost does not come back under the same number.
    /// </summary>
    private bool IsUnderOurKey() =>
        AskEncryptionOnce(TapeEncryptionPage.NextBlockStatus, NextBlockEncryptionStatus.TryDecode, out NextBlockEncryptionStatus next)
        && (next.Encryption == BlockEncryption.Encrypted
            // Who does not decrypt with it cannot be told whether it is this key.
            || next.Encryption == BlockEncryption.EncryptedWithoutKey && _expectedEncryption is { Decryption: DecryptionMode.Disable or DecryptionMode.Raw });

    private bool HasExpectedKey(out string problem)
    {
        DataEncryptionStatus expected = _expectedEncryption!.Value;
        if (!AskEncryptionOnce(TapeEncryptionPage.Status, DataEncryptionStatus.TryDecode, out DataEncryptionStatus now))
            problem = "the drive does not tell any more whether it encrypts";
        else if (now.Encryption != expected.Encryption)
            problem = "the drive has lost its key and does not encrypt any more: it was reset, its tape was unloaded, or somebody turned encryption off";
        else if (now.KeyInstanceCounter != expected.KeyInstanceCounter)
            problem = $"somebody gave the drive another key meanwhile{Describe(now.KeyDescription)}";
        else
            problem = "";
        return problem.Length == 0;
    }

    private static string Describe(string? description) => description is null ? "" : $", described as '{description}'";

    private bool TryGiveKeyAgain()
    {
        if (_heldSettings is not { } settings || _heldKey is not { IsDisposed: false } key)
            return false;
        bool wasRecovering = _isRecovering;
        _isRecovering = true;
        try
        {
            SetEncryption(settings, key);
            return true;
        }
        catch (TapeEncryptionException)
        {
            return false;
        }
        finally
        {
            _isRecovering = wasRecovering;
        }
    }

    private TapeEncryptionException KeyLost(string problem) => new(EncryptionFault.KeyLost,
        $"{Name}: {problem}. Nothing was written in its place. Give the drive its key again (`capstan drive encryption on`), then start again.");

    /// <summary>Why a block cannot be read, with the name of the key that it needs. The tape stays where it is.</summary>
    private TapeException DecryptionFailure(long? at, SenseData sense)
    {
        SenseCode code = sense.Code;
        string? needed = null;
        string? present = null;
        try
        {
            needed = ReadNextBlockEncryption()?.KeyDescription;
            present = ReadEncryptionStatus()?.KeyDescription;
        }
        catch (TapeException)
        {
            // The message says less then.
        }

        string where = at is { } id ? $"object {id}" : "this block";
        if (code == SenseCode.CryptographicIntegrityValidationFailed || code == SenseCode.ErrorDecryptingData)
        {
            return new TapeReadException(
                $"{Name}: {where} is encrypted with the drive's key, but what it decrypts to is not what was written: the tape is damaged, or somebody changed it. ({sense})", at ?? -1, sense);
        }

        (EncryptionFault fault, string text) = Word(code, where, needed, present);
        return new TapeEncryptionException(fault, $"{Name}: {text} ({sense})", sense) { KeyDescription = needed };
    }

    private static (EncryptionFault Fault, string Text) Word(SenseCode code, string where, string? needed, string? present)
    {
        string key = needed is null ? "" : $" Its key is described as '{needed}'.";
        if (code == SenseCode.UnencryptedDataEncounteredWhileDecrypting)
        {
            return (EncryptionFault.NotEncrypted,
                $"{where} is not encrypted, and the drive is set to read only what is. `capstan drive encryption mixed` reads both, `capstan drive encryption off` what is in clear.");
        }

        if (code == SenseCode.IncorrectDataEncryptionKey)
        {
            return (EncryptionFault.WrongKey,
                $"{where} is encrypted with another key than the drive has{(present is null ? "" : $" ('{present}')")}.{key} Give the drive that one: `capstan drive encryption on --key-file FILE`.");
        }

        if (code == SenseCode.EncryptedBlockNotRawReadEnabled)
            return (EncryptionFault.RawReadForbidden, $"{where} was written so that it cannot be read raw.{key} Give the drive its key: `capstan drive encryption on --key-file FILE`.");
        if (code == SenseCode.DataEncryptionKeyInstanceCounterHasChanged)
            return (EncryptionFault.KeyLost, "somebody changed the drive's key meanwhile, and this host had locked it. Give the drive its key again: `capstan drive encryption on --key-file FILE`.");
        if (code == SenseCode.EncryptionModeMismatchOnRead)
            return (EncryptionFault.Refused, $"{where} was encrypted in a mode that the drive is set to refuse.{key}");
        return (EncryptionFault.NoKey,
            $"{where} is encrypted, and the drive has no key for it.{key} Give the drive its key: `capstan drive encryption on --key-file FILE`.");
    }
}
