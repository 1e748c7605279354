using System.Buffers;
using Capstan.Backup.Archive;

namespace Capstan.Backup.Framing;

/// <summary>One stream on tape: content header, JSON header, content, framed into blocks of 256 KiB as it grows.</summary>
/// <remarks>One thread. Content is written straight into the block that goes to the drive.</remarks>
internal sealed class BlockStreamWriter : IContentSink, IDisposable
{
    private readonly WriteQueue _queue;
    private readonly Func<bool>? _shouldStop;
    private readonly int _preambleLength;
    private IMemoryOwner<byte>? _run;
    private int _blocksInRun;
    private bool _hasBlock;
    private int _used;
    private uint _sequence;
    private long _closedPayload;

    /// <param name="queue">Where blocks go.</param>
    /// <param name="header">The content header; its length field is set here.</param>
    /// <param name="json">The header's JSON.</param>
    /// <param name="shouldStop">Asked between writes in addition to the drive's early warning.</param>
    public BlockStreamWriter(WriteQueue queue, ContentHeader header, ReadOnlySpan<byte> json, Func<bool>? shouldStop = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(json.Length, ContentHeader.MaxHeaderLength);
        _queue = queue;
        _shouldStop = shouldStop;
        _preambleLength = ContentHeader.Length + json.Length;
        Span<byte> space = Space.Span;
        (header with { HeaderLength = json.Length }).Encode(space);
        json.CopyTo(space[ContentHeader.Length..]);
        Advance(_preambleLength);
    }

    /// <summary>Blocks so far, the open one included.</summary>
    public long BlockCount => _sequence + (_hasBlock ? 1 : 0);

    /// <summary>Bytes of content header and JSON before archive offset 0.</summary>
    public int PreambleLength => _preambleLength;

    public long Position => _closedPayload + _used - _preambleLength;

    public bool ShouldStop => _queue.EarlyWarning || _queue.Broken || (_shouldStop?.Invoke() ?? false);

    public Memory<byte> Space
    {
        get
        {
            // A full block is kept until more comes: only then is it known not to be the last.
            if (_used == BlockHeader.MaxPayload)
                Flush(BlockFlags.None);
            BeginBlock();
            return _run!.Memory.Slice((_blocksInRun * BlockHeader.BlockLength) + BlockHeader.Length + _used, BlockHeader.MaxPayload - _used);
        }
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BlockHeader.MaxPayload - _used);
        _used += count;
    }

    /// <summary>Copies bytes in; for headers and manifests, not for file content.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> space = Space.Span;
            int count = Math.Min(space.Length, bytes.Length);
            bytes[..count].CopyTo(space);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Sends the last block. The filemark is the caller's.</summary>
    public void Close(bool incomplete)
    {
        BeginBlock();
        Flush(incomplete ? BlockFlags.EndOfStream | BlockFlags.Incomplete : BlockFlags.EndOfStream);
        HandOver();
    }

    public void Dispose()
    {
        _run?.Dispose();
        _run = null;
    }

    private void BeginBlock()
    {
        if (_hasBlock)
            return;
        if (_blocksInRun == WriteQueue.BlocksInRun)
            HandOver();
        _run ??= _queue.Rent();
        _hasBlock = true;
    }

    private void Flush(BlockFlags flags)
    {
        Span<byte> bytes = _run!.Memory.Span.Slice(_blocksInRun * BlockHeader.BlockLength, BlockHeader.BlockLength);
        new BlockHeader(flags, _used, _sequence).Encode(bytes);
        // The rest of the last block is defined: zeros, and not what an earlier block left in the buffer.
        bytes[(BlockHeader.Length + _used)..].Clear();
        _sequence = checked(_sequence + 1);
        _closedPayload += _used;
        _used = 0;
        _hasBlock = false;
        _blocksInRun++;
        _queue.Filled();
    }

    private void HandOver()
    {
        IMemoryOwner<byte> run = _run!;
        int blocks = _blocksInRun;
        _run = null;
        _blocksInRun = 0;
        _queue.Enqueue(run, blocks);
    }
}
