using System.Text;

namespace Capstan.Catalog.Tests;

public sealed class EntryTests : IDisposable
{
    private static readonly Guid Id = Guid.NewGuid();
    private readonly TempCatalog _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void EveryFieldOfAnEntryComesBack()
    {
        byte[] path = [.. "sub/"u8, 0xFF, 0x0A, 0xC3];
        byte[] hash = [.. Enumerable.Range(200, 16).Select(i => (byte)i)];
        using TapeCatalog catalog = _temp.Open();
        using (BackupRecorder recorder = catalog.BeginBackup(Make.Start(Id)))
        {
            recorder.AddFile("sub");
            recorder.AddEntry(new CatalogEntry
            {
                Path = path,
                Kind = EntryKind.HardLink,
                State = EntryState.Shrunk,
                Mode = 0xFFFF_FFFF,
                UserId = 4_294_967_295,
                GroupId = 65_534,
                SizeBytes = long.MaxValue,
                ModifiedSeconds = -1,
                ModifiedNanoseconds = 999_999_999,
                LinkTarget = [0x80, 0x2F],
                Hash = hash,
                Part = 3,
                ArchiveOffsetBytes = 1L << 45,
            });
            recorder.Complete();
        }

        using EntryReader reader = catalog.ReadEntries(Id);
        reader.Read().ShouldBeTrue();
        reader.Path.SequenceEqual("sub"u8).ShouldBeTrue();
        reader.Hash.IsEmpty.ShouldBeTrue();
        reader.LinkTarget.IsEmpty.ShouldBeTrue();
        reader.Read().ShouldBeTrue();
        reader.Ordinal.ShouldBe(1);
        reader.Path.ToArray().ShouldBe(path);
        reader.Name.ToArray().ShouldBe(path[4..]);
        reader.Kind.ShouldBe(EntryKind.HardLink);
        reader.State.ShouldBe(EntryState.Shrunk);
        reader.Mode.ShouldBe(0xFFFF_FFFF);
        reader.UserId.ShouldBe(4_294_967_295);
        reader.GroupId.ShouldBe(65_534u);
        reader.SizeBytes.ShouldBe(long.MaxValue);
        reader.ModifiedSeconds.ShouldBe(-1);
        reader.ModifiedNanoseconds.ShouldBe(999_999_999);
        reader.LinkTarget.ToArray().ShouldBe([0x80, 0x2F]);
        reader.Hash.ToArray().ShouldBe(hash);
        reader.Part.ShouldBe(3);
        reader.ArchiveOffsetBytes.ShouldBe(1L << 45);
        reader.Read().ShouldBeFalse();
        reader.Read().ShouldBeFalse();
    }

    [Fact]
    public void PathsKeepTheirOrderAndSpelling()
    {
        string[] paths = ["/", "/etc", "/etc/a", "/etc/a/b/c", "/etc/a/d", "etc", "x/y", "z", "/etc/e", new string('n', 255) + "/" + new string('m', 4000)];
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(Id, paths);
        catalog.Paths(Id).ShouldBe(paths);
    }

    [Fact]
    public void OnlyWhatLiesAtOrBelowAPathIsRead()
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(Id, "a", "a/b", "a/b/c", "a/b/c/d", "a/bc", "a/b.txt", "ab", "e/a/b");

