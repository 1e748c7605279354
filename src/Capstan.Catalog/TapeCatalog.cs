using Capstan.Catalog.Sqlite;

namespace Capstan.Catalog;

/// <summary>
/// What is on which tape, in one SQLite file. Everything in it can be made anew from the tapes; it saves reading them.
/// </summary>
/// <remarks>
/// <para>One thread at a time for each object: this one, every <see cref="BackupRecorder"/> and every <see cref="EntryReader"/>
/// has a database connection of its own, so different objects may be used on different threads, and several processes may
/// have the same file open and write to it.</para>
/// <para>Every member that touches the file may throw <see cref="CatalogDamagedException"/> (its bytes contradict themselves)
/// and <see cref="CatalogException"/> (no space, no permission, another process kept the file busy longer than the busy timeout).</para>
/// <para>While catalogs are open, do not open the file by other means in the same process: closing such a descriptor drops
/// SQLite's POSIX locks (fcntl(2), "advisory record locking").</para>
/// </remarks>
public sealed partial class TapeCatalog : IDisposable
{
    private static readonly TimeSpan DefaultBusyTimeout = TimeSpan.FromSeconds(60);

    private readonly Database _database;
    private readonly TimeSpan _busyTimeout;

    private TapeCatalog(Database database, TimeSpan busyTimeout)
    {
        _database = database;
        _busyTimeout = busyTimeout;
    }

    /// <summary>The file, as it was given.</summary>
    public string Path => _database.Path;

    /// <summary>Whether there is what keeps a catalog, before there is one.</summary>
    /// <exception cref="CatalogException">SQLite cannot be loaded.</exception>
    public static void RequireLibrary() => Sqlite.Database.Bind();

