using Capstan.Catalog.Sqlite;

namespace Capstan.Catalog;

public sealed partial class TapeCatalog
{
    private const string TapeColumns = "SELECT uuid, label, barcode, created, capacity, end_of_data, state FROM tape";

    /// <summary>Adds a tape, or replaces everything that is known of the one with the same uuid.</summary>
    public void UpsertTape(TapeInfo tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        using Statement upsert = _database.Prepare(
            """
            INSERT INTO tape(uuid, label, barcode, created, capacity, end_of_data, state) VALUES(?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(uuid) DO UPDATE SET label=excluded.label, barcode=excluded.barcode, created=excluded.created,
              capacity=excluded.capacity, end_of_data=excluded.end_of_data, state=excluded.state
            """);
        upsert.Bind(1, tape.Uuid).Bind(2, tape.Label).Bind(3, tape.Barcode).Bind(4, tape.Created.ToUnixTimeMilliseconds())
            .Bind(5, tape.CapacityBytes).Bind(6, tape.EndOfDataObjectId).Bind(7, (long)tape.State).Run();
    }

    /// <summary>The tape with that uuid, or null.</summary>
    public TapeInfo? FindTape(Guid uuid)
    {
        using Statement find = _database.Prepare($"{TapeColumns} WHERE uuid=?");
        find.Bind(1, uuid);
        return find.Step() ? ReadTape(find) : null;
    }

    /// <summary>Every tape, by label.</summary>
    public IReadOnlyList<TapeInfo> ListTapes()
    {
        var tapes = new List<TapeInfo>();
        using Statement list = _database.Prepare($"{TapeColumns} ORDER BY label, id");
        while (list.Step())
            tapes.Add(ReadTape(list));
        return tapes;
    }

    /// <summary>Notes where the data on a tape ends after a commit, and what may be done with it.</summary>
    /// <param name="uuid">The tape.</param>
    /// <param name="endOfDataObjectId">Logical object identifier at end of data.</param>
    /// <param name="state">The tape's new state.</param>
    /// <returns>Whether the tape is known.</returns>
    public bool RecordEndOfData(Guid uuid, ulong endOfDataObjectId, TapeState state)
    {
        using Statement update = _database.Prepare("UPDATE tape SET end_of_data=?, state=? WHERE uuid=?");
        update.Bind(1, endOfDataObjectId).Bind(2, (long)state).Bind(3, uuid).Run();
        return _database.Changes != 0;
    }

    /// <summary>
    /// Forgets every backup of which some part lies on a tape, and the tape's end of data: the first step of reading a tape anew.
    /// The tape itself stays known.
    /// </summary>
    /// <returns>How many backups were forgotten.</returns>
    public int RemoveTapeContents(Guid uuid)
    {
        int forgotten;
        using (Database.Transaction transaction = _database.BeginImmediate())
        {
            using (Statement mark = _database.Prepare(
                $"UPDATE backup SET {Removal.Mark} WHERE purge<>2 AND id IN (SELECT backup FROM part WHERE tape=?)"))
                mark.Bind(1, uuid).Run();
            forgotten = _database.Changes;
            using (Statement forget = _database.Prepare("UPDATE tape SET end_of_data=NULL WHERE uuid=?"))
                forget.Bind(1, uuid).Run();
            transaction.Commit();
        }
        foreach (long backup in Keys("SELECT id FROM backup WHERE purge=2"))
            Removal.Purge(_database, backup);
        return forgotten;
    }

    private static TapeInfo ReadTape(Statement row)
    {
        var state = (TapeState)row.Int64(6);
        if (!Enum.IsDefined(state))
            throw row.Damaged($"tape state {(int)state}");
        return new TapeInfo(
            row.Uuid(0), row.Text(1), row.IsNull(2) ? null : row.Text(2), row.Time(3),
            row.IsNull(4) ? null : row.Int64(4), row.IsNull(5) ? null : (ulong)row.Int64(5), state);
    }
}
