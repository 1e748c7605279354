namespace Capstan.Emulation.Library;

/// <summary>A virtual library cannot be made, opened or changed as asked; the message says why.</summary>
public sealed class LibraryException : IOException
{
    public LibraryException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
