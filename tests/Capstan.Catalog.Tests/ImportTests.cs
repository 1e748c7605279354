using System.Buffers.Binary;
using Capstan.Catalog.Sqlite;

namespace Capstan.Catalog.Tests;

/// <summary>An import takes the place of what was known in one step, or changes nothing.</summary>
public sealed class ImportTests : IDisposable
{
    private const int PageLengthBytes = 8192;
    private const int LogHeaderLengthBytes = 32;
    private const int FrameHeaderLengthBytes = 24;

    private static readonly Guid Id = new("12345678-9abc-4def-8000-000000000000");
    private static readonly string[] Old = [.. Enumerable.Range(0, 10_500).Select(i => $"old/f{i}")];
    private static readonly string[] New = [.. Enumerable.Range(0, 10_700).Select(i => $"new/f{i}")];
    private readonly TempCatalog _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void AnImportDisposedHalfWayKeepsWhatWasKnown()
    {
        using TapeCatalog catalog = _temp.Open();
        AddOld(catalog);
        BackupInfo before = catalog.FindBackup("latest").ShouldNotBeNull();
        using (BackupRecorder import = catalog.ImportBackup(Make.Start(Id, Make.Noon.AddDays(1))))
        {
            AddNew(import);
            ShouldHoldOld(catalog);
        }
        ShouldHoldOld(catalog);
        using TapeCatalog again = _temp.Open();
        ShouldHoldOld(again);
        BackupInfo after = again.FindBackup("latest").ShouldNotBeNull();
        after.Parts.ShouldBe(before.Parts);
        (after with { Parts = before.Parts }).ShouldBe(before);
        again.ReadProblems(Id).ShouldHaveSingleItem().Text.ShouldBe("old");
        BackupTests.CountRows(again).ShouldBe(Old.Length + 2, "one directory and one problem; nothing of the import");
    }

    [Fact]
    public void AnImportThatCompletesReplacesWhatWasKnown()
    {
        using TapeCatalog catalog = _temp.Open();
        AddOld(catalog);
        Guid otherTape = Guid.NewGuid();
        using (BackupRecorder import = catalog.ImportBackup(Make.Start(Id, Make.Noon.AddDays(1))))
        {
            AddNew(import);
            import.Complete(BackupState.Incomplete, otherTape);
            catalog.ListBackups().ShouldHaveSingleItem().State.ShouldBe(BackupState.Incomplete);
        }
        catalog.Paths(Id).ShouldBe(New);
        catalog.ReadProblems(Id).ShouldBeEmpty();
        catalog.ListBackups(Make.Tape).ShouldBeEmpty();
        catalog.ListBackups(otherTape).ShouldHaveSingleItem().Started.ShouldBe(Make.Noon.AddDays(1));
        catalog.FindBackup("12345678")!.Uuid.ShouldBe(Id);
        BackupTests.CountRows(catalog).ShouldBe(New.Length + 1, "what was replaced is purged");
        catalog.Check().ShouldBeEmpty();
    }

    [Fact]
    public void WhatAProcessLeavesThatDiesHalfWayIsTheOldBackup()
    {
        using TapeCatalog catalog = _temp.Open();
        AddOld(catalog);
        using BackupRecorder import = catalog.ImportBackup(Make.Start(Id));
        AddNew(import);
        using TempCatalog copy = _temp.CopyFiles();
        using TapeCatalog after = copy.Open();
        ShouldHoldOld(after);
        BackupTests.CountRows(after).ShouldBe(Old.Length + 2);
        import.Complete();
        catalog.Paths(Id).ShouldBe(New);
    }

