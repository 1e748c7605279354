using System.Text;
using Capstan.Backup.Archive;
using Capstan.Backup.Engine;
using Capstan.Catalog;
using Capstan.Drive;
using Capstan.Emulation.Library;
using Capstan.Tests;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Backup.Tests.Engine;

/// <summary>A library, a catalog and a tree to save; the drive is opened anew for each use, as each run of the program does.</summary>
internal sealed class EngineRig : IDisposable, IBackupObserver
{
    private readonly TestDirectory _directory = new();

    public EngineRig(long capacityBytes = 1L << 30, long earlyWarningBytes = 1 << 20)
    {
        Directory.CreateDirectory(Source);
        VirtualLibrary.Create(LibraryPath, new LibraryOptions
        {
            CartridgeCount = 1,
            CapacityBytes = capacityBytes,
            EarlyWarningBytes = earlyWarningBytes,
        });
        Catalog = TapeCatalog.Open(_directory.File("catalog.db"));
    }

    public string Source => _directory.File("source");

    public TapeCatalog Catalog { get; private set; }

    public List<string> Problems { get; } = [];

    private string LibraryPath => _directory.File("library");

    /// <summary>Files of one length with content of their own: f00, f01, ...</summary>
    public void MakeFiles(int count, int length)
    {
        for (int i = 0; i < count; i++)
            File.WriteAllBytes(Path.Combine(Source, $"f{i:D2}"), Content(i, length));
    }

    public static byte[] Content(int number, int length)
    {
        var bytes = new byte[length];
        new Random(number).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Opens library and drive, does something, closes both.</summary>
    public T WithDrive<T>(Func<TapeDrive, T> use, params Fault[] faults)
    {
        IScsiTransport transport = VirtualLibrary.OpenDrive(LibraryPath, "virtual:test");
        using TapeDrive drive = TapeDrive.Open(faults.Length > 0 ? new FaultInjectingTransport(transport, faults) : transport);
        drive.WaitUntilReady();
        TapeSession.PrepareBuffers(drive);
        return use(drive);
    }

    public BackupOutcome Backup(CancellationToken cancellation = default, params Fault[] faults) => WithDrive(
        drive =>
        {
            TapeSession session = TapeSession.OpenForAppending(drive, Catalog, "TAPE01", this, TimeProvider.System, cancellation);
            return new BackupEngine(drive, Catalog, session, this, TimeProvider.System).Run(
                new BackupPlan([Encoding.UTF8.GetBytes(Source)], [Source], new TreeReaderOptions(), "host", "user", _directory.File("spool")),
                cancellation);
        },
        faults);

    public VerifyOutcome Verify(Guid backup, params Fault[] faults)
    {
        Problems.Clear();
        return WithDrive(
            drive =>
            {
                TapeSession.OpenForReading(drive, Catalog, null, null, this, TimeProvider.System);
                return new VerifyEngine(drive, Catalog, this).Run(Find(backup), CancellationToken.None);
            },
            faults);
    }

    /// <summary>Restores everything and answers what is there: names and contents of files.</summary>
    public Dictionary<string, byte[]> Restore(Guid backup, params Fault[] faults)
    {
        string target = _directory.File($"restored-{Guid.NewGuid():N}");
        Directory.CreateDirectory(target);
        WithDrive(
            drive =>
            {
                TapeSession.OpenForReading(drive, Catalog, null, null, this, TimeProvider.System);
                return new RestoreEngine(drive, Catalog, this).Run(Find(backup), Encoding.UTF8.GetBytes(target), [], overwrite: false, CancellationToken.None);
            },
            faults);
        return Directory.GetFiles(target, "*", SearchOption.AllDirectories).ToDictionary(static path => Path.GetFileName(path), File.ReadAllBytes);
    }

    /// <summary>Restores what is named, below a directory; paths are as stored.</summary>
    public RestoreOutcome RestoreTo(string target, Guid backup, IEnumerable<string> paths, bool overwrite = false) => WithDrive(drive =>
    {
        Problems.Clear();
        TapeSession.OpenForReading(drive, Catalog, null, null, this, TimeProvider.System);
        return new RestoreEngine(drive, Catalog, this).Run(
            Find(backup), Encoding.UTF8.GetBytes(target), [.. paths.Select(Encoding.UTF8.GetBytes)], overwrite, CancellationToken.None);
    });

    /// <summary>A path that is not there yet.</summary>
    public string NewPath(string name) => _directory.File(name);

    public BackupInfo Find(Guid backup) => Catalog.FindBackup(backup.ToString("N"))!;

    /// <summary>The catalog is lost; a new one is made from the tape.</summary>
    public ScanResult Rebuild()
    {
        Catalog.Dispose();
        foreach (string file in Directory.GetFiles(_directory.Path, "catalog.db*"))
            File.Delete(file);
        Catalog = TapeCatalog.Open(_directory.File("catalog.db"));
        return WithDrive(drive => TapeSession.OpenForReading(drive, Catalog, null, null, this, TimeProvider.System).Rebuild(CancellationToken.None));
    }

    public void Phase(string what)
    {
    }

    public void Entry(Capstan.Backup.Archive.EntryKind kind, long sizeBytes)
    {
    }

    public void Problem(ReadOnlySpan<byte> path, string what) => Problems.Add($"{Encoding.UTF8.GetString(path)}: {what}");

    public void Skipped(ReadOnlySpan<byte> path, string why)
    {
    }

    public void Bytes(long archiveBytes)
    {
    }

    public void Dispose()
    {
        Catalog.Dispose();
        _directory.Dispose();
    }
}
