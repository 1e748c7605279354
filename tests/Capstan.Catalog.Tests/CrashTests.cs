using System.Diagnostics;

namespace Capstan.Catalog.Tests;

public sealed class CrashTests : IDisposable
{
    private static readonly Guid Kept = Guid.NewGuid();
    private static readonly Guid Died = Guid.NewGuid();
    private readonly TempCatalog _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void WhatAPowerCutLeavesOfARunningBackupIsInterruptedAndEmpty()
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(Kept, "kept");
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(Died, Make.Noon.AddHours(1)));
        for (int i = 0; i < 25_000; i++)
            recorder.AddFile($"d/f{i}");
        recorder.AddProblem("p"u8, "text");

        using TempCatalog copy = _temp.CopyFiles();
        using TapeCatalog after = copy.Open();
        BackupInfo died = after.FindBackup(Died.ToString()).ShouldNotBeNull();
        died.State.ShouldBe(BackupState.Interrupted);
        died.Finished.ShouldBeNull();
        after.Paths(Died).ShouldBeEmpty();
        after.Paths(Kept).ShouldBe(["kept"]);
        after.FindBackup("latest")!.Uuid.ShouldBe(Kept);
        BackupTests.CountRows(after).ShouldBe(2);
        after.MarkInterrupted().ShouldBe(0);
    }

    [Fact]
    public void ACompletedBackupSurvivesAPowerCut()
    {
        using TapeCatalog catalog = _temp.Open();
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(Kept));
        for (int i = 0; i < 12_000; i++)
            recorder.AddFile($"d/f{i}");
        recorder.Complete();
        using TempCatalog copy = _temp.CopyFiles();
        using TapeCatalog after = copy.Open();
        after.FindBackup("latest")!.Uuid.ShouldBe(Kept);
        after.Paths(Kept).Count.ShouldBe(12_000);
    }

    [Fact]
    public void ABackupWhoseRecorderLivesIsNeverMarked()
    {
        using TapeCatalog catalog = _temp.Open();
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(Kept));
        recorder.AddFile("a");
        using (TapeCatalog other = _temp.Open())
            other.MarkInterrupted().ShouldBe(0);
        catalog.Dispose();
        using (TapeCatalog other = _temp.Open())
            other.ListBackups().ShouldHaveSingleItem().State.ShouldBe(BackupState.Running);
        recorder.Complete();
    }

    [Fact]
    public void ARecorderDroppedWithoutCompleteIsMarkedByTheNextOpen()
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.BeginBackup(Make.Start(Died)).Dispose();
        catalog.ListBackups().ShouldHaveSingleItem().State.ShouldBe(BackupState.Running);
        using TapeCatalog other = _temp.Open();
        catalog.ListBackups().ShouldHaveSingleItem().State.ShouldBe(BackupState.Interrupted);
    }

    /// <summary>Somebody deleted the lock file, or wrote to the catalog by hand: rows without their backup must not come to be.</summary>
    [Fact]
    public void ARecorderWhoseBackupIsGoneFailsAndWritesNothing()
    {
        using TapeCatalog catalog = _temp.Open();
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(Died));
        recorder.AddFile("a");
        using (Sqlite.Database database = Sqlite.Database.Open(_temp.Path, TimeSpan.Zero))
            database.Execute("DELETE FROM backup");
        Should.Throw<CatalogException>(() => recorder.Complete()).Message.ShouldContain(Died.ToString());
        BackupTests.CountRows(catalog).ShouldBe(0);
        catalog.ListBackups().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(150)]
    public void AKilledProcessLeavesAnInterruptedBackup(int moreMilliseconds)
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(Kept, "kept");
        using Process child = ChildProcess.Start(nameof(ChildProcess.WriteUntilKilled), _temp.Path);
        while (catalog.ListBackups().Count < 2)
        {
            child.HasExited.ShouldBeFalse("the child must be writing by now");
            Thread.Sleep(5);
        }
        Thread.Sleep(moreMilliseconds);
        catalog.MarkInterrupted().ShouldBe(0, "it lives");
        child.Kill();
        child.WaitForExit();

        catalog.MarkInterrupted().ShouldBe(1);
        catalog.ListBackups().Select(backup => backup.State).Order()
            .ShouldBe([BackupState.Complete, BackupState.Interrupted]);
        catalog.Paths(Kept).ShouldBe(["kept"]);
        BackupTests.CountRows(catalog).ShouldBe(2);
        catalog.Check().ShouldBeEmpty();
    }
}