    /// <summary>The log cut behind every commit of an import, and one page short of it: everything that a crash can leave.</summary>
    [Fact]
    public void ACrashAtAnyMomentLeavesTheOldBackupOrTheNewOne()
    {
        using (TapeCatalog first = _temp.Open())
            AddOld(first);
        using TapeCatalog catalog = _temp.Open();
        using (BackupRecorder import = catalog.ImportBackup(Make.Start(Id)))
        {
            AddNew(import);
            import.Complete();
        }
        byte[] log = File.ReadAllBytes(_temp.Path + "-wal");
        int old = 0;
        bool sawPurge = false;
        List<int> commits = CommitEnds(log);
        bool isNew = false;
        foreach (int end in commits.SelectMany(end => (int[])[end - PageLengthBytes, end]))
        {
            using var copy = new TempCatalog();
            File.Copy(_temp.Path, copy.Path);
            File.WriteAllBytes(copy.Path + "-wal", log[..end]);
            long rowsBefore = RowsAsLeft(copy);
            using TapeCatalog after = copy.Open();
            after.ListBackups().ShouldHaveSingleItem().State.ShouldBe(BackupState.Complete, $"log of {end} bytes");
            string[] paths = [.. after.Paths(Id)];
            bool nowNew = paths.Length == New.Length;
            paths.SequenceEqual(nowNew ? New : Old).ShouldBeTrue($"log of {end} bytes");
            (isNew && !nowNew).ShouldBeFalse("there is no way back");
            isNew = nowNew;
            old += nowNew ? 0 : 1;
            sawPurge |= nowNew && rowsBefore > New.Length + 1;
            BackupTests.CountRows(after).ShouldBe(nowNew ? New.Length + 1 : Old.Length + 2);
        }
        old.ShouldBeGreaterThanOrEqualTo(4, "begin and one batch at least");
        sawPurge.ShouldBeTrue("a crash between the replacement and the end of the purge was among them");
        isNew.ShouldBeTrue();
    }

    [Fact]
    public void TheSameUuidIsImportedByOneAtATime()
    {
        using TapeCatalog catalog = _temp.Open();
        using TapeCatalog other = _temp.Open();
        AddOld(catalog);
        using (BackupRecorder import = catalog.ImportBackup(Make.Start(Id)))
        {
            Should.Throw<CatalogException>(() => other.ImportBackup(Make.Start(Id))).Message.ShouldContain(Id.ToString());
            Should.Throw<CatalogException>(() => other.RemoveBackup(Id)).Message.ShouldContain(Id.ToString());
            import.AddFile("new");
            import.Complete();
        }
        catalog.Paths(Id).ShouldBe(["new"]);
        using (BackupRecorder import = other.ImportBackup(Make.Start(Id)))
        {
            import.AddFile("newer");
            import.Complete();
        }
        catalog.Paths(Id).ShouldBe(["newer"]);
        BackupTests.CountRows(catalog).ShouldBe(2);
    }

    [Fact]
    public void AUuidThatIsBeingImportedCannotBegin()
    {
        using TapeCatalog catalog = _temp.Open();
        using (BackupRecorder import = catalog.ImportBackup(Make.Start(Id)))
        {
            import.AddFile("half");
            Should.Throw<CatalogException>(() => catalog.BeginBackup(Make.Start(Id))).Message.ShouldContain(Id.ToString());
            Should.Throw<CatalogException>(() => catalog.ReadEntries(Id));
            catalog.ReadProblems(Id).ShouldBeEmpty();
        }
        catalog.AddBackup(Id, "begun");
        catalog.Paths(Id).ShouldBe(["begun"]);
    }

