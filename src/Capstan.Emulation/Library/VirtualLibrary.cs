using System.Security.Cryptography;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Faults;
using Capstan.Emulation.Models;
using Capstan.Emulation.Ssc;
using Capstan.Transport;

namespace Capstan.Emulation.Library;

/// <summary>
/// A virtual tape library in a directory: one drive and cartridges, one file each. What the drive holds and where its tape
/// stands outlives the process; only one process has the library at a time.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed partial class VirtualLibrary : IDisposable
{
    private const int FormatVersion = 1;

    private readonly LibraryLock _lock;
    private readonly LibraryDocument _document;
    private readonly TapeDriveUnit _unit;
    private string? _barcodeInDrive;
    private bool _driveIsOpen;
    private DriveStateDocument? _keptState;
    private bool _isDisposed;

    private VirtualLibrary(string directory, LibraryLock libraryLock, LibraryDocument document, VirtualDriveModel model, TimeProvider? time)
    {
        DirectoryPath = directory;
        _lock = libraryLock;
        _document = document;
        DriveDocument drive = document.Drive;
        _unit = new TapeDriveUnit(new DeviceIdentity(drive.SerialNumber, drive.Vendor, drive.Product, drive.Revision), model, drive.Quirks, time);
        // A drive that a power failure meets goes on with what must not stop half way.
        _unit.Activity.Begun = () => SaveDrive(isClean: false);
    }

    /// <summary>Where the library is.</summary>
    public string DirectoryPath { get; }

    /// <summary>Whether a synchronising command waits for the host's disk.</summary>
    public bool IsSynchronous => _document.IsSynchronous;

    /// <summary>What the drive says about itself.</summary>
    public DeviceIdentity Drive => _unit.Identity;

    /// <summary>Barcode of the cartridge that is threaded or seated in the drive; null when there is none.</summary>
    public string? LoadedCartridge => _unit.Medium is MediumState.Loaded or MediumState.Seated ? _barcodeInDrive : null;

    /// <summary>Barcode of the cartridge that the drive pushed out and nobody has taken: LOAD pulls it in again.</summary>
    public string? EjectedCartridge => _unit.Medium == MediumState.Ejected ? _barcodeInDrive : null;

    /// <summary>
    /// What the host or a damaged cartridge file did to the drive, as a sentence; null when nothing. Sense data have no room for
    /// a file name.
    /// </summary>
    public string? Diagnosis => _unit.Diagnosis;

    /// <summary>What will go wrong with the drive; null for nothing. With a plan its path can be made whole again, as a real one can.</summary>
    public DriveFaultPlan? Faults
    {
        get => _unit.Faults;
        set => _unit.Faults = value;
    }

    /// <summary>Whether a directory holds a library.</summary>
    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, "library.json"));

    /// <summary>Makes a library with its cartridges, the first one loaded.</summary>
    /// <param name="directory">Created when missing; must not hold a library.</param>
    /// <param name="options">What it is; the defaults when null.</param>
    /// <exception cref="LibraryException">There is one already, or the options contradict themselves.</exception>
    /// <exception cref="CartridgeException">A cartridge could not be made.</exception>
    public static void Create(string directory, LibraryOptions? options = null)
    {
        options ??= new LibraryOptions();
        if (options.CartridgeCount is < 1 or > 999)
            throw new LibraryException($"A library has 1 to 999 cartridges, not {options.CartridgeCount}.");
        MediumType[] media = options.Media.Count > 0 ? [.. options.Media] : [options.Model.Medium];
        foreach (MediumType medium in media)
            _ = CapacityOf(options, medium);
        Directory.CreateDirectory(Path.Combine(directory, "cartridges"));
        using LibraryLock libraryLock = LibraryLock.Take(directory);
        if (Exists(directory))
            throw new LibraryException($"{directory} holds a virtual library already.");
        for (int number = 1; number <= options.CartridgeCount; number++)
        {
            MediumType medium = media[(number - 1) % media.Length];
            string barcode = BarcodeOf(options, number, medium);
            string path = CartridgePath(directory, barcode);
            // What an interrupted creation left behind holds nothing.
            File.Delete(path);
            (long bytes, long warning) = CapacityOf(options, medium);
            Cartridge.Create(path, new CartridgeSpec(barcode, medium, bytes, warning, options.IsWorm)).Dispose();
        }
        string first = BarcodeOf(options, 1, media[0]);
        JsonFile.Write(
            Path.Combine(directory, "drive.json"),
            new DriveStateDocument(FormatVersion, IsClean: false, first, MediumState.Loaded),
            LibraryJson.Default.DriveStateDocument);
        VirtualDriveModel model = options.Model;
        (long capacity, long earlyWarning) = CapacityOf(options, media[0]);
        // Last: a directory with this file is a library.
        JsonFile.Write(
            Path.Combine(directory, "library.json"),
            new LibraryDocument(
                FormatVersion,
                new DriveDocument(
                    model.VendorId, model.Product, model.Revision, options.DriveSerialNumber ?? NewSerialNumber(), model.Medium.Name, model.Name, options.Quirks),
                capacity,
                earlyWarning,
                options.IsSynchronous),
            LibraryJson.Default.LibraryDocument,
            isDurable: true);
    }

    /// <summary>Opens a library for this process. The drive goes on where the last process left it, or powers on when that one died.</summary>
    /// <exception cref="LibraryException">It is not one, or not readable.</exception>
    /// <exception cref="ScsiTransportException">Another process has it (Busy), or access is denied.</exception>
    /// <param name="directory">Where it is.</param>
    /// <param name="time">Clock of what takes a while; the system's when null.</param>
    public static VirtualLibrary Open(string directory, TimeProvider? time = null)
    {
        if (!Exists(directory))
            throw new LibraryException($"{directory} holds no virtual library.");
        LibraryLock libraryLock = LibraryLock.Take(directory);
        VirtualLibrary? library = null;
        try
        {
            LibraryDocument document = JsonFile.Read(Path.Combine(directory, "library.json"), LibraryJson.Default.LibraryDocument);
            if (document.Version != FormatVersion)
                throw new LibraryException($"{directory}: written by a newer version of this program");
            library = new VirtualLibrary(directory, libraryLock, document, ModelOf(document.Drive), time);
            library.RestoreDrive();
            library.SaveDrive(isClean: false);
            return library;
        }
        catch
        {
            library?._unit.Dispose();
            libraryLock.Dispose();
            throw;
        }
    }

    /// <summary>Opens a library's drive; the library is closed with it.</summary>
    /// <inheritdoc cref="Open"/>
    /// <param name="faults">What will go wrong with the drive; null for nothing.</param>
    public static IScsiTransport OpenDrive(string directory, string name, TimeProvider? time = null, DriveFaultPlan? faults = null)
    {
        VirtualLibrary library = Open(directory, time);
        library.Faults = faults;
        return library.OpenDrive(name, library.Dispose);
    }

    /// <summary>The way to the drive. Disposing of it brings buffered data to the medium; the library stays open.</summary>
    /// <param name="name">For messages: <c>virtual:main</c>; the directory when null.</param>
    /// <exception cref="ScsiTransportException">This process has it open already (Busy).</exception>
    public IScsiTransport OpenDrive(string? name = null) => OpenDrive(name, onClosed: null);

    /// <summary>The way of another initiator to the drive, while the first one has it open. Commands come one at a time all the same.</summary>
    /// <param name="number">Number of the I_T nexus, 1 and above; the first initiator is number 0.</param>
    public IScsiTransport OpenOtherInitiator(int number)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return new LoopbackTransport(_unit, $"{DirectoryPath}#{number}", nexus: number);
    }

    /// <summary>Puts a cartridge in and threads it. One that was ejected goes back to its slot.</summary>
    /// <exception cref="LibraryException">The drive holds a cartridge, or there is no such one.</exception>
    public void InsertCartridge(string barcode)
    {
        if (LoadedCartridge is { } loaded)
            throw new LibraryException($"The drive holds {loaded}: unload it first.");
        string path = CartridgePath(DirectoryPath, barcode);
        if (!IsBarcode(barcode) || !File.Exists(path))
            throw new LibraryException($"There is no cartridge {barcode} in {DirectoryPath}.");
        _unit.Remove();
        _barcodeInDrive = barcode;
        InsertFile(path, MediumState.Seated);
        _unit.Thread();
        SaveDrive(isClean: false);
    }

    /// <summary>
    /// Threads a tape that throws away what is written to it. The drive has it until this library is closed; the next process finds
    /// the cartridge again that was in the drive before, rewound.
    /// </summary>
    public void InsertDiscardingTape()
    {
        _keptState = CurrentState() with { Position = 0 };
        _unit.Remove();
        _barcodeInDrive = null;
        _unit.Insert(new DiscardingTape(_unit.Generation, _document.CapacityBytes, _document.EarlyWarningBytes), MediumState.Seated);
        _unit.Thread();
        SaveDrive(isClean: false);
    }

    /// <summary>
    /// What an autoloader in sequential mode does after the drive pushed a cartridge out: the next one in the order of the barcodes
    /// is threaded. Behind the last one the drive stays as it is.
    /// </summary>
    /// <returns>Whether there was a next one.</returns>
    internal bool InsertNextCartridge()
    {
        if (EjectedCartridge is not { } ejected)
            return false;
        string? next = Directory.GetFiles(Path.Combine(DirectoryPath, "cartridges"), "*.cartridge")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)
            .FirstOrDefault(barcode => string.CompareOrdinal(barcode, ejected) > 0);
        if (next is null)
            return false;
        InsertCartridge(next);
        return true;
    }

    /// <summary>Takes the drive for a server of this process; <see cref="OpenDrive(string?)"/> is refused from now on.</summary>
    /// <exception cref="ScsiTransportException">This process has it open already (Busy).</exception>
    internal TapeDriveUnit TakeDrive()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_driveIsOpen)
            throw new ScsiTransportException(TransportFault.Busy, $"{DirectoryPath} is open already.");
        _driveIsOpen = true;
        return _unit;
    }

    internal void EndServing() => _driveIsOpen = false;

    /// <summary>Turns the write protect tab of a cartridge.</summary>
    /// <exception cref="LibraryException">There is no such cartridge.</exception>
    /// <exception cref="CartridgeException">Its file cannot be used.</exception>
    public void SetWriteProtect(string barcode, bool isProtected)
    {
        if (barcode == _barcodeInDrive && _unit.Cartridge is Cartridge inDrive)
        {
            Set(inDrive);
            return;
        }
        string path = CartridgePath(DirectoryPath, barcode);
        if (!IsBarcode(barcode) || !File.Exists(path))
            throw new LibraryException($"There is no cartridge {barcode} in {DirectoryPath}.");
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
    public void ResetDrive(bool isTold = false) => _unit.Reset(isTold);

    /// <summary>All cartridges in the order of their barcodes.</summary>
    public IReadOnlyList<CartridgeListing> ListCartridges()
    {
        var listing = new List<CartridgeListing>();
        foreach (string path in Directory.GetFiles(Path.Combine(DirectoryPath, "cartridges"), "*.cartridge").Order(StringComparer.Ordinal))
        {
            string barcode = Path.GetFileNameWithoutExtension(path);
            if (barcode == _barcodeInDrive)
            {
                listing.Add(Describe(barcode, path, _unit.Cartridge as Cartridge, _unit.LoadFault));
                continue;
            }
            try
            {
                using Cartridge cartridge = Cartridge.Open(path, readOnly: true);
                listing.Add(Describe(barcode, path, cartridge, null));
            }
            catch (CartridgeException exception)
            {
                listing.Add(Describe(barcode, path, null, exception.Message));
            }
        }
        return listing;
    }

    /// <summary>Brings everything to the disk, stores where the drive stands, and lets other processes in.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        // What could not be flushed is told by the next start as what it is to the initiator: a power failure.
        try
        {
            bool isClean = _unit.Detach();
            KeepKey();
            SaveDrive(isClean);
        }
        finally
        {
            _unit.Dispose();
            _lock.Dispose();
        }
    }

    private LoopbackTransport OpenDrive(string? name, Action? onClosed)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        name ??= DirectoryPath;
        if (_driveIsOpen)
            throw new ScsiTransportException(TransportFault.Busy, $"{name} is open already.");
        _driveIsOpen = true;
        return new LoopbackTransport(_unit, name, () =>
        {
            _driveIsOpen = false;
            onClosed?.Invoke();
        });
    }

    private void InsertFile(string path, MediumState state)
    {
        try
        {
            _unit.Insert(Cartridge.Open(path, isSynchronous: IsSynchronous), state);
        }
        catch (CartridgeException exception) when (exception.Fault == CartridgeFault.AccessDenied)
        {
            InsertReadOnly(path, state);
        }
        catch (CartridgeException exception)
        {
            _unit.Insert(null, state, exception.Message);
        }
    }

    private void InsertReadOnly(string path, MediumState state)
    {
        try
        {
            _unit.Insert(Cartridge.Open(path, readOnly: true), state);
        }
        catch (CartridgeException exception)
        {
            _unit.Insert(null, state, exception.Message);
        }
    }

    private CartridgeListing Describe(string barcode, string path, Cartridge? cartridge, string? fault) => new(
        barcode,
        cartridge?.Medium ?? _unit.Generation,
        cartridge?.TapeCapacityBytes ?? _document.CapacityBytes,
        cartridge is null ? 0 : Partitions(cartridge).Sum(partition => partition.UsedBytes),
        cartridge is null ? new FileInfo(path).Length : Partitions(cartridge).Sum(partition => new FileInfo(partition.Path).Length),
        cartridge?.IsWriteProtected ?? false,
        barcode == LoadedCartridge,
        fault ?? cartridge?.Damage ?? cartridge?.MemoryDamage);

    private static IEnumerable<Cartridge> Partitions(Cartridge cartridge) =>
        Enumerable.Range(0, cartridge.PartitionCount).Select(cartridge.GetPartition);

    private static string BarcodeOf(LibraryOptions options, int number, MediumType medium) =>
        $"CAP{number:D3}{(options.IsWorm ? medium.WormBarcodeSuffix : medium.BarcodeSuffix)}";

    /// <summary>A barcode is a file name here: nothing that could lead out of the directory.</summary>
    private static bool IsBarcode(string text) => text.Length is > 0 and <= 32 && text.All(char.IsAsciiLetterOrDigit);

    private static string CartridgePath(string directory, string barcode) => Path.Combine(directory, "cartridges", barcode + ".cartridge");

    /// <summary>Libraries made before there were models name only the generation of an IBM drive.</summary>
    private static VirtualDriveModel ModelOf(DriveDocument drive) => drive.Model is { } name
        ? VirtualDriveModel.Find(name) ?? throw new LibraryException($"The drive model {name} is not known: the library was made by a newer version of this program.")
        : VirtualDriveModel.For(MediumType.Parse(drive.Generation) ?? VirtualDriveModel.Default.Medium);

    private static (long Capacity, long EarlyWarning) CapacityOf(LibraryOptions options, MediumType medium)
    {
        long capacity = options.CapacityBytes ?? medium.NativeCapacityBytes;
        long earlyWarning = options.EarlyWarningBytes ?? Math.Min(capacity / 100, 5_000_000_000);
        return capacity >= 1 && earlyWarning >= 0 && earlyWarning < capacity
            ? (capacity, earlyWarning)
            : throw new LibraryException($"Early warning {earlyWarning} bytes before the end of {capacity} bytes makes no sense.");
    }

    private static string NewSerialNumber() => "CAP" + RandomNumberGenerator.GetHexString(7);
}
