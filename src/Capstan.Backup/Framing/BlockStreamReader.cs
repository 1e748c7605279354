using System.Buffers;
using System.Buffers.Binary;
using Capstan.Backup.Archive;
using Capstan.Drive;

namespace Capstan.Backup.Framing;

/// <summary>How a stream on tape ended.</summary>
internal enum StreamEnd
{
    /// <summary>It was not read to its end.</summary>
    NotReached,
    Complete,

    /// <summary>Closed in order, but cut: early warning, or the user stopped it.</summary>
    Incomplete,

    /// <summary>A filemark or end of data where a block should be: the writer died.</summary>
    Truncated,
}

/// <summary>
/// Reads one stream: checks magic, sequence and length of every block, and that a filemark follows the last.
/// </summary>
/// <remarks>One thread. Payload is used straight from the block the drive filled.</remarks>
internal sealed class BlockStreamReader : IContentSource, IDisposable
{
    private readonly ReadAhead _ahead;
    private readonly CancellationToken _cancellation;
    private readonly string _drive;
    private ReadItem _current;
    private ReadOnlyMemory<byte> _available;
    private uint _sequence;
    private bool _last;

    /// <summary>Starts reading a stream at its first block and takes its headers.</summary>
    /// <exception cref="TapeFormatException">No stream of this framing starts there.</exception>
    public static BlockStreamReader Open(TapeDrive drive, long? objectId, CancellationToken cancellation)
    {
        var reader = new BlockStreamReader(drive, objectId, 0, cancellation);
        try
        {
            reader.ReadPreamble();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Starts in the middle: at content offset <paramref name="offset"/> of a stream whose first block is known.</summary>
    /// <param name="preambleLength">Bytes of content header and JSON, as recorded when it was written.</param>
    public static BlockStreamReader OpenAt(TapeDrive drive, long firstObjectId, int preambleLength, long offset, CancellationToken cancellation)
    {
        (long block, long within) = Math.DivRem(preambleLength + offset, BlockHeader.MaxPayload);
        var reader = new BlockStreamReader(drive, firstObjectId + block, (uint)block, cancellation) { PreambleLength = preambleLength };
        try
        {
            if (reader.Available.Length < within)
                throw new TapeFormatException($"{drive.Name}: the stream that starts at object {firstObjectId} ends before offset {offset}.");
            reader.Consume((int)within);
            reader.Offset = offset;
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private BlockStreamReader(TapeDrive drive, long? objectId, uint sequence, CancellationToken cancellation)
    {
        _drive = drive.Name;
        _sequence = sequence;
        _cancellation = cancellation;
        _ahead = new ReadAhead(drive, objectId);
    }

    public ContentHeader Header { get; private set; }

    /// <summary>The JSON header's bytes.</summary>
    public byte[] Json { get; private set; } = [];

    public int PreambleLength { get; private set; }

    /// <summary>Content offset of the next byte.</summary>
    public long Offset { get; private set; }

    public StreamEnd End { get; private set; }

    /// <summary>The object of the block in hand.</summary>
    public long ObjectId => _current.ObjectId;

    public ReadOnlyMemory<byte> Available
    {
        get
        {
            while (_available.IsEmpty && End == StreamEnd.NotReached)
            {
                Take();
                if (_last)
                    Finish();
                else
                    Next();
            }

            return _available;
        }
    }

    public void Consume(int count)
    {
        _available = _available[count..];
        Offset += count;
    }

    public void Dispose()
    {
        _available = default;
        _current.Block?.Dispose();
        _current = default;
        _ahead.Dispose();
    }

    private void Take()
    {
        // What was handed out belongs to the block that is given back now.
        _available = default;
        _current.Block?.Dispose();
        _current = default;
        _current = _ahead.Take(_cancellation);
        _current.Failure?.Throw();
    }

    private void Next()
    {
        if (_current.Outcome.Kind is ReadKind.Filemark or ReadKind.EndOfData)
            End = StreamEnd.Truncated;
        else
            TakeBlock();
    }

    /// <summary>After the last block's payload has been used: exactly one filemark must follow.</summary>
    private void Finish() => End = _current.Outcome.Kind switch
    {
        ReadKind.Filemark => EndsIncomplete ? StreamEnd.Incomplete : StreamEnd.Complete,
        ReadKind.EndOfData => StreamEnd.Truncated,
        _ => throw new TapeFormatException($"{_drive}: object {_current.ObjectId} should be the filemark that ends a stream, but is a block."),
    };

    private void TakeBlock()
    {
        if (_current.Outcome is not { Kind: ReadKind.Block, Length: BlockHeader.BlockLength })
        {
            throw new TapeFormatException(
                $"{_drive}: object {_current.ObjectId} is a block of {_current.Outcome.Length} bytes, not {BlockHeader.BlockLength}: this is not a Capstan stream.");
        }

        ReadOnlyMemory<byte> block = _current.Block!.Memory[..BlockHeader.BlockLength];
        if (!BlockHeader.TryDecode(block.Span, out BlockHeader header))
            throw new TapeFormatException($"{_drive}: object {_current.ObjectId} has no Capstan block header.");
        if (header.Sequence != _sequence)
            throw new TapeFormatException($"{_drive}: object {_current.ObjectId} is block {header.Sequence} of its stream, expected {_sequence}: a block is missing or stands twice.");
        _sequence++;
        _available = block.Slice(BlockHeader.Length, header.PayloadLength);
        _last = header.Flags.HasFlag(BlockFlags.EndOfStream);
        EndsIncomplete = header.Flags.HasFlag(BlockFlags.Incomplete);
    }

    /// <summary>Whether the last block said that the stream is cut.</summary>
    public bool EndsIncomplete { get; private set; }

    private void ReadPreamble()
    {
        ReadOnlySpan<byte> first = Available.Span;
        if (!ContentHeader.TryDecode(first, out ContentHeader header) || first.Length < ContentHeader.Length + header.HeaderLength)
            throw new TapeFormatException($"{_drive}: object {ObjectId} does not start with a content header.");
        Header = header;
        Json = first.Slice(ContentHeader.Length, header.HeaderLength).ToArray();
        PreambleLength = ContentHeader.Length + header.HeaderLength;
        Consume(PreambleLength);
        Offset = 0;
    }
}
