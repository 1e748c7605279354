namespace Capstan.Backup.Archive;

/// <summary>Where archive bytes come from.</summary>
public interface IContentSource
{
    /// <summary>The next bytes. Blocks until there are some; empty means the end of the stream, and stays so.</summary>
    ReadOnlyMemory<byte> Available { get; }

    /// <summary>The first <paramref name="count"/> bytes of <see cref="Available"/> have been used and may be overwritten.</summary>
    /// <param name="count">0 to the length of <see cref="Available"/>.</param>
    void Consume(int count);
}
