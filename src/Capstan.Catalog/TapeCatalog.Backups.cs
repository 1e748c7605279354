using System.Globalization;
using Capstan.Catalog.Sqlite;

namespace Capstan.Catalog;

public sealed partial class TapeCatalog
{
    /// <summary>Neither being removed nor an import under way.</summary>
    private const string Shown = "purge<>2 AND NOT (imported=1 AND state=0)";

    private const string BackupColumns =
        $"""
        SELECT id, uuid, started, finished, host, user, sources, state,
          files, directories, others, problems, content_bytes, archive_bytes, encryption
        FROM backup WHERE {Shown}
        """;

    /// <summary>Every backup, oldest first, whatever its state. Unfinished imports are not shown.</summary>
    public IReadOnlyList<BackupInfo> ListBackups()
    {
        using Statement list = _database.Prepare($"{BackupColumns} ORDER BY started, id");
        return ReadBackups(list);
    }

    /// <summary>The backups of which some part lies on a tape, oldest first.</summary>
    public IReadOnlyList<BackupInfo> ListBackups(Guid tape)
    {
        using Statement list = _database.Prepare(
            $"{BackupColumns} AND id IN (SELECT backup FROM part WHERE tape=?) ORDER BY started, id");
        list.Bind(1, tape);
        return ReadBackups(list);
    }

    /// <summary>Finds one backup.</summary>
    /// <param name="id"><c>latest</c> (the newest that can be restored), or the first digits of a uuid, hyphens or not, in either case.</param>
    /// <returns>Null when there is none, also when <paramref name="id"/> is neither of these.</returns>
    /// <exception cref="AmbiguousBackupIdException">The digits begin more than one backup; the message lists them.</exception>
    public BackupInfo? FindBackup(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id == "latest")
        {
            using Statement latest = _database.Prepare(
                $"{BackupColumns} AND state IN ({(int)BackupState.Complete}, {(int)BackupState.Incomplete}) ORDER BY started DESC, id DESC LIMIT 1");
            return ReadBackups(latest).FirstOrDefault();
        }

        string digits = id.Replace("-", "", StringComparison.Ordinal);
        if (digits.Length is 0 or > 32
            || !UInt128.TryParse(digits.PadRight(32, '0'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 low))
            return null;
        UInt128 high = low | (digits.Length == 32 ? 0 : UInt128.MaxValue >> (4 * digits.Length));
        using Statement find = _database.Prepare($"{BackupColumns} AND uuid BETWEEN ? AND ? ORDER BY started, id LIMIT 10");
        find.Bind(1, UuidOf(low)).Bind(2, UuidOf(high));
        List<BackupInfo> found = ReadBackups(find);
        return found.Count > 1
            ? throw new AmbiguousBackupIdException(id, string.Join(", ", found.Select(backup => backup.Uuid)))
            : found.FirstOrDefault();
    }

    /// <summary>The entries of a backup, in the order in which they were added, which is their order on tape.</summary>
    /// <param name="backup">Uuid of a backup that <see cref="BackupInfo.IsRestorable"/>; of a running one, what is committed so far.</param>
    /// <param name="paths">Only these paths and what lies below them; empty: everything. Raw bytes; a trailing '/' means nothing.</param>
    /// <exception cref="CatalogException">No such backup.</exception>
    public EntryReader ReadEntries(Guid backup, IReadOnlyList<byte[]>? paths = null)
    {
        Database database = OpenSibling();
        try
        {
            // One look for the backup and its entries: an import may replace it, and its rows go, at any moment.
            database.Execute("BEGIN");
            long key = KeyOf(database, backup) ?? throw new CatalogException($"The catalog {Path} knows no backup {backup}.");
            return new EntryReader(database, key, paths ?? []);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>What a backup reported, in order. Empty for an unknown backup.</summary>
    public IReadOnlyList<BackupProblem> ReadProblems(Guid backup)
    {
        var problems = new List<BackupProblem>();
        if (KeyOf(_database, backup) is not { } key)
            return problems;
        using Statement read = _database.Prepare("SELECT path, text FROM problem WHERE id BETWEEN ? AND ? ORDER BY id");
        read.Bind(1, key << Schema.OrdinalBits).Bind(2, (key << Schema.OrdinalBits) | uint.MaxValue);
        while (read.Step())
            problems.Add(new BackupProblem(read.Blob(0).ToArray(), read.Text(1)));
        return problems;
    }

    /// <summary>Makes the catalog forget a backup. What is on tape stays there.</summary>
    /// <returns>Whether it was known.</returns>
    /// <exception cref="CatalogException">It is running, or being imported.</exception>
    public bool RemoveBackup(Guid backup)
    {
        MarkInterrupted();
        if (IsBeingImported(_database, backup))
            throw new CatalogException($"Backup {backup} is being imported right now.");
        if (KeyOf(_database, backup) is not { } key)
            return false;
        if (StateOf(key) == BackupState.Running)
            throw new CatalogException($"Backup {backup} is being written right now.");
        ForgetBackup(key);
        return true;
    }

    private static Guid UuidOf(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new Guid(bytes, bigEndian: true);
    }

    private List<BackupInfo> ReadBackups(Statement row)
    {
        var backups = new List<BackupInfo>();
        while (row.Step())
        {
            var state = (BackupState)row.Int64(7);
            if (!Enum.IsDefined(state))
                throw row.Damaged($"backup state {(int)state}");
            backups.Add(new BackupInfo(
                row.Uuid(1), row.Time(2), row.IsNull(3) ? null : row.Time(3), row.Text(4), row.Text(5), row.Text(6), state,
                new BackupCounts(row.Int64(8), row.Int64(9), row.Int64(10), row.Int64(11), row.Int64(12), row.Int64(13)),
                ReadParts(row.Int64(0)),
                row.IsNull(14) ? null : row.Text(14)));
        }
        return backups;
    }

    private List<BackupPart> ReadParts(long backup)
    {
        var parts = new List<BackupPart>();
        using Statement row = _database.Prepare(
            """
            SELECT number, tape, archive_uuid, archive_object, archive_blocks, file_number, manifest_uuid, manifest_object
            FROM part WHERE backup=? ORDER BY number
            """);
        row.Bind(1, backup);
        while (row.Step())
            parts.Add(new BackupPart(
                (int)row.Int64(0), row.Uuid(1), row.Uuid(2), (ulong)row.Int64(3), (ulong)row.Int64(4), (ulong)row.Int64(5),
                row.IsNull(6) ? null : row.Uuid(6), row.IsNull(7) ? null : (ulong)row.Int64(7)));
        return parts;
    }
}
