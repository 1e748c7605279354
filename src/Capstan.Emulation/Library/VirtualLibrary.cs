using System.Security.Cryptography;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Faults;
using Capstan.Emulation.Models;
using Capstan.Emulation.Ssc;
using Capstan.Transport;

namespace Capstan.Emulation.Library;

/// <summary>
/// A virtual tape library in a directory: drives, cartridges (one file each), and a robot where it has one. What is where, and where
/// each tape stands, outlives the process. A drive is one process' at a time; the robot, and the other drives, are everybody's.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed partial class VirtualLibrary : IDisposable
{
    private const int OneDriveVersion = 1;
    private const int InventoryVersion = 2;

    private readonly LibraryDocument _document;
    private readonly Inventory? _inventory;
    private readonly TimeProvider? _time;
    private readonly VirtualDrive?[] _drives;
    private bool _isDisposed;

    private VirtualLibrary(string directory, LibraryDocument document, TimeProvider? time)
    {
        DirectoryPath = directory;
        _document = document;
        _time = time;
        _drives = new VirtualDrive?[document.Drives.Count];
        if (document.Version == InventoryVersion)
            _inventory = new Inventory(directory, document.IsSynchronous);
    }

    /// <summary>Where the library is.</summary>
    public string DirectoryPath { get; }

    /// <summary>Whether a synchronising command waits for the host's disk.</summary>
    public bool IsSynchronous => _document.IsSynchronous;

    /// <summary>Whether its drives compress what compresses.</summary>
    public bool Compresses => _document.Compresses;

    /// <summary>Whether its drives and its robot take as long as real ones.</summary>
    public bool IsRealistic => _document.IsRealistic;

    /// <summary>How many drives it has.</summary>
    public int DriveCount => _drives.Length;

    /// <summary>What the first drive says about itself.</summary>
    public DeviceIdentity Drive => IdentityOf(0);

    /// <summary>Barcode of the cartridge that is threaded or seated in the first drive; null when there is none.</summary>
    public string? LoadedCartridge => LoadedIn(0);

    /// <summary>Barcode of the cartridge that the first drive pushed out and nobody has taken: LOAD pulls it in again.</summary>
    public string? EjectedCartridge => EjectedFrom(0);

    /// <summary>
    /// What the host or a damaged cartridge file did to the drive, as a sentence; null when nothing. Sense data have no room for
    /// a file name.
    /// </summary>
    public string? Diagnosis => DiagnosisOf(0);

    /// <inheritdoc cref="Diagnosis"/>
    /// <param name="number">Of the drive, from 0.</param>
    public string? DiagnosisOf(int number) => TakeDrive(number).Unit.Diagnosis;

    /// <summary>What will go wrong with the first drive; null for nothing. With a plan its path can be made whole again, as a real one can.</summary>
    public DriveFaultPlan? Faults
    {
        get => First.Unit.Faults;
        set => First.Unit.Faults = value;
    }

    /// <summary>Whether where each cartridge is stands in a file of its own: with several drives, or a changer.</summary>
    internal bool HasInventory => _inventory is not null;

    /// <summary>The clock that everything here goes by.</summary>
    internal TimeProvider Time => _time ?? TimeProvider.System;

    internal long InventoryGeneration => _inventory?.Generation ?? 0;

    private VirtualDrive First => TakeDrive(0);

    /// <summary>Whether a directory holds a library.</summary>
    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, "library.json"));

    /// <summary>Opens a library for this process. A drive goes on where the last process left it, or powers on when that one died.</summary>
    /// <exception cref="LibraryException">It is not one, or not readable.</exception>
    /// <exception cref="ScsiTransportException">Another process has the drive (Busy), or access is denied.</exception>
    /// <param name="directory">Where it is.</param>
    /// <param name="time">Clock of what takes a while; the system's when null.</param>
    /// <param name="drive">Number of the drive that this process takes at once, from 0; null for none.</param>
    public static VirtualLibrary Open(string directory, TimeProvider? time = null, int? drive = 0)
    {
        if (!Exists(directory))
            throw new LibraryException($"{directory} holds no virtual library.");
        LibraryDocument document = JsonFile.Read(Path.Combine(directory, "library.json"), LibraryJson.Default.LibraryDocument);
        if (document.Version is not (OneDriveVersion or InventoryVersion))
            throw new LibraryException($"{directory}: written by a newer version of this program");
        var library = new VirtualLibrary(directory, document, time);
        try
        {
            if (drive is { } number)
                _ = library.TakeDrive(number);
            return library;
        }
        catch
        {
            library.Dispose();
            throw;
        }
    }

    /// <summary>Opens a library's drive; the library is closed with it.</summary>
    /// <inheritdoc cref="Open"/>
    /// <param name="name">For messages.</param>
    /// <param name="faults">What will go wrong with the drive; null for nothing.</param>
    /// <param name="drive">Number of the drive, from 0.</param>
    public static IScsiTransport OpenDrive(string directory, string name, TimeProvider? time = null, DriveFaultPlan? faults = null, int drive = 0)
    {
        VirtualLibrary library = Open(directory, time, drive);
        library.TakeDrive(drive).Unit.Faults = faults;
        return library.OpenDrive(name, drive, library.Dispose);
    }

    /// <summary>The way to a drive. Disposing of it brings buffered data to the medium; the library stays open.</summary>
    /// <param name="name">For messages: <c>virtual:main</c>; the directory when null.</param>
    /// <param name="drive">Number of the drive, from 0.</param>
    /// <exception cref="ScsiTransportException">This process or another one has it open already (Busy).</exception>
    public IScsiTransport OpenDrive(string? name = null, int drive = 0) => OpenDrive(name, drive, onClosed: null);

    /// <summary>The way of another initiator to the drive, while the first one has it open. Commands come one at a time all the same.</summary>
    /// <param name="number">Number of the I_T nexus, 1 and above; the first initiator is number 0.</param>
    public IScsiTransport OpenOtherInitiator(int number)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return new LoopbackTransport(First.Unit, $"{DirectoryPath}#{number}", nexus: number);
    }

    /// <summary>Puts a cartridge into a drive and threads it, by hand. One that was ejected goes back to where it came from.</summary>
    /// <param name="barcode">Of the cartridge.</param>
    /// <param name="drive">Number of the drive, from 0.</param>
    /// <exception cref="LibraryException">The drive holds a cartridge, or there is no such one.</exception>
    public void InsertCartridge(string barcode, int drive = 0)
    {
        if (LoadedIn(drive) is { } loaded)
            throw new LibraryException($"The drive holds {loaded}: unload it first.");
        CheckThere(barcode);
        VirtualDrive taken = TakeDrive(drive);
        if (HasInventory)
            PlaceInDrive(taken, barcode);
        else
            taken.Load(barcode);
    }

    /// <summary>
    /// Threads a tape that throws away what is written to it. The drive has it until this library is closed; the next process finds
    /// the cartridge again that was in the drive before, rewound.
    /// </summary>
    /// <param name="drive">Number of the drive, from 0.</param>
    public void InsertDiscardingTape(int drive = 0) => TakeDrive(drive).LoadDiscardingTape(_document.CapacityBytes, _document.EarlyWarningBytes);

    /// <summary>
    /// What an autoloader in sequential mode does after the drive pushed a cartridge out: the next one in the order of the barcodes
    /// that no other drive has is threaded. Behind the last one the drive stays as it is.
    /// </summary>
    /// <param name="drive">Number of the drive, from 0.</param>
    /// <returns>Whether there was a next one.</returns>
    internal bool InsertNextCartridge(int drive = 0)
    {
        if (EjectedFrom(drive) is not { } ejected)
            return false;
        string? next = Directory.GetFiles(Path.Combine(DirectoryPath, "cartridges"), "*.cartridge")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)
            .FirstOrDefault(barcode => string.CompareOrdinal(barcode, ejected) > 0 && !IsInDrive(barcode));
        if (next is null)
            return false;
        InsertCartridge(next, drive);
        return true;
    }

    private string? EjectedFrom(int drive) => TakeDrive(drive) is { Unit.Medium: MediumState.Ejected } taken ? taken.Barcode : null;

    private bool IsInDrive(string barcode)
    {
        if (!HasInventory)
            return false;
        using Inventory.Access inventory = EnterInventory();
        return inventory.Find(barcode) is { } element && Elements.DriveAt(element) is not null;
    }

    /// <summary>A drive of this process, taken when it was not yet.</summary>
    /// <exception cref="ScsiTransportException">Another process has it (Busy), or access is denied.</exception>
    /// <exception cref="LibraryException">There is no such drive.</exception>
    internal VirtualDrive TakeDrive(int number)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if ((uint)number >= (uint)DriveCount)
            throw new LibraryException(LibraryFault.Request, $"{DirectoryPath} has {(DriveCount == 1 ? "1 drive" : $"{DriveCount} drives")}, no drive {number + 1}.");
        return _drives[number] ??= VirtualDrive.Take(this, number, _document.Drives[number], _time);
    }

    /// <summary>Takes a drive for a server of this process; <see cref="OpenDrive(string?, int)"/> is refused from now on.</summary>
    /// <exception cref="ScsiTransportException">This process has it open already (Busy).</exception>
    internal TapeDriveUnit BeginServing(int number = 0)
    {
        VirtualDrive drive = TakeDrive(number);
        if (drive.IsOpen)
            throw new ScsiTransportException(TransportFault.Busy, $"{DirectoryPath} is open already.");
        drive.IsOpen = true;
        return drive.Unit;
    }

    internal void EndServing(int number = 0) => TakeDrive(number).IsOpen = false;

    /// <summary>What a drive says about itself.</summary>
    /// <param name="number">From 0.</param>
    public DeviceIdentity IdentityOf(int number)
    {
        DriveDocument drive = _document.Drives[number];
        return new DeviceIdentity(drive.SerialNumber, drive.Vendor, drive.Product, drive.Revision);
    }

    /// <summary>Barcode of the cartridge that is threaded or seated in a drive of this process; null when there is none.</summary>
    public string? LoadedIn(int number)
    {
        VirtualDrive drive = TakeDrive(number);
        if (drive.Unit.Bay is { } bay)
            bay.Look();
        return drive.Unit.Medium is MediumState.Loaded or MediumState.Seated ? drive.Barcode : null;
    }

    /// <summary>Turns the write protect tab of a cartridge.</summary>
    /// <exception cref="LibraryException">There is no such cartridge.</exception>
    /// <exception cref="CartridgeException">Its file cannot be used.</exception>
    public void SetWriteProtect(string barcode, bool isProtected)
    {
        using Inventory.Access inventory = EnterInventory();
        if (_drives.FirstOrDefault(drive => drive?.Barcode == barcode)?.Unit.Cartridge is Cartridge inDrive)
        {
            Set(inDrive);
            return;
        }
        string path = CheckThere(barcode);
        using Cartridge cartridge = Cartridge.Open(path);
        Set(cartridge);

        void Set(Cartridge target)
        {
            if (!target.SetWriteProtected(isProtected))
                throw new LibraryException($"{target.Path}: {Cartridge.Describe(target.HostError)}");
        }
    }

    /// <summary>Resets the drive, as another initiator may do (LOGICAL UNIT RESET, SAM-5 6.3.3): its mode is as after power on, the tape stays.</summary>
    /// <param name="isTold">Somebody else heard the unit attention: nobody here does.</param>
    public void ResetDrive(bool isTold = false) => First.Unit.Reset(isTold);

    /// <summary>Brings everything to the disk, stores where the drives stand, and lets other processes in.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        try
        {
            foreach (VirtualDrive? drive in _drives)
                drive?.Dispose();
        }
        finally
        {
            _inventory?.Dispose();
        }
    }

    private LoopbackTransport OpenDrive(string? name, int number, Action? onClosed)
    {
        name ??= DirectoryPath;
        VirtualDrive drive = TakeDrive(number);
        if (drive.IsOpen)
            throw new ScsiTransportException(TransportFault.Busy, $"{name} is open already.");
        drive.IsOpen = true;
        return new LoopbackTransport(drive.Unit, name, () =>
        {
            drive.IsOpen = false;
            onClosed?.Invoke();
        });
    }

    /// <summary>The file of a cartridge that there is.</summary>
    private string CheckThere(string barcode)
    {
        string path = CartridgePath(DirectoryPath, barcode);
        return IsBarcode(barcode) && File.Exists(path) ? path : throw new LibraryException(LibraryFault.NoCartridge, $"There is no cartridge {barcode} in {DirectoryPath}.");
    }

    /// <summary>A barcode is a file name here: nothing that could lead out of the directory.</summary>
    internal static bool IsBarcode(string text) => text.Length is > 0 and <= 32 && text.All(char.IsAsciiLetterOrDigit);

    internal static string CartridgePath(string directory, string barcode) => Path.Combine(directory, "cartridges", barcode + ".cartridge");

    /// <summary>Libraries made before there were models name only the generation of an IBM drive.</summary>
    internal static VirtualDriveModel ModelOf(DriveDocument drive) => drive.Model is { } name
        ? VirtualDriveModel.Find(name) ?? throw new LibraryException($"The drive model {name} is not known: the library was made by a newer version of this program.")
        : VirtualDriveModel.For(MediumType.Parse(drive.Generation) ?? VirtualDriveModel.Default.Medium);
}
