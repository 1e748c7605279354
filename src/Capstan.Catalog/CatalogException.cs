namespace Capstan.Catalog;

/// <summary>The catalog could not do what it was asked; the message names the file and says what to do.</summary>
public class CatalogException : Exception
{
    /// <param name="message">One sentence that a user can act on.</param>
    /// <param name="isTransient">Whether the same call may succeed later (another writer was busy, the disk was full).</param>
    public CatalogException(string message, bool isTransient = false) : base(message) => IsTransient = isTransient;

    /// <summary>Whether the same call may succeed later without repair.</summary>
    public bool IsTransient { get; }
}

/// <summary>
/// The file's bytes contradict themselves. Nothing on tape is lost: the catalog is made anew from the tapes.
/// </summary>
public sealed class CatalogDamagedException : CatalogException
{
    internal CatalogDamagedException(string path, string what)
        : base($"The catalog {path} is damaged ({what}). Nothing on tape is lost: `capstan catalog rebuild` makes it anew from the tapes.")
    {
    }
}

/// <summary>The file was written by a newer program, whose tables this one does not know.</summary>
public sealed class CatalogTooNewException : CatalogException
{
    internal CatalogTooNewException(string path, long found, int known)
        : base($"The catalog {path} has format {found}; this program knows formats up to {known}. Use the newer Capstan that wrote it. The file was left as it is.")
    {
    }
}

/// <summary>The beginning of an identifier fits more than one backup.</summary>
public sealed class AmbiguousBackupIdException : CatalogException
{
    internal AmbiguousBackupIdException(string prefix, string candidates)
        : base($"'{prefix}' is the beginning of more than one backup ({candidates}). Give more digits.")
    {
    }
}
