using Capstan.Backup.Tests.Archive;
using Capstan.Emulation.Library;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>A home directory with a virtual library and a catalog, and the production operations on them.</summary>
internal sealed class Rig : IDriveSource, IOperationListener, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _root;

    private readonly TimeProvider _time;

    /// <param name="capacityBytes">Of each cartridge.</param>
    /// <param name="earlyWarningBytes">Of each cartridge.</param>
    /// <param name="time">Clock of everything, the drive's included.</param>
    /// <param name="worm">The cartridges are write-once.</param>
    /// <param name="model">Kind of drive.</param>
    public Rig(long capacityBytes = 1L << 40, long? earlyWarningBytes = null, TimeProvider? time = null, bool worm = false, string? model = null)
    {
        _root = _directory.Path;
        _time = time ?? TimeProvider.System;
        Context = new OperationContext(Path.Combine(_root, "home"), this, this, new ProgressCounters(), _time);
        VirtualLibrary.Create(LibraryPath, new LibraryOptions
        {
            CartridgeCount = 3,
            CapacityBytes = capacityBytes,
            EarlyWarningBytes = earlyWarningBytes,
            IsWorm = worm,
            Model = model is null ? Emulation.Models.VirtualDriveModel.Default : Emulation.Models.VirtualDriveModel.Find(model)!,
        });
    }

    public OperationContext Context { get; }

    /// <summary>Where the command line finds <c>virtual:test</c>.</summary>
    public string LibraryPath => Path.Combine(Context.Home, "libraries", "test");

    public string CartridgePath => Path.Combine(LibraryPath, "cartridges", "CAP001L9.cartridge");

    public List<string> Problems { get; } = [];

    public List<string> Notes { get; } = [];

    /// <summary>Wraps the way to the drive, to break it.</summary>
    public Func<IScsiTransport, IScsiTransport> Wrap { get; set; } = static transport => transport;

    /// <summary>What will go wrong with the drive itself.</summary>
    public Emulation.Faults.DriveFaultPlan? Faults { get; set; }

    /// <summary>What the cartridge's storage has to say.</summary>
    public Func<string?>? Diagnosis { get; set; }

    /// <summary>Who else uses the drive.</summary>
    public IDeviceNeighbours? Neighbours { get; set; }

    /// <summary>Called with each phase.</summary>
    public Action<string> OnPhase { get; set; } = static _ => { };

    public string Tree(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    public string NewPath(string name) => Path.Combine(_root, name);

    public BackupReport Backup(params string[] paths) => Backup(CancellationToken.None, paths);

    public BackupReport Backup(CancellationToken cancellation, params string[] paths) =>
        BackupOperation.Run(Context, new BackupRequest(null, paths, [], false, null), cancellation);

    public RestoreReport Restore(string id, string target, params string[] paths) =>
        RestoreOperation.Run(Context, new RestoreRequest(null, id, target, paths, false), CancellationToken.None);

    public VerifyReport Verify(string id = "latest") => VerifyOperation.Run(Context, new VerifyRequest(null, id), CancellationToken.None);

    /// <summary>Restores a backup and compares the tree under its stored name with the source.</summary>
    public void ShouldRestore(string id, string source)
    {
        string target = NewPath("restored-" + Guid.NewGuid().ToString("N"));
        RestoreReport report = Restore(id, target);
        report.Problems.ShouldBeEmpty();
        TreeComparer.Compare(source, target + source).ShouldBeEmpty();
    }

    public OpenedDrive Open(string? device, IOperationListener listener)
    {
        string? barcode;
        using (VirtualLibrary library = VirtualLibrary.Open(LibraryPath, _time))
            barcode = library.LoadedCartridge;
        return new OpenedDrive(Wrap(VirtualLibrary.OpenDrive(LibraryPath, "virtual:test", _time, Faults)), "virtual:test", "--device", barcode, [LibraryPath], Neighbours: Neighbours, Diagnosis: Diagnosis);
    }

    public void InsertCartridge(string barcode, bool eject)
    {
        if (eject)
            DriveOperations.Eject(Context, null);
        using VirtualLibrary library = VirtualLibrary.Open(LibraryPath, _time);
        library.InsertCartridge(barcode);
    }

    public void Phase(string what) => OnPhase(what);

    public void Note(string text) => Notes.Add(text);

    public void Problem(string path, string text)
    {
        lock (Problems)
            Problems.Add($"{path}: {text}");
    }

    public void Dispose() => _directory.Dispose();
}
