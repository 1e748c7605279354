using CsCheck;

namespace Capstan.Catalog.Tests;

public sealed class DamageTests : IDisposable
{
    private static readonly Guid Id = Guid.NewGuid();
    private readonly TempCatalog _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void AFileThatIsNoDatabaseIsNamedWithTheWayOut()
    {
        byte[] bytes = [.. "this is not a database, but long enough to be mistaken for one"u8, .. new byte[20_000]];
        File.WriteAllBytes(_temp.Path, bytes);
        string message = Should.Throw<CatalogDamagedException>(_temp.Open).Message;
        message.ShouldContain(_temp.Path);
        message.ShouldContain("capstan catalog rebuild");
        File.ReadAllBytes(_temp.Path).ShouldBe(bytes);
    }

    [Fact]
    public void AProgramWithoutItsLibrarySaysWhichAndWhereItIsLookedFor()
    {
        string message = Should.Throw<CatalogException>(() => Sqlite.Database.Load(() => throw new DllNotFoundException("e_sqlite3"))).Message;
        message.ShouldContain("libe_sqlite3.so");
        message.ShouldContain(AppContext.BaseDirectory);
        Should.Throw<CatalogException>(() => Sqlite.Database.Load(() => throw new TypeInitializationException("x", new DllNotFoundException())));
        Should.Throw<InvalidOperationException>(() => Sqlite.Database.Load(() => throw new InvalidOperationException()));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(8192)]
    [InlineData(50_000)]
    public void ATruncatedFileIsDamaged(int length)
    {
        WriteCatalog();
        using (FileStream file = File.OpenWrite(_temp.Path))
            file.SetLength(length);
        Should.Throw<CatalogDamagedException>(_temp.Open).Message.ShouldContain("capstan catalog rebuild");
    }

    [Fact]
    public void ANewerFormatIsRefusedAndLeftAlone()
    {
        WriteCatalog();
        using (Sqlite.Database database = Sqlite.Database.Open(_temp.Path, TimeSpan.Zero))
            database.Execute($"PRAGMA user_version={Schema.CurrentVersion + 7}");
        byte[] before = File.ReadAllBytes(_temp.Path);
        string message = Should.Throw<CatalogTooNewException>(_temp.Open).Message;
        message.ShouldContain($"format {Schema.CurrentVersion + 7}");
        message.ShouldContain(_temp.Path);
        File.ReadAllBytes(_temp.Path).ShouldBe(before);
    }

    [Fact]
    public void AnotherProgramsDatabaseIsLeftAlone()
    {
        using (Sqlite.Database database = Sqlite.Database.Open(_temp.Path, TimeSpan.Zero))
            database.Execute("CREATE TABLE bookmarks(url TEXT)");
        byte[] before = File.ReadAllBytes(_temp.Path);
        Should.Throw<CatalogException>(_temp.Open).Message.ShouldContain("not a Capstan catalog");
        File.ReadAllBytes(_temp.Path).ShouldBe(before);
    }

    [Fact]
    public void AMissingDirectoryIsNamed() =>
        Should.Throw<CatalogException>(() => TapeCatalog.Open(_temp.Path + "/no/catalog.db")).Message.ShouldContain("/no/catalog.db");

    [Fact]
    public void ADamagedPageIsFoundByCheck()
    {
        WriteCatalog();
        Flip(_temp.Path, [(3 * 8192) + 3, (3 * 8192) + 4, (5 * 8192) + 1]);
        using TapeCatalog? catalog = OpenOrDamaged(_temp.Path);
        catalog?.Check().ShouldNotBeEmpty();
    }

    /// <summary>Flipped bits give the typed exception or an answer, never another exception, a crash or an endless read.</summary>
    [Fact]
    public void FlippedBitsNeverGiveAnythingButAnAnswerOrTheTypedException()
    {
        WriteCatalog();
        byte[] good = File.ReadAllBytes(_temp.Path);
        int damaged = 0;
        Gen.Int[0, good.Length - 1].Array[1, 40].Sample(
            offsets =>
            {
                string path = _temp.Path + "-flipped";
                File.WriteAllBytes(path, good);
                File.Delete(path + "-wal");
                File.Delete(path + "-shm");
                Flip(path, offsets);
                try
                {
                    using TapeCatalog catalog = TapeCatalog.Open(path);
                    foreach (BackupInfo backup in catalog.ListBackups())
                    {
                        using EntryReader reader = catalog.ReadEntries(backup.Uuid);
                        while (reader.Read())
                            reader.Current.Path.Length.ShouldBeLessThanOrEqualTo(good.Length);
                        catalog.ReadProblems(backup.Uuid);
                    }
                    catalog.ListTapes();
                    catalog.Check();
                }
                catch (CatalogException)
                {
                    Interlocked.Increment(ref damaged);
                }
            },
            iter: 200,
            threads: 1);
        damaged.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("UPDATE entry SET kind=99")]
    [InlineData("UPDATE entry SET state=-1")]
    [InlineData("UPDATE entry SET mtime_ns=1000000000")]
    [InlineData("UPDATE entry SET hash=x'00'")]
    [InlineData("DELETE FROM directory")]
    [InlineData("UPDATE backup SET state=17")]
    [InlineData("UPDATE backup SET uuid=x'0102'")]
    [InlineData("UPDATE backup SET started=9223372036854775807")]
    [InlineData("UPDATE tape SET state=9")]
    public void ValuesOutOfRangeAreDamage(string breaking)
    {
        WriteCatalog();
        using (Sqlite.Database database = Sqlite.Database.Open(_temp.Path, TimeSpan.Zero))
            database.Execute(breaking);
        using TapeCatalog catalog = _temp.Open();
        Should.Throw<CatalogDamagedException>(() => ReadAll(catalog));
    }

    private static void ReadAll(TapeCatalog catalog)
    {
        catalog.ListTapes();
        catalog.ListBackups();
        using EntryReader reader = catalog.ReadEntries(Id);
        while (reader.Read())
            reader.Current.Path.IsEmpty.ShouldBeFalse();
    }

    private static TapeCatalog? OpenOrDamaged(string path)
    {
        try
        {
            return TapeCatalog.Open(path);
        }
        catch (CatalogDamagedException)
        {
            return null;
        }
    }

    private static void Flip(string path, int[] offsets)
    {
        using FileStream file = File.Open(path, FileMode.Open);
        foreach (int offset in offsets)
        {
            file.Position = offset;
            int value = file.ReadByte();
            file.Position = offset;
            file.WriteByte((byte)(value ^ (1 << (offset % 8))));
        }
    }

    private void WriteCatalog()
    {
        using TapeCatalog catalog = _temp.Open();
        catalog.UpsertTape(new TapeInfo(Make.Tape, "label", "CAP001L9", Make.Noon, 1, 2, TapeState.Writable));
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(Id));
        for (int i = 0; i < 1500; i++)
        {
            recorder.AddFile($"directory {i / 100}/file {i}", i);
            if (i % 10 == 0)
                recorder.AddProblem("path"u8, "text");
        }
        recorder.Complete();
    }
}
