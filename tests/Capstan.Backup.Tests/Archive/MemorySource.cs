using Capstan.Backup.Archive;

namespace Capstan.Backup.Tests.Archive;

/// <summary>Gives an archive from memory in pieces of a given length.</summary>
internal sealed class MemorySource(ReadOnlyMemory<byte> content, int pieceLength = 262_128) : IContentSource
{
    private ReadOnlyMemory<byte> _rest = content;
    private int _pieceRest;

    public ReadOnlyMemory<byte> Available
    {
        get
        {
            if (_pieceRest == 0)
                _pieceRest = pieceLength;
            return _rest[..Math.Min(_rest.Length, _pieceRest)];
        }
    }

    public void Consume(int count)
    {
        _rest = _rest[count..];
        _pieceRest -= count;
    }
}
