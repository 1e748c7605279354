using Capstan.Catalog.Sqlite;

namespace Capstan.Catalog;

/// <summary>The tables, and how an older file becomes a current one. Explained in <c>docs/formats/catalog.md</c>.</summary>
internal static class Schema
{
    /// <summary>"Caps", in the file header: tells a catalog from any other SQLite file.</summary>
    internal const int ApplicationId = 0x43617073;

    /// <summary>Rows of one backup have the keys from <c>backup &lt;&lt; 32</c> on, in the order of their ordinals.</summary>
    internal const int OrdinalBits = 32;

    /// <summary>Script n leads from format n to format n + 1. Published scripts are never changed.</summary>
    internal static readonly string[] Migrations =
    [
        """
        CREATE TABLE tape(
          id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, label TEXT NOT NULL, barcode TEXT, created INTEGER NOT NULL,
          capacity INTEGER, end_of_data INTEGER, state INTEGER NOT NULL);
        CREATE TABLE backup(
          id INTEGER PRIMARY KEY AUTOINCREMENT, uuid BLOB NOT NULL UNIQUE, started INTEGER NOT NULL, finished INTEGER,
          host TEXT NOT NULL, user TEXT NOT NULL, sources TEXT NOT NULL, state INTEGER NOT NULL,
          files INTEGER NOT NULL DEFAULT 0, directories INTEGER NOT NULL DEFAULT 0, others INTEGER NOT NULL DEFAULT 0,
          problems INTEGER NOT NULL DEFAULT 0, content_bytes INTEGER NOT NULL DEFAULT 0, archive_bytes INTEGER NOT NULL DEFAULT 0,
          imported INTEGER NOT NULL DEFAULT 0, purge INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE part(
          backup INTEGER NOT NULL, number INTEGER NOT NULL, tape BLOB NOT NULL,
          archive_uuid BLOB NOT NULL, archive_object INTEGER NOT NULL, archive_blocks INTEGER NOT NULL, file_number INTEGER NOT NULL,
          manifest_uuid BLOB, manifest_object INTEGER,
          PRIMARY KEY(backup, number)) WITHOUT ROWID;
        CREATE INDEX part_tape ON part(tape);
        CREATE TABLE directory(id INTEGER PRIMARY KEY, path BLOB NOT NULL);
        CREATE TABLE entry(
          id INTEGER PRIMARY KEY, directory INTEGER NOT NULL, name BLOB NOT NULL, kind INTEGER NOT NULL, state INTEGER NOT NULL,
          mode INTEGER NOT NULL, uid INTEGER NOT NULL, gid INTEGER NOT NULL, size INTEGER NOT NULL,
          mtime INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, link BLOB, hash BLOB, part INTEGER NOT NULL, offset INTEGER NOT NULL);
        CREATE TABLE problem(id INTEGER PRIMARY KEY, path BLOB NOT NULL, text TEXT NOT NULL);
        """,
        // What is being removed gives its uuid up at once, so that it never stands in the way of what takes its place.
        """
        ALTER TABLE backup ADD COLUMN importing BLOB;
        CREATE UNIQUE INDEX backup_importing ON backup(importing);
        UPDATE backup SET uuid=randomblob(16) WHERE purge=2;
        """,
        // What the key is called that the drive encrypted it with; empty: no name. NULL: in clear, or from before this column.
        """
        ALTER TABLE backup ADD COLUMN encryption TEXT;
        """,
    ];

    /// <summary>The format this program writes.</summary>
    internal static int CurrentVersion => Migrations.Length;

    /// <summary>Brings a file to the current format, or refuses it.</summary>
    /// <exception cref="CatalogTooNewException">A newer program wrote it.</exception>
    /// <exception cref="CatalogDamagedException">Not a database, or one that contradicts itself.</exception>
    /// <exception cref="CatalogException">A database of some other program.</exception>
    internal static void Prepare(Database database, TimeSpan busyTimeout)
    {
        long version = CheckedVersion(database);
        if (version == CurrentVersion)
            return;
        if (version == 0)
            SwitchToWriteAheadLog(database, busyTimeout);
        database.SetDurable(true);
        using (Database.Transaction transaction = database.BeginImmediate())
        {
            // Another process may have been faster.
            for (version = CheckedVersion(database); version < CurrentVersion; version++)
                database.Execute(Migrations[version]);
            database.Execute($"PRAGMA application_id={ApplicationId}; PRAGMA user_version={CurrentVersion}");
            transaction.Commit();
        }
        database.SetDurable(false);
    }

    private static long CheckedVersion(Database database)
    {
        long application = database.Scalar("PRAGMA application_id");
        long version = database.Scalar("PRAGMA user_version");
        if (application == 0 && version == 0 && database.Scalar("SELECT count(*) FROM sqlite_schema") == 0)
            return 0;
        if (application != ApplicationId)
            throw new CatalogException($"{database.Path} is a SQLite database, but not a Capstan catalog. It was left as it is.");
        if (version > CurrentVersion)
            throw new CatalogTooNewException(database.Path, version, CurrentVersion);
        return version > 0 ? version : throw new CatalogDamagedException(database.Path, $"format number {version}");
    }

    /// <summary>Readers go on while somebody writes. Needs the file for itself for a moment, and SQLite does not wait for that.</summary>
    private static void SwitchToWriteAheadLog(Database database, TimeSpan busyTimeout)
    {
        // 8 KiB: a sixth less time an insert than 4 KiB, and small commits stay small.
        database.Execute("PRAGMA page_size=8192");
        const int pauseMilliseconds = 10;
        for (int attempts = (int)(busyTimeout.TotalMilliseconds / pauseMilliseconds); ; attempts--)
        {
            try
            {
                database.Execute("PRAGMA journal_mode=WAL");
                return;
            }
            catch (CatalogException busy) when (busy.IsTransient && attempts > 0)
            {
                Thread.Sleep(pauseMilliseconds);
            }
        }
    }
}
