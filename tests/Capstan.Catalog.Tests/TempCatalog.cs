using System.Text;

namespace Capstan.Catalog.Tests;

/// <summary>A directory of its own with a catalog's path in it.</summary>
internal sealed class TempCatalog : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("capstan-catalog-");

    internal string Path => System.IO.Path.Combine(_directory.FullName, "catalog.db");

    internal TapeCatalog Open() => TapeCatalog.Open(Path);

    /// <summary>The files as a power cut would leave them in a moment without writes: not the lock, which dies with its holder.</summary>
    internal TempCatalog CopyFiles()
    {
        var copy = new TempCatalog();
        foreach (string suffix in (string[])["", "-wal"])
        {
            if (File.Exists(Path + suffix))
                File.Copy(Path + suffix, copy.Path + suffix);
        }
        return copy;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}

internal static class Make
{
    internal static readonly DateTimeOffset Noon = new(2026, 2, 3, 12, 0, 0, 123, TimeSpan.Zero);

    internal static readonly Guid Tape = new("7a0e0000-0000-4000-8000-000000000001");

    internal static BackupStart Start(Guid uuid, DateTimeOffset? started = null) =>
        new(uuid, started ?? Noon, "host", "user", """["docs"]""");

    internal static BackupPart Part(Guid tape, int number = 0) =>
        new(number, tape, new Guid("a0000000-0000-4000-8000-000000000002"), 12, 34, 2, new Guid("b0000000-0000-4000-8000-000000000003"), 47);

    internal static void Complete(this BackupRecorder recorder, BackupState state = BackupState.Complete, Guid? tape = null) =>
        recorder.Complete(state, Noon.AddMinutes(1), new BackupCounts(1, 2, 3, 4, 5, 6), [Part(tape ?? Tape)]);

    internal static void AddFile(this BackupRecorder recorder, string path, long offset = 0) =>
        recorder.AddEntry(new CatalogEntry { Path = Encoding.UTF8.GetBytes(path), Kind = EntryKind.File, ArchiveOffsetBytes = offset });

    /// <summary>A finished backup with these files.</summary>
    internal static void AddBackup(this TapeCatalog catalog, Guid uuid, params string[] paths)
    {
        using BackupRecorder recorder = catalog.BeginBackup(Start(uuid));
        foreach (string path in paths)
            recorder.AddFile(path);
        recorder.Complete();
    }

    internal static List<string> Paths(this TapeCatalog catalog, Guid backup, params string[] below)
    {
        var paths = new List<string>();
        using EntryReader reader = catalog.ReadEntries(backup, [.. below.Select(Encoding.UTF8.GetBytes)]);
        while (reader.Read())
            paths.Add(Encoding.UTF8.GetString(reader.Path));
        return paths;
    }
}
