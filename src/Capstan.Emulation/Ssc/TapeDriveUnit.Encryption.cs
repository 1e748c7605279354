using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>Who may set the key, and what is said of it.</summary>
internal sealed partial class TapeDriveUnit
{
    /// <summary>
    /// Sets encryption parameters for a nexus. When they change those of the owner of the drive from outside, the owner is told
    /// (SSC-4 8.5.3.2.1: DATA ENCRYPTION PARAMETERS CHANGED BY ANOTHER I_T NEXUS).
    /// </summary>
    internal void SetEncryption(int nexus, in SetDataEncryption page)
    {
        EncryptionParameters? before = Encryption.For(DriveEncryption.OwnNexus);
        Encryption.Set(nexus, page);
        if (nexus != DriveEncryption.OwnNexus && before != Encryption.For(DriveEncryption.OwnNexus))
            Attentions.EstablishFor(DriveEncryption.OwnNexus, SenseCode.DataEncryptionParametersChangedByAnotherITNexus);
    }

    /// <summary>LOCK of the encryption parameters: nothing is read or written when somebody else changed the key meanwhile.</summary>
    internal bool MayUseKey(ref CommandContext context)
    {
        if (!Encryption.IsLockedOut(DriveEncryption.OwnNexus))
            return true;
        context.Check(SenseKey.DataProtect, SenseCode.DataEncryptionKeyInstanceCounterHasChanged);
        return false;
    }

    /// <summary>Says in words why this drive cannot encrypt, when it cannot.</summary>
    internal void NoteMissingCipher()
    {
        if (!Encryption.IsSupported)
        {
            Diagnosis = "the virtual drive encrypts with OpenSSL, and this machine has none: install libssl 3 (Debian and Ubuntu: package libssl3)";
        }
    }

    /// <summary>Says in words that the next process will find a drive without its key.</summary>
    internal void NoteLostKey() =>
        Diagnosis = "the drive's key could not be kept for the next command: this machine has no directory in memory (tmpfs) for it, neither XDG_RUNTIME_DIR nor /dev/shm";
}
