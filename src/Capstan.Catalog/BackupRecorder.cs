using System.Text;
using Capstan.Catalog.Sqlite;

namespace Capstan.Catalog;

/// <summary>
/// Takes the entries of one backup into the catalog. Adding one copies a few hundred bytes at most; some 10,000 at a time go
/// into the file in one short transaction, so that several backups can be recorded at once. Without
/// <see cref="Complete"/> the backup stays running, and the next open of the catalog after this object or its process is gone
/// makes it <see cref="BackupState.Interrupted"/>.
/// </summary>
/// <remarks>One thread at a time; not necessarily the catalog's.</remarks>
public sealed class BackupRecorder : IDisposable
{
    private const int BatchRows = 10_000;
    private const int BatchBytes = 4 << 20;
    private const int HashLengthBytes = 16;

    private readonly Database _database;
    private readonly RunningLocks _lock;
    private readonly long _firstKey;
    private readonly long _backup;
    private readonly bool _imported;
    private readonly RowBuffer _rows = new();
    private readonly DirectoryNumbers _directories = new();
    private readonly Statement _stillRunning;
    private readonly Statement _insertDirectory;
    private readonly Statement _insertEntry;
    private readonly Statement _insertProblem;
    private uint _problemCount;
    private uint _entryCount;
    private bool _completed;

    internal BackupRecorder(Database database, RunningLocks @lock, long backup, Guid uuid, bool imported)
    {
        _database = database;
        _lock = @lock;
        _backup = backup;
        _imported = imported;
        _firstKey = backup << Schema.OrdinalBits;
        Uuid = uuid;
        _stillRunning = database.Prepare($"SELECT 1 FROM backup WHERE id={backup} AND state={(int)BackupState.Running} AND purge=0");
        _insertDirectory = database.Prepare("INSERT INTO directory VALUES(?, ?)");
        _insertEntry = database.Prepare("INSERT INTO entry VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _insertProblem = database.Prepare("INSERT INTO problem VALUES(?, ?, ?)");
    }

    /// <summary>The backup's uuid.</summary>
    public Guid Uuid { get; }

    /// <summary>Entries added so far.</summary>
    public long EntryCount => _entryCount;

    /// <summary>Problems added so far.</summary>
    public long ProblemCount => _problemCount;

    /// <summary>Adds the next entry; its ordinal is the number of entries added before it. At most 2^32 - 1 in one backup.</summary>
    /// <exception cref="ArgumentException">The path is empty, or the hash is neither 0 nor 16 bytes.</exception>
    /// <exception cref="CatalogException">A batch could not be written; this entry was not taken, and may be added again.</exception>
    /// <exception cref="InvalidOperationException">The backup is complete.</exception>
    public void AddEntry(in CatalogEntry entry)
    {
        if (entry.Path.IsEmpty)
            throw new ArgumentException("An entry has a path.", nameof(entry));
        if (entry.Hash.Length is not (0 or HashLengthBytes))
            throw new ArgumentException($"A hash has 16 bytes, not {entry.Hash.Length}.", nameof(entry));
        MakeRoom();
        uint next = checked(_entryCount + 1);

        int nameStart = entry.Path.LastIndexOf((byte)'/') + 1;
        ReadOnlySpan<byte> directory = entry.Path[..nameStart];
        ReadOnlySpan<byte> name = entry.Path[nameStart..];
        if (_directories.Assign(directory, out uint directoryNumber))
        {
            _rows.Add(
                new RowHeader { Row = RowKind.Directory, Ordinal = directoryNumber, FirstLength = directory.Length },
                directory, default, default);
        }

        var header = new RowHeader
        {
            Row = RowKind.Entry,
            Ordinal = _entryCount,
            Directory = directoryNumber,
            Kind = (byte)entry.Kind,
            State = (byte)entry.State,
            Mode = entry.Mode,
            UserId = entry.UserId,
            GroupId = entry.GroupId,
            SizeBytes = entry.SizeBytes,
            ModifiedSeconds = entry.ModifiedSeconds,
            ModifiedNanoseconds = entry.ModifiedNanoseconds,
            Part = entry.Part,
            ArchiveOffsetBytes = entry.ArchiveOffsetBytes,
            FirstLength = name.Length,
            SecondLength = entry.LinkTarget.Length,
            ThirdLength = (byte)entry.Hash.Length,
        };
        _rows.Add(in header, name, entry.LinkTarget, entry.Hash);
        _entryCount = next;
    }

    /// <summary>Adds something that could not be saved, or was saved with a reservation.</summary>
    /// <param name="path">Raw bytes; empty when it concerns no single path.</param>
    /// <param name="text">A sentence for the user.</param>
    /// <exception cref="CatalogException">As for <see cref="AddEntry"/>.</exception>
    public void AddProblem(ReadOnlySpan<byte> path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        MakeRoom();
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        _rows.Add(
            new RowHeader { Row = RowKind.Problem, Ordinal = _problemCount, FirstLength = path.Length, SecondLength = utf8.Length },
            path, utf8, default);
        _problemCount = checked(_problemCount + 1);
    }

    /// <summary>
    /// Ends the backup: writes what still waits, its totals and its places on tape, and returns when all of it is on disk.
    /// An import takes the place of what the catalog knew of the same uuid in the same transaction.
    /// </summary>
    /// <param name="state"><see cref="BackupState.Complete"/> or <see cref="BackupState.Incomplete"/>.</param>
    /// <param name="finished">Kept to the millisecond.</param>
    /// <param name="counts">Totals.</param>
    /// <param name="parts">Where it lies; at least one.</param>
    /// <exception cref="CatalogException">It could not be written, and may be tried again; or the backup was removed meanwhile.</exception>
    /// <exception cref="InvalidOperationException">The backup is complete already.</exception>
    public void Complete(BackupState state, DateTimeOffset finished, in BackupCounts counts, IReadOnlyList<BackupPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (state is not (BackupState.Complete or BackupState.Incomplete))
            throw new ArgumentOutOfRangeException(nameof(state), state, "A backup ends complete or incomplete.");
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count, nameof(parts));
        ThrowIfCompleted();

        _database.SetDurable(true);
        long? replaced = null;
        using (Database.Transaction transaction = _database.BeginImmediate())
        {
            InsertRows();
            if (_imported)
                replaced = TakeUuid();
            foreach (BackupPart part in parts)
                Insert(part);
            using Statement update = _database.Prepare(
                """
                UPDATE backup SET state=?, finished=?, files=?, directories=?, others=?, problems=?, content_bytes=?, archive_bytes=?
                WHERE id=?
                """);
            update.Bind(1, (long)state).Bind(2, finished.ToUnixTimeMilliseconds())
                .Bind(3, counts.Files).Bind(4, counts.Directories).Bind(5, counts.Others).Bind(6, counts.Problems)
                .Bind(7, counts.ContentBytes).Bind(8, counts.ArchiveBytes).Bind(9, _backup).Run();
            transaction.Commit();
        }
        _completed = true;
        _rows.Clear();
        if (replaced is { } old)
            PurgeReplaced(old);
    }