        catalog.Paths(Id, "a/b").ShouldBe(["a/b", "a/b/c", "a/b/c/d"]);
        catalog.Paths(Id, "a/b/").ShouldBe(["a/b", "a/b/c", "a/b/c/d"]);
        catalog.Paths(Id, "a/b.txt", "ab").ShouldBe(["a/b.txt", "ab"]);
        catalog.Paths(Id, "b", "a/b/c/d/e").ShouldBeEmpty();
    }

    [Fact]
    public void PathsThatTheBackupDoesNotHoldAreNamed()
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.AddBackup(Id, "a", "a/b", "a/b/c", "f");
        using EntryReader reader = catalog.ReadEntries(Id, ["a"u8.ToArray(), "a/b"u8.ToArray(), "a/b/x"u8.ToArray(), "g"u8.ToArray()]);
        while (reader.Read())
        {
        }
        reader.UnmatchedPaths.Select(Encoding.UTF8.GetString).ShouldBe(["a/b/x", "g"]);
    }

    [Fact]
    public void ADirectoryIsStoredOnceInADepthFirstWalk()
    {
        var numbers = new DirectoryNumbers();
        string[] walk = ["", "a/", "a/b/", "a/b/c/", "a/b/", "a/", "a/bc/", "", "d/", ""];
        bool[] isNew = [true, true, true, true, false, false, true, false, true, false];
        var byPath = new Dictionary<string, uint>();
        for (int i = 0; i < walk.Length; i++)
        {
            numbers.Assign(Encoding.UTF8.GetBytes(walk[i]), out uint number).ShouldBe(isNew[i], $"step {i}: {walk[i]}");
            byPath.TryAdd(walk[i], number);
            number.ShouldBe(byPath[walk[i]]);
        }
        byPath.Values.Distinct().Count().ShouldBe(byPath.Count);
    }

    [Fact]
    public void ProblemsComeBackInOrder()
    {
        using TapeCatalog catalog = _temp.Open();
        using (BackupRecorder recorder = catalog.BeginBackup(Make.Start(Id)))
        {
            recorder.AddProblem([0xFE, 0x2F], "Zugriff verweigert: ü");
            recorder.AddProblem([], "");
            recorder.Complete();
        }
        IReadOnlyList<BackupProblem> problems = catalog.ReadProblems(Id);
        problems.Count.ShouldBe(2);
        problems[0].Path.ShouldBe([0xFE, 0x2F]);
        problems[0].Text.ShouldBe("Zugriff verweigert: ü");
        problems[1].Path.ShouldBeEmpty();
        problems[1].Text.ShouldBe("");
    }

    [Fact]
    public void BadEntriesAreRefusedAtOnce()
    {
        using TapeCatalog catalog = _temp.Open();
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(Id));
        Should.Throw<ArgumentException>(() => recorder.AddEntry(new CatalogEntry { Path = default, Kind = EntryKind.File }));
        Should.Throw<ArgumentException>(() => recorder.AddEntry(new CatalogEntry { Path = "a"u8, Kind = EntryKind.File, Hash = new byte[8] }));
        recorder.EntryCount.ShouldBe(0);
        Should.Throw<ArgumentOutOfRangeException>(() => recorder.Complete(BackupState.Running));
        recorder.Complete();
        Should.Throw<InvalidOperationException>(() => recorder.AddFile("late"));
    }

    /// <summary>200,000 entries: neither adding nor reading allocates per entry.</summary>
    [Fact]
    public void MemoryStaysFlatOverManyEntries()
    {
        const int entries = 200_000;
        using TapeCatalog catalog = _temp.Open();
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(Id));
        byte[] path = Encoding.ASCII.GetBytes("some/directory/000/file-0000000.bin");
        byte[] hash = new byte[16];
        long added = AllocatedBetween(20_000, entries, i =>
        {
            Encoding.ASCII.GetBytes($"{i / 500:D3}").CopyTo(path, 15);
            for (int digit = 0, rest = i; digit < 7; digit++, rest /= 10)
                path[30 - digit] = (byte)('0' + (rest % 10));
            recorder.AddEntry(new CatalogEntry { Path = path, Kind = EntryKind.File, Hash = hash, SizeBytes = i, ArchiveOffsetBytes = i * 1024L });
        }, exceptFor: 100);
        recorder.Complete();
        added.ShouldBeLessThan(2_000_000);

        using EntryReader reader = catalog.ReadEntries(Id);
        long sizes = 0;
        long read = AllocatedBetween(1000, entries, _ =>
        {
            reader.Read().ShouldBeTrue();
            sizes += reader.Current.SizeBytes;
        }, exceptFor: 0);
        reader.Read().ShouldBeFalse();
        sizes.ShouldBe((long)entries * (entries - 1) / 2);
        read.ShouldBeLessThan(100_000);
    }

    /// <summary>Bytes allocated by the steps after the warm-up, less what the test itself takes for each.</summary>
    private static long AllocatedBetween(int warmUp, int end, Action<int> step, int exceptFor)
    {
        for (int i = 0; i < warmUp; i++)
            step(i);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = warmUp; i < end; i++)
            step(i);
        return GC.GetAllocatedBytesForCurrentThread() - before - ((long)exceptFor * (end - warmUp));
    }
}
