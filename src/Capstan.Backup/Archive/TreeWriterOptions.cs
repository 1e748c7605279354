namespace Capstan.Backup.Archive;

/// <summary>How a tree is restored.</summary>
public sealed class TreeWriterOptions
{
    /// <summary>
    /// Replace what is there already. It stays as it is until the new one is complete and its content proven, and is replaced in one
    /// step; it is never written into, and a symbolic link is never followed. A directory is not replaced by anything else.
    /// </summary>
    public bool Overwrite { get; init; }

    /// <summary>Take owners by number even where the recorded name is known here under another.</summary>
    public bool NumericOwner { get; init; }
}