    /// <summary>Lets go of the backup. Without <see cref="Complete"/> before it, the backup will count as interrupted.</summary>
    public void Dispose()
    {
        _stillRunning.Dispose();
        _insertDirectory.Dispose();
        _insertEntry.Dispose();
        _insertProblem.Dispose();
        _database.Dispose();
        _lock.Dispose();
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
            throw new InvalidOperationException($"Backup {Uuid} is complete.");
    }

    private void MakeRoom()
    {
        ThrowIfCompleted();
        if (_rows.Count < BatchRows && _rows.LengthBytes < BatchBytes)
            return;
        using Database.Transaction transaction = _database.BeginImmediate();
        InsertRows();
        transaction.Commit();
        // Only now: what a failed commit rolled back is still here for the next try.
        _rows.Clear();
    }

    private void InsertRows()
    {
        bool running = _stillRunning.Step();
        _stillRunning.Reset();
        if (!running)
            throw new CatalogException($"Backup {Uuid} was removed from the catalog {_database.Path} while it was running.");
        foreach (RowBuffer.Row row in _rows)
        {
            long key = _firstKey | row.Header.Ordinal;
            switch (row.Header.Row)
            {
                case RowKind.Entry:
                    InsertEntry(key, in row);
                    break;
                case RowKind.Directory:
                    _insertDirectory.Bind(1, key).Bind(2, row.First).Run();
                    break;
                case RowKind.Problem:
                    _insertProblem.Bind(1, key).Bind(2, row.First).BindUtf8(3, row.Second).Run();
                    break;
            }
        }
    }

    /// <summary>The step by which an import comes into sight and what it replaces goes out of it.</summary>
    /// <returns>The replaced backup, of which only rows to purge are left.</returns>
    private long? TakeUuid()
    {
        long? replaced = null;
        using (Statement find = _database.Prepare("SELECT id, state FROM backup WHERE uuid=?"))
        {
            if (find.Bind(1, Uuid).Step())
            {
                replaced = find.Int64(0);
                if ((BackupState)find.Int64(1) == BackupState.Running)
                    throw new CatalogException($"Backup {Uuid} is being written right now; import it when that has ended.");
            }
        }
        if (replaced is { } old)
            _database.Execute($"UPDATE backup SET {Removal.Mark} WHERE id={old}");
        _database.Execute($"UPDATE backup SET uuid=importing, importing=NULL WHERE id={_backup}");
        return replaced;
    }

    private void PurgeReplaced(long backup)
    {
        try
        {
            _database.SetDurable(false);
            Removal.Purge(_database, backup);
        }
        catch (CatalogException)
        {
            // The import stands whatever happens to rows that nobody sees; the next open tries again, and says what is wrong.
        }
    }

    private void InsertEntry(long key, in RowBuffer.Row row)
    {
        RowHeader header = row.Header;
        _insertEntry.Bind(1, key).Bind(2, header.Directory).Bind(3, row.First)
            .Bind(4, header.Kind).Bind(5, header.State).Bind(6, header.Mode).Bind(7, header.UserId).Bind(8, header.GroupId)
            .Bind(9, header.SizeBytes).Bind(10, header.ModifiedSeconds).Bind(11, header.ModifiedNanoseconds);
        if (header.SecondLength == 0)
            _insertEntry.BindNull(12);
        else
            _insertEntry.Bind(12, row.Second);
        if (header.ThirdLength == 0)
            _insertEntry.BindNull(13);
        else
            _insertEntry.Bind(13, row.Third);
        _insertEntry.Bind(14, header.Part).Bind(15, header.ArchiveOffsetBytes).Run();
    }

    private void Insert(BackupPart part)
    {
        using Statement insert = _database.Prepare("INSERT INTO part VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
        insert.Bind(1, _backup).Bind(2, part.Number).Bind(3, part.Tape).Bind(4, part.ArchiveUuid)
            .Bind(5, part.ArchiveFirstObjectId).Bind(6, part.ArchiveBlockCount).Bind(7, part.FileNumber)
            .Bind(8, part.ManifestUuid).Bind(9, part.ManifestFirstObjectId).Run();
    }
}
