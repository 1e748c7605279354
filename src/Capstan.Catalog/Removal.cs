using Capstan.Catalog.Sqlite;

namespace Capstan.Catalog;

/// <summary>
/// How a backup leaves the catalog: one small update takes it out of sight, then its rows go in small steps, each of which leaves
/// a state from which the next open goes on.
/// </summary>
internal static class Removal
{
    /// <summary>
    /// What an UPDATE of the row sets: from its commit on nobody sees the backup, and its uuid is free for another row.
    /// </summary>
    internal const string Mark = "purge=2, uuid=randomblob(16)";

    /// <summary>Rows a transaction deletes at most: others write in between.</summary>
    private const int ChunkRows = 10_000;

    /// <summary>Removes the rows of a backup whose column purge says so: 1 its content, 2 the backup itself as well.</summary>
    internal static void Purge(Database database, long backup)
    {
        long first = backup << Schema.OrdinalBits;
        long last = first | uint.MaxValue;
        foreach (string table in (ReadOnlySpan<string>)["entry", "directory", "problem"])
        {
            using Statement delete = database.Prepare(
                $"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE id BETWEEN {first} AND {last} LIMIT {ChunkRows})");
            do
                delete.Run();
            while (database.Changes != 0);
        }
        using Database.Transaction transaction = database.BeginImmediate();
        database.Execute(
            $"""
            DELETE FROM part WHERE backup={backup};
            DELETE FROM backup WHERE id={backup} AND purge=2;
            UPDATE backup SET purge=0 WHERE id={backup};
            """);
        transaction.Commit();
    }
}