    [Fact]
    public void AReaderOfTheOldBackupGoesOnWhenItIsReplaced()
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(Id, "a", "b");
        using EntryReader reader = catalog.ReadEntries(Id);
        using (BackupRecorder import = catalog.ImportBackup(Make.Start(Id)))
        {
            import.AddFile("new");
            import.Complete();
        }
        reader.Read().ShouldBeTrue();
        reader.Path.SequenceEqual("a"u8).ShouldBeTrue();
        reader.Read().ShouldBeTrue();
        reader.Read().ShouldBeFalse();
    }

    [Fact]
    public void ACompletionThatFoundTheFileBusyIsTriedAgain()
    {
        using TapeCatalog catalog = TapeCatalog.Open(_temp.Path, TimeSpan.Zero);
        catalog.AddBackup(Id, "old");
        using BackupRecorder import = catalog.ImportBackup(Make.Start(Id));
        import.AddFile("new");
        using (Database blocker = Database.Open(_temp.Path, TimeSpan.Zero))
        using (blocker.BeginImmediate())
            Should.Throw<CatalogException>(() => import.Complete()).IsTransient.ShouldBeTrue();
        catalog.Paths(Id).ShouldBe(["old"]);
        import.Complete();
        catalog.Paths(Id).ShouldBe(["new"]);
    }

    [Fact]
    public void AFileOfFormat1IsBroughtUpToDate()
    {
        using (Database database = Database.Open(_temp.Path, TimeSpan.Zero))
        {
            database.Execute("PRAGMA journal_mode=WAL");
            database.Execute(Schema.Migrations[0]);
            // A finished backup, one whose removal was cut off, and an import whose process died.
            database.Execute(
                $"""
                INSERT INTO backup(id, uuid, started, finished, host, user, sources, state, imported, purge) VALUES
                  (1, x'{Id:N}', 0, 1, 'h', 'u', '[]', 1, 0, 0),
                  (2, x'000102030405060708090a0b0c0d0e0f', 0, 1, 'h', 'u', '[]', 1, 0, 2),
                  (3, x'100102030405060708090a0b0c0d0e0f', 0, NULL, 'h', 'u', '[]', 0, 1, 0);
                INSERT INTO directory VALUES(1 << 32, x''), (2 << 32, x''), (3 << 32, x'');
                INSERT INTO entry
                  SELECT id, 0, x'61', 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, 0, 0 FROM directory;
                PRAGMA application_id={Schema.ApplicationId};
                PRAGMA user_version=1;
                """);
        }
        using TapeCatalog catalog = _temp.Open();
        using (Database database = Database.Open(_temp.Path, TimeSpan.Zero))
            database.Scalar("PRAGMA user_version").ShouldBe(3);
        catalog.ListBackups().ShouldHaveSingleItem().Uuid.ShouldBe(Id);
        catalog.Paths(Id).ShouldBe(["a"]);
        BackupTests.CountRows(catalog).ShouldBe(2);
        using (BackupRecorder import = catalog.ImportBackup(Make.Start(Id)))
        {
            import.AddFile("b");
            import.Complete();
        }
        catalog.Paths(Id).ShouldBe(["b"]);
        catalog.Check().ShouldBeEmpty();
    }

    private static void AddOld(TapeCatalog catalog)
    {
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(Id));
        foreach (string path in Old)
            recorder.AddFile(path);
        recorder.AddProblem([], "old");
        recorder.Complete();
    }

    private static void AddNew(BackupRecorder import)
    {
        foreach (string path in New)
            import.AddFile(path);
    }

    private static void ShouldHoldOld(TapeCatalog catalog)
    {
        catalog.ListBackups().ShouldHaveSingleItem().Uuid.ShouldBe(Id);
        catalog.ListBackups(Make.Tape).ShouldHaveSingleItem().State.ShouldBe(BackupState.Complete);
        catalog.FindBackup("1234").ShouldNotBeNull();
        catalog.Paths(Id).SequenceEqual(Old).ShouldBeTrue();
    }

    private static long RowsAsLeft(TempCatalog copy)
    {
        using TempCatalog second = copy.CopyFiles();
        using Database database = Database.Open(second.Path, TimeSpan.Zero);
        return database.Scalar("SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM directory) + (SELECT count(*) FROM problem)");
    }

    /// <summary>A frame header's second field is not 0 in the frame that ends a transaction (SQLite file format, 4.1).</summary>
    private static List<int> CommitEnds(byte[] log)
    {
        var ends = new List<int>();
        int frame = LogHeaderLengthBytes;
        for (; frame + FrameHeaderLengthBytes + PageLengthBytes <= log.Length; frame += FrameHeaderLengthBytes + PageLengthBytes)
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(frame + 4)) != 0)
                ends.Add(frame + FrameHeaderLengthBytes + PageLengthBytes);
        }
        return ends;
    }
}
