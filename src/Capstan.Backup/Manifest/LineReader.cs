using Capstan.Backup.Archive;

namespace Capstan.Backup.Manifest;

/// <summary>Cuts a stream's content into lines; copies only those that cross a block boundary.</summary>
internal sealed class LineReader(IContentSource source)
{
    /// <summary>Paths are bounded by what a file system can hold open; a longer line is not a manifest.</summary>
    private const int MaxLineLength = 16 << 20;

    private byte[] _carry = new byte[4096];
    private int _carried;
    private int _consume;

    /// <summary>The next line without its end; valid until the next call. False at the end of the stream.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        source.Consume(_consume);
        _consume = 0;
        _carried = 0;
        while (true)
        {
            ReadOnlySpan<byte> available = source.Available.Span;
            if (available.IsEmpty)
            {
                line = _carry.AsSpan(0, _carried);
                return _carried > 0;
            }

            int end = available.IndexOf((byte)'\n');
            if (end >= 0 && _carried == 0)
            {
                line = available[..end];
                _consume = end + 1;
                return true;
            }

            ReadOnlySpan<byte> piece = end >= 0 ? available[..end] : available;
            Carry(piece);
            source.Consume(end >= 0 ? end + 1 : available.Length);
            if (end >= 0)
            {
                line = _carry.AsSpan(0, _carried);
                return true;
            }
        }
    }

    private void Carry(ReadOnlySpan<byte> piece)
    {
        if (_carried + piece.Length > MaxLineLength)
            throw new Framing.TapeFormatException("A manifest line is longer than 16 MiB: the manifest is damaged.");
        if (_carried + piece.Length > _carry.Length)
            Array.Resize(ref _carry, Math.Max(_carry.Length * 2, _carried + piece.Length));
        piece.CopyTo(_carry.AsSpan(_carried));
        _carried += piece.Length;
    }
}
