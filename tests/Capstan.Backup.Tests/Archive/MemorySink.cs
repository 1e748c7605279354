using System.Buffers;
using Capstan.Backup.Archive;

namespace Capstan.Backup.Tests.Archive;

/// <summary>Keeps an archive in memory; its blocks are of any length, so that headers and content meet block ends everywhere.</summary>
internal sealed class MemorySink(int blockLength = 262_128) : IContentSink
{
    private readonly byte[] _block = new byte[blockLength];
    private readonly ArrayBufferWriter<byte> _content = new();
    private int _used;

    public Memory<byte> Space
    {
        get
        {
            if (_used == _block.Length)
                _used = 0;
            return _block.AsMemory(_used);
        }
    }

    public long Position => _content.WrittenCount;

    public bool ShouldStop => Position >= StopAt;

    public long StopAt { get; init; } = long.MaxValue;

    public void Advance(int count)
    {
        _content.Write(_block.AsSpan(_used, count));
        _used += count;
    }

    public byte[] ToArray() => _content.WrittenSpan.ToArray();
}

/// <summary>Counts an archive's bytes and keeps none of them.</summary>
internal sealed class NullSink(int blockLength = 262_128) : IContentSink
{
    private readonly byte[] _block = GC.AllocateUninitializedArray<byte>(blockLength, pinned: true);
    private int _used;

    public Memory<byte> Space => _used == _block.Length ? _block.AsMemory(_used = 0) : _block.AsMemory(_used);

    public long Position { get; private set; }

    public bool ShouldStop => false;

    public void Advance(int count)
    {
        _used += count;
        Position += count;
    }
}
