namespace Capstan.Backup.Media;

/// <summary>Why a tape cannot be used for what was asked.</summary>
public enum MediaProblem
{
    /// <summary>Nothing is written on it.</summary>
    Blank,

    /// <summary>Something that Capstan did not write. It is never overwritten.</summary>
    Foreign,

    /// <summary>A Capstan tape, but not the one that is needed.</summary>
    WrongTape,

    /// <summary>The catalog and the tape disagree in a way that only loses data if ignored.</summary>
    CatalogMismatch,
    WriteProtected,
    Full,

    /// <summary>What is on the tape is encrypted, and what would be appended is not, or with another key.</summary>
    OtherEncryption,
}

/// <summary>The tape in the drive is not usable for this. Nothing was written.</summary>
public sealed class MediaException(MediaProblem problem, string message) : IOException(message)
{
    public MediaProblem Problem { get; } = problem;
}