    /// <summary>
    /// Opens a catalog, creates it when there is no file, brings an older format up to date, and marks backups whose process
    /// died as interrupted.
    /// </summary>
    /// <param name="path">The file; beside it live <c>-wal</c>, <c>-shm</c> and <c>-running</c>. The directory must exist.</param>
    /// <param name="busyTimeout">How long to wait for another writer; 60 s unless given. No writer holds the file for more than
    /// the moment that some 10,000 rows take.</param>
    /// <exception cref="CatalogTooNewException">A newer program wrote it; it was not touched.</exception>
    /// <exception cref="CatalogDamagedException">It is no database, or a broken one; the message says how to make it anew.</exception>
    /// <exception cref="CatalogException">No permission, no directory, or a database of some other program.</exception>
    public static TapeCatalog Open(string path, TimeSpan? busyTimeout = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        TimeSpan timeout = busyTimeout ?? DefaultBusyTimeout;
        Database database = Database.Open(path, timeout);
        try
        {
            Schema.Prepare(database, timeout);
            Configure(database);
            var catalog = new TapeCatalog(database, timeout);
            try
            {
                catalog.MarkInterrupted();
            }
            catch (CatalogException busyOrFull) when (busyOrFull.IsTransient)
            {
                // Reading must go on when the disk is full; the next open tries again.
            }
            return catalog;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Begins a backup: it is on record, as running, when this returns.
    /// </summary>
    /// <exception cref="CatalogException">The uuid is taken, or is being imported by somebody right now.</exception>
    public BackupRecorder BeginBackup(BackupStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (IsBeingImported(_database, start.Uuid))
            MarkInterrupted();
        return Begin(start, imported: false);
    }

    /// <summary>
    /// Begins to take over a backup from its manifest on tape. <see cref="BackupRecorder.Complete"/> puts it in the place of what the
    /// catalog knew of the same uuid, in one step, so that importing twice gives the same as once. Until then no list shows it and
    /// what the catalog knew stays; when it is disposed of before, or the process dies, nothing of it remains.
    /// </summary>
    /// <exception cref="CatalogException">That backup is being written or imported by somebody right now.</exception>
    public BackupRecorder ImportBackup(BackupStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        MarkInterrupted();
        return Begin(start, imported: true);
    }

    /// <summary>
    /// Gives backups that still say running, but whose process is gone, the state <see cref="BackupState.Interrupted"/> and removes
    /// their rows. Never touches one whose <see cref="BackupRecorder"/> is alive, in whatever process or container.
    /// </summary>
    /// <returns>How many were marked.</returns>
    public int MarkInterrupted()
    {
        int marked = 0;
        if (_database.Scalar($"SELECT EXISTS(SELECT 1 FROM backup WHERE state={(int)BackupState.Running})") != 0)
        {
            using RunningLocks locks = RunningLocks.Open(Path);
            // Under the writer lock: a backup takes its byte before its row can be seen.
            using Database.Transaction transaction = _database.BeginImmediate();
            foreach (long backup in Keys($"SELECT id FROM backup WHERE state={(int)BackupState.Running}"))
            {
                if (locks.IsHeldElsewhere(backup))
                    continue;
                _database.Execute($"UPDATE backup SET state={(int)BackupState.Interrupted}, purge=1+imported, importing=NULL WHERE id={backup}");
                marked++;
            }
            transaction.Commit();
        }
        foreach (long backup in Keys("SELECT id FROM backup WHERE purge<>0"))
            Removal.Purge(_database, backup);
        return marked;
    }

    /// <summary>Reads the whole file and checks that it agrees with itself.</summary>
    /// <returns>What SQLite's quick_check found; empty when all is well.</returns>
    public IReadOnlyList<string> Check()
    {
        var findings = new List<string>();
        try
        {
            using Statement check = _database.Prepare("PRAGMA quick_check");
            while (check.Step())
                findings.Add(check.Text(0));
        }
        catch (CatalogDamagedException damaged)
        {
            findings.Add(damaged.Message);
        }
        return findings is ["ok"] ? [] : findings;
    }

    /// <summary>Closes the connection; recorders and readers stay usable.</summary>
    public void Dispose() => _database.Dispose();

    internal static void Configure(Database database) =>
        // 16 MiB of log between checkpoints: a small backup ends without one. cell_size_check: broken pages are noticed when read.
        database.Execute("PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=2048; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF");

    private Database OpenSibling()
    {
        Database database = Database.Open(Path, _busyTimeout);
        try
        {
            Configure(database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private BackupRecorder Begin(BackupStart start, bool imported)
    {
        Database database = OpenSibling();
        RunningLocks? locks = null;
        try
        {
            locks = RunningLocks.Open(Path);
            database.SetDurable(true);
            long backup;
            using (Database.Transaction transaction = database.BeginImmediate())
            {
                ThrowIfTaken(database, start.Uuid, imported);
                using Statement insert = database.Prepare(
                    """
                    INSERT INTO backup(uuid, started, host, user, sources, state, imported, importing, encryption)
                    VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
                    """);
                // An import takes its uuid when it is complete: until then another row may have it.
                insert.Bind(1, imported ? Guid.NewGuid() : start.Uuid).Bind(2, start.Started.ToUnixTimeMilliseconds())
                    .Bind(3, start.Host).Bind(4, start.User).Bind(5, start.SourcesJson)
                    .Bind(6, (long)BackupState.Running).Bind(7, imported ? 1 : 0).Bind(8, imported ? start.Uuid : (Guid?)null);
                if (start.Encryption is null)
                    insert.BindNull(9);
                else
                    insert.Bind(9, start.Encryption);
                insert.Step();
                backup = insert.Int64(0);
                insert.Reset();
                if (!locks.TryHold(backup))
                    throw new CatalogException($"{RunningLocks.PathOf(Path)} is locked although no backup runs under number {backup}.");
                transaction.Commit();
            }
            database.SetDurable(false);
            return new BackupRecorder(database, locks, backup, start.Uuid, imported);
        }
        catch
        {
            locks?.Dispose();
            database.Dispose();
            throw;
        }
    }

    private List<long> Keys(string query)
    {
        var keys = new List<long>();
        using Statement statement = _database.Prepare(query);
        while (statement.Step())
            keys.Add(statement.Int64(0));
        return keys;
    }

    /// <summary>Inside the transaction that takes the uuid, so that nobody else can take it in between.</summary>
    private void ThrowIfTaken(Database database, Guid uuid, bool imported)
    {
        if (IsBeingImported(database, uuid))
            throw new CatalogException($"Backup {uuid} is being imported right now.");
        using Statement find = database.Prepare("SELECT state FROM backup WHERE uuid=?");
        if (!find.Bind(1, uuid).Step())
            return;
        if (!imported)
            throw new CatalogException($"The catalog {Path} knows a backup {uuid} already.");
        if ((BackupState)find.Int64(0) == BackupState.Running)
            throw new CatalogException($"Backup {uuid} is being written right now; import it when that has ended.");
    }

    private static bool IsBeingImported(Database database, Guid uuid)
    {
        using Statement find = database.Prepare("SELECT 1 FROM backup WHERE importing=?");
        return find.Bind(1, uuid).Step();
    }

    private static long? KeyOf(Database database, Guid uuid)
    {
        using Statement find = database.Prepare($"SELECT id FROM backup WHERE uuid=? AND {Shown}");
        return find.Bind(1, uuid).Step() ? find.Int64(0) : null;
    }

    private BackupState StateOf(long backup) => (BackupState)_database.Scalar($"SELECT state FROM backup WHERE id={backup}");

    private void ForgetBackup(long backup)
    {
        _database.Execute($"UPDATE backup SET {Removal.Mark} WHERE id={backup}");
        Removal.Purge(_database, backup);
    }
}
