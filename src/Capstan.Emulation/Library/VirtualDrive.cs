using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Models;
using Capstan.Emulation.Ssc;
using Capstan.Transport;

namespace Capstan.Emulation.Library;

/// <summary>
/// A drive of a virtual library while this process has it: the device server, and what it keeps from one process to the next. Where
/// the library has an inventory, a robot (of this process or of another one) may put a cartridge in or take one away between two
/// commands; the drive looks before each.
/// </summary>
internal sealed partial class VirtualDrive : IDriveBay, IDisposable
{
    private const int FormatVersion = 1;

    private readonly VirtualLibrary _library;
    private readonly LibraryLock _lock;
    private readonly string _statePath;
    private readonly TapeDriveUnit _unit;
    private long _seen = -1;

    /// <summary>Which change of the inventory brought the cartridge: the same one, taken away and brought again, is threaded again.</summary>
    private long _arrival;
    private DriveStateDocument? _keptState;
    private bool _isDisposed;

    private VirtualDrive(VirtualLibrary library, int number, DriveDocument document, LibraryLock driveLock, TimeProvider? time)
    {
        _library = library;
        Number = number;
        _lock = driveLock;
        _statePath = StatePath(library.DirectoryPath, library.HasInventory, number);
        _unit = new TapeDriveUnit(
            new DeviceIdentity(document.SerialNumber, document.Vendor, document.Product, document.Revision), VirtualLibrary.ModelOf(document), document.Quirks, time)
        {
            Compression = new DriveCompression { IsBuiltIn = library.Compresses },
            Motion = library.IsRealistic ? new TapeMotion(VirtualLibrary.ModelOf(document), time ?? TimeProvider.System) : null,
        };
        // A drive that a power failure meets goes on with what must not stop half way.
        _unit.Activity.Begun = () => Save(isClean: false);
        if (library.HasInventory)
            _unit.Bay = this;
    }

    /// <summary>The first is 0.</summary>
    internal int Number { get; }

    internal TapeDriveUnit Unit => _unit;

    /// <summary>Of the cartridge that is in the drive or in its slot; null when there is none.</summary>
    internal string? Barcode { get; private set; }

    /// <summary>What the drive knows to be in it.</summary>
    internal (MediumState Medium, string? Barcode, long Arrival) Held => (_unit.HasCleaned ? MediumState.Ejected : _unit.Medium, Barcode, _arrival);

    /// <summary>Whether somebody has a path to it.</summary>
    internal bool IsOpen { get; set; }

    /// <inheritdoc/>
    public string? AutomationSerialNumber => _library.ChangerIdentity?.SerialNumber;

    /// <inheritdoc/>
    public int ElementAddress => _library.Elements.AddressOfDrive(Number);

    private bool IsRobotic => _library.HasInventory;

    /// <summary>Takes a drive for this process. It goes on where the last process left it, or powers on when that one died.</summary>
    /// <param name="library">It is one of its drives.</param>
    /// <param name="number">The first is 0.</param>
    /// <param name="document">What the library says of it.</param>
    /// <param name="time">Clock; the system's when null.</param>
    /// <param name="isForRobot">Only to ask for its cartridge: a process that dies before the drive lets go of it has changed nothing, and was no power failure.</param>
    /// <exception cref="ScsiTransportException">Another process has it (Busy), or access is denied.</exception>
    internal static VirtualDrive Take(VirtualLibrary library, int number, DriveDocument document, TimeProvider? time, bool isForRobot = false)
    {
        LibraryLock driveLock = LibraryLock.Take(LockPath(library.DirectoryPath, library.HasInventory, number), library.HasInventory
            ? $"Drive {number + 1} of the virtual library {library.DirectoryPath}"
            : $"The virtual library {library.DirectoryPath}");
        VirtualDrive? drive = null;
        try
        {
            drive = new VirtualDrive(library, number, document, driveLock, time);
            using (library.EnterInventory())
            {
                drive._seen = library.InventoryGeneration;
                drive.Restore();
                drive._unit.NeedsCleaning = library.IsDirty(number);
                if (!isForRobot)
                    drive.Save(isClean: false);
            }
            return drive;
        }
        catch
        {
            drive?._unit.Dispose();
            driveLock.Dispose();
            throw;
        }
    }

    internal static string StatePath(string directory, bool hasInventory, int number) =>
        Path.Combine(directory, hasInventory ? $"drives/{number + 1}.json" : "drive.json");

    internal static string LockPath(string directory, bool hasInventory, int number) =>
        Path.Combine(directory, hasInventory ? $"drives/{number + 1}.lock" : "library.lock");

    /// <summary>Seats and threads a cartridge, in the place of one that was ejected.</summary>
    /// <param name="barcode">Of the cartridge.</param>
    /// <param name="arrival">Which change of the inventory brought it.</param>
    internal void Load(string barcode, long arrival = 0)
    {
        _unit.Remove();
        Barcode = barcode;
        _arrival = arrival;
        InsertFile(barcode, MediumState.Seated);
        _unit.Thread();
        Save(isClean: false);
    }

    /// <summary>Threads a tape that throws away what is written to it, until the library is closed.</summary>
    internal void LoadDiscardingTape(long capacityBytes, long earlyWarningBytes)
    {
        _keptState = CurrentState() with { Position = 0 };
        _unit.Remove();
        Barcode = null;
        _unit.Insert(new DiscardingTape(_unit.Generation, capacityBytes, earlyWarningBytes), MediumState.Seated);
        _unit.Thread();
        Save(isClean: false);
    }

    /// <inheritdoc/>
    public void Look()
    {
        // A tape that is no cartridge is in nobody's inventory.
        if (_seen == _library.InventoryGeneration || _keptState is not null)
            return;
        using (_library.EnterInventory())
        {
            _seen = _library.InventoryGeneration;
            _unit.NeedsCleaning = _library.IsDirty(Number);
            ElementContent? there = _library.CartridgeAt(this, Barcode, _arrival);
            if (there?.Barcode == Barcode && (there is null || there.Value.Arrival == _arrival))
                return;
            if (there is { } content)
            {
                Load(content.Barcode, content.Arrival);
            }
            else
            {
                _unit.Remove();
                Barcode = null;
                Save(isClean: false);
            }
        }
    }

    /// <inheritdoc/>
    public bool TryPullIn()
    {
        using (_library.EnterInventory())
        {
            if (Barcode is not { } barcode || _library.CartridgeAt(this, barcode, _arrival)?.Barcode != barcode)
            {
                _unit.Remove();
                Barcode = null;
                return false;
            }
            InsertFile(barcode, MediumState.Seated);
            // From here on no robot takes it.
            Save(isClean: false);
            return true;
        }
    }

    /// <inheritdoc/>
    public void PushedOut()
    {
        using (_library.EnterInventory())
        {
            // Another drive may have it next, in another process.
            _unit.LetGo();
            Save(isClean: false);
        }
    }

    /// <inheritdoc/>
    public void Cleaned() => _library.NoteCleaned(Number);

    /// <summary>Brings everything to the disk, stores where the drive stands, and lets other processes have it.</summary>
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
            Save(isClean);
        }
        finally
        {
            _unit.Dispose();
            _lock.Dispose();
        }
    }

    private void InsertFile(string barcode, MediumState state)
    {
        string path = VirtualLibrary.CartridgePath(_library.DirectoryPath, barcode);
        try
        {
            _unit.Insert(Cartridge.Open(path, isSynchronous: _library.IsSynchronous), state);
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
}
