namespace Capstan.Emulation.Library;

/// <summary>What kept a virtual library from doing what was asked.</summary>
public enum LibraryFault
{
    /// <summary>The library or its host: in use, of a newer version, not there, no place for it.</summary>
    Unusable,

    /// <summary>What was asked for makes no sense here: a slot or a drive that there is not, a label that is none.</summary>
    Request,

    /// <summary>A cartridge that is not there, or a place that holds none.</summary>
    NoCartridge,
}

/// <summary>A virtual library cannot be made, opened or changed as asked; the message says why.</summary>
public sealed class LibraryException : IOException
{
    public LibraryException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    internal LibraryException(LibraryFault fault, string message)
        : base(message) => Fault = fault;

    public LibraryFault Fault { get; }
}
