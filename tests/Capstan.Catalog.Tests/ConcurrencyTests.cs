using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Capstan.Catalog.Tests;

public sealed partial class ConcurrencyTests : IDisposable
{
    private readonly TempCatalog _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void SeveralProcessesAndThreadsWriteAtOnce()
    {
        // The file does not exist yet: creating it is part of the race.
        using Process child = ChildProcess.Start(nameof(ChildProcess.WriteBackups), _temp.Path);
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() => ChildProcess.WriteAll(_temp.Path)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        child.WaitForExit();
        child.ExitCode.ShouldBe(0);

        using TapeCatalog catalog = _temp.Open();
        IReadOnlyList<BackupInfo> backups = catalog.ListBackups();
        backups.Count.ShouldBe(3 * ChildProcess.BackupsOfAWriter);
        foreach (BackupInfo backup in backups)
        {
            backup.State.ShouldBe(BackupState.Complete);
            using EntryReader reader = catalog.ReadEntries(backup.Uuid);
            for (int i = 0; i < ChildProcess.EntriesOfABackup; i++)
            {
                reader.Read().ShouldBeTrue();
                reader.ArchiveOffsetBytes.ShouldBe(i);
            }
            reader.Read().ShouldBeFalse();
        }
        catalog.Check().ShouldBeEmpty();
    }

    [Fact]
    public void ARecorderThatWaitsForItsSourceKeepsNobodyOut()
    {
        using TapeCatalog catalog = _temp.Open();
        using BackupRecorder slow = catalog.BeginBackup(Make.Start(Guid.NewGuid()));
        for (int i = 0; i < 12_345; i++)
            slow.AddFile($"f{i}");
        using TapeCatalog impatient = TapeCatalog.Open(_temp.Path, TimeSpan.Zero);
        impatient.AddBackup(Guid.NewGuid(), "a");
        slow.Complete();
        catalog.ListBackups().Count(backup => backup.State == BackupState.Complete).ShouldBe(2);
    }

    [Fact]
    public void AReaderSeesOneMomentAndKeepsNobodyFromWriting()
    {
        Guid read = Guid.NewGuid();
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(read, "a", "b", "c");
        using EntryReader reader = catalog.ReadEntries(read);
        reader.Read().ShouldBeTrue();
        using (TapeCatalog other = TapeCatalog.Open(_temp.Path, TimeSpan.Zero))
            other.RemoveBackup(read).ShouldBeTrue();
        reader.Read().ShouldBeTrue();
        reader.Read().ShouldBeTrue();
        reader.Path.SequenceEqual("c"u8).ShouldBeTrue();
        reader.Read().ShouldBeFalse();
        catalog.ListBackups().ShouldBeEmpty();
    }

    [Fact]
    public void ABusyFileIsATransientFailureAndNothingIsLost()
    {
        Guid uuid = Guid.NewGuid();
        using TapeCatalog catalog = TapeCatalog.Open(_temp.Path, TimeSpan.Zero);
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(uuid));
        recorder.AddFile("a");
        using (Sqlite.Database blocker = Sqlite.Database.Open(_temp.Path, TimeSpan.Zero))
        using (blocker.BeginImmediate())
            Should.Throw<CatalogException>(() => recorder.Complete()).IsTransient.ShouldBeTrue();
        recorder.AddFile("b");
        recorder.Complete();
        catalog.Paths(uuid).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void ADescriptorThatAChildHasInheritedKeepsNoBackupAlive()
    {
        using TapeCatalog catalog = _temp.Open();
        int copy;
        using (catalog.BeginBackup(Make.Start(Guid.NewGuid())))
        {
            // What fork leaves in a child until it executes its program.
            string lockFile = _temp.Path + "-running";
            copy = Duplicate(Directory.EnumerateFileSystemEntries("/proc/self/fd").Where(fd => File.ResolveLinkTarget(fd, false)?.FullName == lockFile)
                .Select(fd => int.Parse(Path.GetFileName(fd), System.Globalization.CultureInfo.InvariantCulture)).First());
        }
        copy.ShouldBeGreaterThan(2);
        catalog.MarkInterrupted().ShouldBe(1);
        Close(copy).ShouldBe(0);
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
