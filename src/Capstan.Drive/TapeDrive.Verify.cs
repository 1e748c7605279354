using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>What ended a file that the drive read for itself.</summary>
public enum VerifiedUpTo
{
    /// <summary>Its filemark; the tape stands behind it.</summary>
    Filemark,

    /// <summary>The end of data; the tape stands there.</summary>
    EndOfData,
}

/// <summary>Reading without a transfer: the drive checks what is on the tape, and nothing of it goes over the wire.</summary>
public sealed partial class TapeDrive
{
    /// <summary>
    /// Has the drive read everything up to behind the next filemark (VERIFY(6) with VBF). One command: a file that takes hours cannot
    /// be interrupted.
    /// </summary>
    /// <exception cref="TapeMediumException">A block cannot be read; the tape stands behind it.</exception>
    /// <exception cref="TapeEncryptionException">A block needs a key; the tape stands before it.</exception>
    /// <exception cref="TapeCommandException">The drive does not verify by filemarks (<see cref="TapeCommandException.IsUnsupported"/>).</exception>
    public VerifiedUpTo VerifyFile()
    {
        _isStreaming = false;
        _nextObjectId = null;
        SenseVerdict verdict = Run(new Verify6(Fixed: false, Length: 1, ByFilemarks: true), DataTransfer.None, _timeouts.VerifySeconds);
        return verdict switch
        {
            SenseVerdict.Done => VerifiedUpTo.Filemark,
            SenseVerdict.EndOfData => VerifiedUpTo.EndOfData,
            _ => throw DriveErrors.Sense(Name, Verify6.Name, verdict, _sense),
        };
    }
}
