namespace Capstan.Catalog.Tests;

public sealed class BackupTests : IDisposable
{
    private static readonly Guid First = new("12345678-9abc-4def-8000-000000000000");
    private static readonly Guid Second = new("12345679-9abc-4def-8000-000000000000");
    private readonly TempCatalog _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void ABackupIsOnRecordAsSoonAsItBegins()
    {
        using TapeCatalog catalog = _temp.Open();
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(First));
        using TapeCatalog other = _temp.Open();
        BackupInfo backup = other.ListBackups().ShouldHaveSingleItem();
        backup.ShouldBe(new BackupInfo(First, Make.Noon, null, "host", "user", """["docs"]""", BackupState.Running, default, backup.Parts));
        backup.Parts.ShouldBeEmpty();
        other.FindBackup("latest").ShouldBeNull();
    }

    [Theory]
    [InlineData(BackupState.Complete)]
    [InlineData(BackupState.Incomplete)]
    public void AFinishedBackupIsKnownInFull(BackupState state)
    {
        BackupPart[] parts = [Make.Part(Make.Tape, 0) with { ArchiveFirstObjectId = ulong.MaxValue }, new(1, First, Second, 2, 3, 4)];
        using (TapeCatalog catalog = _temp.Open())
        using (BackupRecorder recorder = catalog.BeginBackup(Make.Start(First)))
            recorder.Complete(state, Make.Noon.AddHours(1), new BackupCounts(1, 2, 3, 4, 5, 6), parts);

        using TapeCatalog again = _temp.Open();
        BackupInfo backup = again.FindBackup("latest").ShouldNotBeNull();
        backup.State.ShouldBe(state);
        backup.IsRestorable.ShouldBeTrue();
        backup.Finished.ShouldBe(Make.Noon.AddHours(1));
        backup.Counts.ShouldBe(new BackupCounts(1, 2, 3, 4, 5, 6));
        backup.Parts.ShouldBe(parts);
        backup.ShortId.ShouldBe("12345678");
    }

    [Fact]
    public void BackupsAreFoundByTheBeginningOfTheirUuid()
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(First);
        catalog.AddBackup(Second);
        catalog.FindBackup("12345678")!.Uuid.ShouldBe(First);
        catalog.FindBackup("12345679-9ABC")!.Uuid.ShouldBe(Second);
        catalog.FindBackup(First.ToString())!.Uuid.ShouldBe(First);
        catalog.FindBackup("2").ShouldBeNull();
        catalog.FindBackup("").ShouldBeNull();
        catalog.FindBackup("1234567g").ShouldBeNull();
        catalog.FindBackup(" 12345678").ShouldBeNull();
        catalog.FindBackup(First + "00").ShouldBeNull();
        string message = Should.Throw<AmbiguousBackupIdException>(() => catalog.FindBackup("1234567")).Message;
        message.ShouldContain(First.ToString());
        message.ShouldContain(Second.ToString());
    }

    [Fact]
    public void LatestIsTheNewestThatCanBeRestored()
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(First);
        using (BackupRecorder older = catalog.BeginBackup(Make.Start(Second, Make.Noon.AddDays(-1))))
            older.Complete();
        using (catalog.BeginBackup(Make.Start(Guid.NewGuid(), Make.Noon.AddDays(1))))
            catalog.FindBackup("latest")!.Uuid.ShouldBe(First);
        catalog.ListBackups().Select(backup => backup.Uuid).Take(2).ShouldBe([Second, First]);
    }

    [Fact]
    public void TheSameUuidBeginsOnlyOnce()
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(First, "kept");
        Should.Throw<CatalogException>(() => catalog.BeginBackup(Make.Start(First))).Message.ShouldContain(First.ToString());
        catalog.Paths(First).ShouldBe(["kept"]);
    }

    [Fact]
    public void ImportingTwiceGivesTheSameAsOnce()
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(Second, "other");
        catalog.AddBackup(First, "old", "older");
        for (int i = 0; i < 2; i++)
        {
            using BackupRecorder import = catalog.ImportBackup(Make.Start(First));
            import.AddFile("new");
            catalog.ListBackups().Count.ShouldBe(2, "an unfinished import is not shown, and takes nothing away");
            catalog.Paths(First).ShouldBe(i == 0 ? ["old", "older"] : ["new"]);
            import.Complete();
        }
        catalog.ListBackups().Count.ShouldBe(2);
        catalog.Paths(First).ShouldBe(["new"]);
        catalog.Paths(Second).ShouldBe(["other"]);
    }

    [Fact]
    public void AnImportThatDiesLeavesNothing()
    {
        using TapeCatalog catalog = _temp.Open();
        using (BackupRecorder import = catalog.ImportBackup(Make.Start(First)))
            import.AddFile("half");
        using TapeCatalog again = _temp.Open();
        again.ListBackups().ShouldBeEmpty();
        again.FindBackup("1234").ShouldBeNull();
        CountRows(again).ShouldBe(0);
    }

    [Fact]
    public void ARunningBackupIsNotImportedOver()
    {
        using TapeCatalog catalog = _temp.Open();
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(First));
        using TapeCatalog other = _temp.Open();
        Should.Throw<CatalogException>(() => other.ImportBackup(Make.Start(First)));
        Should.Throw<CatalogException>(() => other.RemoveBackup(First));
        recorder.Complete();
        other.FindBackup("latest")!.State.ShouldBe(BackupState.Complete);
    }

    [Fact]
    public void RemovedBackupsAreGoneWithTheirRows()
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(First, [.. Enumerable.Range(0, 25_000).Select(i => $"d{i / 7}/f{i}")]);
        catalog.AddBackup(Second, "kept/a");
        catalog.RemoveBackup(First).ShouldBeTrue();
        catalog.RemoveBackup(First).ShouldBeFalse();
        catalog.FindBackup("12345678").ShouldBeNull();
        catalog.Paths(Second).ShouldBe(["kept/a"]);
        CountRows(catalog).ShouldBe(2, "one entry and one directory");
        Should.Throw<CatalogException>(() => catalog.ReadEntries(First)).Message.ShouldContain(First.ToString());
    }

    [Fact]
    public void TapesAreKept()
    {
        var tape = new TapeInfo(Make.Tape, "Täpe 1", "CAP001L9", Make.Noon, 18_000_000_000_000, null, TapeState.Writable);
        var plain = new TapeInfo(First, "A", null, Make.Noon, null, ulong.MaxValue, TapeState.Full);
        using TapeCatalog catalog = _temp.Open();
        catalog.UpsertTape(tape);
        catalog.UpsertTape(plain);
        catalog.FindTape(tape.Uuid).ShouldBe(tape);
        catalog.FindTape(Second).ShouldBeNull();
        catalog.ListTapes().ShouldBe([plain, tape]);
        catalog.RecordEndOfData(tape.Uuid, 4711, TapeState.Suspect).ShouldBeTrue();
        catalog.RecordEndOfData(Second, 1, TapeState.Full).ShouldBeFalse();
        catalog.FindTape(tape.Uuid).ShouldBe(tape with { EndOfDataObjectId = 4711, State = TapeState.Suspect });
        catalog.UpsertTape(tape with { Barcode = "CAP002L9" });
        catalog.ListTapes().Count.ShouldBe(2);
        catalog.FindTape(tape.Uuid)!.Barcode.ShouldBe("CAP002L9");
    }

    [Fact]
    public void ATapeReadAnewForgetsOnlyItsOwnBackups()
    {
        Guid otherTape = Guid.NewGuid();
        using TapeCatalog catalog = _temp.Open();
        catalog.UpsertTape(new TapeInfo(Make.Tape, "one", null, Make.Noon, null, 99, TapeState.Writable));
        catalog.AddBackup(First, "a");
        using (BackupRecorder elsewhere = catalog.BeginBackup(Make.Start(Second)))
        {
            elsewhere.AddFile("b");
            elsewhere.Complete(tape: otherTape);
        }
        catalog.ListBackups(Make.Tape).ShouldHaveSingleItem().Uuid.ShouldBe(First);
        catalog.RemoveTapeContents(Make.Tape).ShouldBe(1);
        catalog.RemoveTapeContents(Make.Tape).ShouldBe(0);
        catalog.ListBackups().ShouldHaveSingleItem().Uuid.ShouldBe(Second);
        catalog.Paths(Second).ShouldBe(["b"]);
        catalog.FindTape(Make.Tape)!.EndOfDataObjectId.ShouldBeNull();
    }

    internal static long CountRows(TapeCatalog catalog)
    {
        using Sqlite.Database database = Sqlite.Database.Open(catalog.Path, TimeSpan.FromSeconds(5));
        return database.Scalar("SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM directory) + (SELECT count(*) FROM problem)");
    }
}
