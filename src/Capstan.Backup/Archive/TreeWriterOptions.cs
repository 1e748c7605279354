namespace Capstan.Backup.Archive;

/// <summary>How a tree is restored.</summary>
public sealed class TreeWriterOptions
{
    /// <summary>Replace what is there already: it is unlinked first, never written into, and a symbolic link is never followed.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Take owners by number even where the recorded name is known here under another.</summary>
    public bool NumericOwner { get; init; }
}
