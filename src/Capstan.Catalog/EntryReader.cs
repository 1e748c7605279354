using Capstan.Catalog.Sqlite;

namespace Capstan.Catalog;

/// <summary>
/// The entries of one backup, one after the other, in the order of their ordinals. The object is the row: its properties show
/// the current entry, its spans are valid until the next <see cref="Read"/>. Memory does not grow with the number of entries.
/// </summary>
/// <remarks>
/// One thread at a time; not necessarily the catalog's. It sees the catalog as it was when this object was made, and keeps
/// nobody from writing. Every property may throw <see cref="CatalogDamagedException"/>.
/// </remarks>
public sealed class EntryReader : IDisposable
{
    private const int HashLengthBytes = 16;

    private readonly Database _database;
    private readonly Statement _entries;
    private readonly Statement _directory;
    private readonly PathFilter _filter;
    private readonly IReadOnlyList<byte[]> _paths;
    private readonly long _firstKey;
    private byte[] _path = new byte[512];
    private long _directoryNumber = -1;
    private int _directoryLength;
    private int _pathLength;
    private bool _ended;

    internal EntryReader(Database database, long backup, IReadOnlyList<byte[]> paths)
    {
        _database = database;
        _paths = paths;
        _filter = new PathFilter(paths);
        _firstKey = backup << Schema.OrdinalBits;
        _entries = database.Prepare(
            """
            SELECT id, directory, name, kind, state, mode, uid, gid, size, mtime, mtime_ns, link, hash, part, offset
            FROM entry WHERE id BETWEEN ? AND ? ORDER BY id
            """);
        _entries.Bind(1, _firstKey).Bind(2, _firstKey | uint.MaxValue);
        _directory = database.Prepare("SELECT path FROM directory WHERE id=?");
    }

    /// <summary>Goes to the next entry that was asked for. False: there is none.</summary>
    public bool Read()
    {
        while (!_ended && _entries.Step())
        {
            long directory = _entries.Int64(1);
            if (directory != _directoryNumber)
                EnterDirectory(directory);
            ReadOnlySpan<byte> name = _entries.Blob(2);
            _pathLength = _directoryLength + name.Length;
            if (_pathLength > _path.Length)
                Array.Resize(ref _path, Math.Max(_pathLength, _path.Length * 2));
            name.CopyTo(_path.AsSpan(_directoryLength));
            if (_filter.Matches(Path, _directoryLength))
                return true;
        }
        // A step after the last row would begin anew.
        _ended = true;
        _pathLength = 0;
        return false;
    }

    /// <summary>Which of the paths asked for no entry has matched so far; after the last <see cref="Read"/>: which the backup does not hold.</summary>
    public IReadOnlyList<byte[]> UnmatchedPaths => [.. _paths.Where((_, index) => !_filter.WasMatched(index))];

    /// <summary>Number of the entry in its backup, from 0.</summary>
    public long Ordinal => _entries.Int64(0) - _firstKey;

    /// <summary>Raw bytes.</summary>
    public ReadOnlySpan<byte> Path => _path.AsSpan(0, _pathLength);

    /// <summary>The last component of <see cref="Path"/>.</summary>
    public ReadOnlySpan<byte> Name => _path.AsSpan(_directoryLength, _pathLength - _directoryLength);

    public EntryKind Kind
    {
        get
        {
            long kind = _entries.Int64(3);
            return kind is >= 0 and <= (long)EntryKind.Socket ? (EntryKind)kind : throw _entries.Damaged($"entry kind {kind}");
        }
    }

    public EntryState State
    {
        get
        {
            long state = _entries.Int64(4);
            return state is >= 0 and <= (long)EntryState.Cut ? (EntryState)state : throw _entries.Damaged($"entry state {state}");
        }
    }

    /// <inheritdoc cref="CatalogEntry.Mode"/>
    public uint Mode => unchecked((uint)_entries.Int64(5));

    public uint UserId => unchecked((uint)_entries.Int64(6));

    public uint GroupId => unchecked((uint)_entries.Int64(7));

    /// <inheritdoc cref="CatalogEntry.SizeBytes"/>
    public long SizeBytes => _entries.Int64(8);

    /// <inheritdoc cref="CatalogEntry.ModifiedSeconds"/>
    public long ModifiedSeconds => _entries.Int64(9);

    /// <inheritdoc cref="CatalogEntry.ModifiedNanoseconds"/>
    public int ModifiedNanoseconds
    {
        get
        {
            long nanoseconds = _entries.Int64(10);
            return nanoseconds is >= 0 and < 1_000_000_000
                ? (int)nanoseconds
                : throw _entries.Damaged($"{nanoseconds} nanoseconds in a time");
        }
    }

    /// <inheritdoc cref="CatalogEntry.LinkTarget"/>
    public ReadOnlySpan<byte> LinkTarget => _entries.Blob(11);

    /// <inheritdoc cref="CatalogEntry.Hash"/>
    public ReadOnlySpan<byte> Hash
    {
        get
        {
            ReadOnlySpan<byte> hash = _entries.Blob(12);
            return hash.Length is 0 or HashLengthBytes ? hash : throw _entries.Damaged($"a hash of {hash.Length} bytes");
        }
    }

    /// <inheritdoc cref="CatalogEntry.Part"/>
    public int Part => unchecked((int)_entries.Int64(13));

    /// <inheritdoc cref="CatalogEntry.ArchiveOffsetBytes"/>
    public long ArchiveOffsetBytes => _entries.Int64(14);

    /// <summary>The current entry as a whole; its spans are valid until the next <see cref="Read"/>.</summary>
    public CatalogEntry Current => new()
    {
        Path = Path,
        Kind = Kind,
        State = State,
        Mode = Mode,
        UserId = UserId,
        GroupId = GroupId,
        SizeBytes = SizeBytes,
        ModifiedSeconds = ModifiedSeconds,
        ModifiedNanoseconds = ModifiedNanoseconds,
        LinkTarget = LinkTarget,
        Hash = Hash,
        Part = Part,
        ArchiveOffsetBytes = ArchiveOffsetBytes,
    };

    public void Dispose()
    {
        _entries.Dispose();
        _directory.Dispose();
        _database.Dispose();
    }

    private void EnterDirectory(long number)
    {
        _directory.Bind(1, _firstKey | (uint)number);
        if (!_directory.Step())
            throw _directory.Damaged($"an entry in directory {number}, which is not there");
        ReadOnlySpan<byte> path = _directory.Blob(0);
        if (path.Length > _path.Length)
            Array.Resize(ref _path, Math.Max(path.Length, _path.Length * 2));
        path.CopyTo(_path);
        _directoryLength = path.Length;
        _directory.Reset();
        _directoryNumber = number;
        _filter.Enter(_path.AsSpan(0, _directoryLength));
    }
}
