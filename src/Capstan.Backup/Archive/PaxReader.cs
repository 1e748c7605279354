namespace Capstan.Backup.Archive;

/// <summary>What <see cref="PaxReader.Next"/> found.</summary>
public enum PaxReadResult
{
    /// <summary>An entry: <see cref="PaxReader.Entry"/>, and its content if it has one.</summary>
    Entry,

    /// <summary>The archive's end.</summary>
    End,

    /// <summary>Bytes that are no archive: <see cref="PaxReader.Error"/>. Nothing more can be read; start anew at a known offset.</summary>
    Error,
}

/// <summary>
/// Reads a tar archive (ustar, pax, GNU long names, GNU sparse 1.0) from a source without holding any content. Whatever the bytes
/// are, it answers with an entry, the end, or an error with its offset.
/// </summary>
/// <remarks>
/// It may start at any entry: hand it a source that begins there. Leading slashes, "." components and trailing slashes are taken
/// off names; ".." is left for the one who writes files to refuse.
/// </remarks>
public sealed partial class PaxReader
{
    private const int BlockLength = UstarHeader.Length;

    /// <summary>The kernel gives an entry at most 64 KiB of attribute names and 64 KiB a value; this is room for 250 of those.</summary>
    private const int MaxExtendedHeaderLength = 16 << 20;

    private readonly IContentSource _source;
    private readonly AccountNames? _accounts;
    private readonly byte[] _block = new byte[BlockLength];
    private readonly ByteBuffer _records = new(BlockLength);
    private readonly ByteBuffer _globalRecords = new();
    private readonly ByteBuffer _longName = new();
    private readonly ByteBuffer _longLink = new();
    private readonly ByteBuffer _aclBinary = new();
    private bool _hasLongName;
    private bool _hasLongLink;
    private long _padding;

    /// <param name="source">Begins at an entry's first header block.</param>
    /// <param name="startOffset">That block's offset in the archive stream, for <see cref="EntryOffset"/> and errors.</param>
    public PaxReader(IContentSource source, long startOffset = 0)
        : this(source, startOffset, new AccountNames())
    {
    }

