namespace Capstan.Backup.Archive;

/// <summary>Checking content without restoring it.</summary>
public sealed partial class PaxReader
{
    private readonly ContentHash _hash = new();

    /// <summary>Reads the rest of a file's content and hashes it as the file was, holes as zeros.</summary>
    /// <param name="hash">XXH3-128, comparable with what was recorded when nothing of the content was consumed before.</param>
    /// <returns>False when the archive ends inside the content: see <see cref="Error"/>.</returns>
    public bool TryHashContent(out UInt128 hash)
    {
        var content = Content.Span;
        if (!Entry.IsSparse && content.Length == ContentRemaining)
        {
            hash = ContentHash.Of(content);
            Consume(content.Length);
            return true;
        }
        bool whole = true;
        if (Entry.IsSparse)
        {
            long at = 0;
            for (int i = 0; i < Entry.Sparse.Count && whole; i++)
            {
                var extent = Entry.Sparse.Extents[i];
                _hash.AppendZeros(extent.Offset - at);
                whole = TryHash(extent.Length);
                at = extent.Offset + extent.Length;
            }
            if (whole)
                _hash.AppendZeros(Entry.Size - at);
        }
        else
        {
            whole = TryHash(ContentRemaining);
        }
        hash = _hash.Finish();
        return whole;
    }

    private bool TryHash(long length)
    {
        while (length > 0)
        {
            var content = Content.Span;
            if (content.IsEmpty)
                return false;
            content = content[..(int)Math.Min(content.Length, length)];
            _hash.Append(content);
            Consume(content.Length);
            length -= content.Length;
        }
        return true;
    }
}