    internal PaxReader(IContentSource source, long startOffset, AccountNames? accounts)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        Position = startOffset;
        _accounts = accounts;
    }

    /// <summary>The current entry; its object is reused.</summary>
    public TreeEntry Entry { get; } = new();

    /// <summary>Offset in the archive stream of the current entry's first header block.</summary>
    public long EntryOffset { get; private set; }

    /// <summary>Offset in the archive stream of the next byte to be read.</summary>
    public long Position { get; private set; }

    /// <summary>Content bytes of the current entry not yet consumed. For a sparse file they are its data, extent after extent.</summary>
    public long ContentRemaining { get; private set; }

    /// <summary>Whether the entry has an access control list that could not be understood (an unknown name in it, most likely).</summary>
    public bool HasUnreadableAcl { get; private set; }

    /// <summary>Set when <see cref="Next"/> returned <see cref="PaxReadResult.Error"/>, or when the content ended too early.</summary>
    public ArchiveError Error { get; private set; }

    /// <summary>The next bytes of the content. Empty when it is all consumed, or (see <see cref="Error"/>) when the stream ends in it.</summary>
    public ReadOnlyMemory<byte> Content
    {
        get
        {
            if (ContentRemaining == 0)
                return default;
            var available = _source.Available;
            if (available.IsEmpty)
                Fail(ArchiveErrorKind.Truncated, Position);
            return available.Length > ContentRemaining ? available[..(int)ContentRemaining] : available;
        }
    }

    /// <summary>Takes bytes of <see cref="Content"/> off.</summary>
    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ContentRemaining);
        ContentRemaining -= count;
        ConsumeRaw(count);
    }

    /// <summary>Skips what is left of the current entry and reads the next one's headers.</summary>
    public PaxReadResult Next()
    {
        if (Error.Kind != ArchiveErrorKind.None || !Skip(ContentRemaining + _padding))
            return PaxReadResult.Error;
        ContentRemaining = _padding = 0;
        _records.Clear();
        _hasLongName = _hasLongLink = false;
        EntryOffset = Position;
        while (true)
        {
            long headerOffset = Position;
            if (!TryReadBlock(out var header))
                return PaxReadResult.Error;
            if (!header.ContainsAnyExcept((byte)0))
                return ReadEnd();
            if (!UstarHeader.IsSealed(header))
                return Fail(ArchiveErrorKind.BadChecksum, headerOffset);
            if (!UstarHeader.TryReadNumber(header[UstarHeader.Size], out long size) || size < 0)
                return Fail(ArchiveErrorKind.BadNumber, headerOffset);
            var target = header[UstarHeader.Typeflag] switch
            {
                (byte)'x' => _records,
                (byte)'g' => _globalRecords,
                (byte)'L' => _longName,
                (byte)'K' => _longLink,
                _ => null,
            };
            if (target is null)
                return ReadEntry(header, headerOffset, size) ? PaxReadResult.Entry : PaxReadResult.Error;
            _hasLongName |= target == _longName;
            _hasLongLink |= target == _longLink;
            if (!ReadInto(target, size, headerOffset))
                return PaxReadResult.Error;
        }
    }

    /// <summary>Two blocks of zeros are the end; so is one when the stream ends there, as with other programs' archives.</summary>
    private PaxReadResult ReadEnd() =>
        _source.Available.IsEmpty ? PaxReadResult.End
        : !TryReadBlock(out var second) ? PaxReadResult.Error
        : !second.ContainsAnyExcept((byte)0) ? PaxReadResult.End
        : Fail(ArchiveErrorKind.BadChecksum, Position - BlockLength);

    private bool ReadEntry(ReadOnlySpan<byte> header, long headerOffset, long size)
    {
        var entry = Entry;
        entry.Clear();
        HasUnreadableAcl = false;
        if (!DecodeHeader(header, entry))
            return FailEntry(ArchiveErrorKind.BadNumber, headerOffset);
        var sparse = default(SparseFields);
        if (!ApplyRecords(_globalRecords.Span, ref size, ref sparse) || !ApplyRecords(_records.Span, ref size, ref sparse))
            return FailEntry(ArchiveErrorKind.BadExtendedHeader, EntryOffset);
        if (_hasLongName)
            entry.SetPath(UstarHeader.Text(_longName.Span));
        if (_hasLongLink)
            entry.SetLinkTarget(UstarHeader.Text(_longLink.Span));
        if (!ApplyTypeflag(header[UstarHeader.Typeflag], entry))
            return FailEntry(ArchiveErrorKind.UnsupportedEntry, headerOffset);
        ArchivePath.Normalize(entry.PathBuffer);
        if (entry.Kind == EntryKind.HardLink)
            ArchivePath.Normalize(entry.LinkTargetBuffer);
        if (size > long.MaxValue - BlockLength)
            return FailEntry(ArchiveErrorKind.BadNumber, headerOffset);
        if (entry.Kind is EntryKind.SymbolicLink or EntryKind.HardLink or EntryKind.Fifo or EntryKind.CharacterDevice or EntryKind.BlockDevice
            or EntryKind.Directory)
            size = entry.Kind == EntryKind.HardLink ? size : 0; // a size without content, says POSIX
        if (entry.Path.IsEmpty && entry.Kind != EntryKind.Directory)
            return FailEntry(ArchiveErrorKind.BadName, headerOffset);
        entry.Size = entry.Kind == EntryKind.File ? size : 0;
        ContentRemaining = size;
        _padding = -size & (BlockLength - 1);
        return !sparse.IsPresent || ReadSparseMap(sparse);
    }

    private bool ReadInto(ByteBuffer target, long size, long headerOffset)
    {
        target.Clear();
        if (size > MaxExtendedHeaderLength)
            return FailEntry(ArchiveErrorKind.BadExtendedHeader, headerOffset);
        int rest = (int)size;
        while (rest > 0)
        {
            var available = _source.Available.Span;
            if (available.IsEmpty)
                return FailEntry(ArchiveErrorKind.Truncated, Position);
            int part = Math.Min(rest, available.Length);
            target.Append(available[..part]);
            ConsumeRaw(part);
            rest -= part;
        }
        return Skip(-size & (BlockLength - 1));
    }

    /// <summary>The next 512 bytes: in place, or gathered when they lie across two buffers. Valid until the source is asked again.</summary>
    private bool TryReadBlock(out ReadOnlySpan<byte> block)
    {
        var available = _source.Available.Span;
        if (available.Length >= BlockLength)
        {
            // Consume allows the buffer to be overwritten.
            available[..BlockLength].CopyTo(_block);
            ConsumeRaw(BlockLength);
            block = _block;
            return true;
        }
        block = _block;
        for (int have = 0; have < BlockLength; available = _source.Available.Span)
        {
            if (available.IsEmpty)
                return FailEntry(ArchiveErrorKind.Truncated, Position);
            int part = Math.Min(BlockLength - have, available.Length);
            available[..part].CopyTo(_block.AsSpan(have));
            ConsumeRaw(part);
            have += part;
            if (have == BlockLength)
                break; // asking for more would block for bytes nobody wants yet
        }
        return true;
    }

    private bool Skip(long count)
    {
        while (count > 0)
        {
            int available = _source.Available.Length;
            if (available == 0)
                return FailEntry(ArchiveErrorKind.Truncated, Position);
            int part = (int)Math.Min(count, available);
            ConsumeRaw(part);
            count -= part;
        }
        return true;
    }

    private void ConsumeRaw(int count)
    {
        _source.Consume(count);
        Position += count;
    }

    private PaxReadResult Fail(ArchiveErrorKind kind, long offset)
    {
        Error = new ArchiveError(kind, offset);
        return PaxReadResult.Error;
    }

    private bool FailEntry(ArchiveErrorKind kind, long offset)
    {
        Error = new ArchiveError(kind, offset);
        return false;
    }
}
