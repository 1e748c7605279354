using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Models;
using Capstan.Emulation.Smc;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Library;

/// <summary>Where cartridges are, and how the robot moves them. Any process may, at any time; a drive in use keeps what it holds.</summary>
public sealed partial class VirtualLibrary
{
    /// <summary>What is said where no changer is: nobody sees these addresses.</summary>
    private static readonly ElementMap Shelf = new(0, 0, 0, 0, 0, 0x100, 0);

    /// <summary>The changer's model; null when cartridges are changed by hand.</summary>
    internal VirtualChangerModel? ChangerModel => _document.Changer is { } changer
        ? VirtualChangerModel.Find(changer.Model)
            ?? throw new LibraryException($"The changer model {changer.Model} is not known: the library was made by a newer version of this program.")
        : null;

    /// <summary>How the changer departs from the standard.</summary>
    internal ChangerQuirks ChangerQuirks => _document.Changer?.Quirks ?? ChangerModel?.Quirks ?? ChangerQuirks.None;

    internal ElementMap Elements => ElementsOf(_document);

    /// <summary>What the changer says about itself; null when there is none.</summary>
    public DeviceIdentity? ChangerIdentity => ChangerModel is { } model
        ? new DeviceIdentity(_document.Changer!.SerialNumber, model.VendorId, model.Product, model.Revision)
        : null;

    /// <summary>The way to the changer. Every process may have one, and several.</summary>
    /// <param name="name">For messages: <c>virtual:main/changer</c>; the directory when null.</param>
    /// <exception cref="LibraryException">The library has no changer.</exception>
    public IScsiTransport OpenChanger(string? name = null)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new LoopbackTransport(new MediaChangerUnit(this, isEmbedded: true), name ?? $"{DirectoryPath} changer");
    }

    internal Inventory.Access EnterInventory() => _inventory is null ? default : _inventory.Enter();

    /// <summary>Moves a cartridge. What cannot be is refused as a changer does (SMC-3 6.8), and nothing has moved then.</summary>
    /// <returns>Sense data; null when it is done.</returns>
    internal SenseData? Move(int source, int destination) => Transfer(source, destination, second: null);

    /// <summary>Moves a cartridge to where another one is, and that one on to a third element, which may be the first (SMC-3 6.1).</summary>
    internal SenseData? Exchange(int source, int first, int second) => Transfer(source, first, second);

    /// <summary>Puts a cartridge from the shelf into an element, as a person does: a mail slot, or any slot with the door open.</summary>
    /// <exception cref="LibraryException">There is no such cartridge or element, or it is taken, or the doors are locked.</exception>
    internal void PutIn(string barcode, int address)
    {
        using DoorLock door = DoorLock.OpenByHand(DirectoryPath);
        using Inventory.Access inventory = EnterInventory();
        // Now nobody throws it away any more.
        CheckThere(barcode);
        if (inventory.Find(barcode) is { } elsewhere)
            throw new LibraryException($"{barcode} is in {NameOf(elsewhere)} already.");
        if (inventory[address] is { } there)
            throw new LibraryException($"{barcode} does not go into {NameOf(address)}: {there.Barcode} is there.");
        if (Elements.TypeOf(address) is not (ElementType.Storage or ElementType.ImportExport))
            throw new LibraryException(LibraryFault.Request, $"There is no slot with the element address {address}.");
        bool isMail = Elements.TypeOf(address) == ElementType.ImportExport;
        inventory.Change(isMail ? MailUsed(inventory.Robot) : inventory.Robot, (address, new ElementContent(barcode, null)));
    }

    /// <summary>Takes a cartridge out of a slot to the shelf, as a person does.</summary>
    /// <returns>Its barcode.</returns>
    /// <exception cref="LibraryException">The element is no slot, or is empty, or the doors are locked.</exception>
    internal string TakeOut(int address)
    {
        using DoorLock door = DoorLock.OpenByHand(DirectoryPath);
        using Inventory.Access inventory = EnterInventory();
        if (Elements.TypeOf(address) is not (ElementType.Storage or ElementType.ImportExport))
            throw new LibraryException(LibraryFault.Request, $"There is no slot with the element address {address}.");
        ElementContent content = inventory[address] ?? throw new LibraryException(LibraryFault.NoCartridge, $"There is nothing in {NameOf(address)}.");
        bool isMail = Elements.TypeOf(address) == ElementType.ImportExport;
        inventory.Change(isMail ? MailUsed(inventory.Robot) : inventory.Robot, (address, null));
        return content.Barcode;
    }

    /// <summary>The cartridge that is in a drive's element; the drive's own word where no inventory knows better.</summary>
    internal ElementContent? CartridgeAt(VirtualDrive drive, string? own, long arrival)
    {
        if (_inventory is not null)
        {
            using Inventory.Access inventory = _inventory.Enter();
            return inventory[Elements.AddressOfDrive(drive.Number)];
        }
        return own is not null && IsBarcode(own) && File.Exists(CartridgePath(DirectoryPath, own)) ? new ElementContent(own, null, arrival) : null;
    }

    /// <summary>Where the cartridge of a drive is: of one in this process, or as another process wrote it down. Only with an inventory.</summary>
    internal MediumState StateOf(int driveNumber)
    {
        using Inventory.Access inventory = EnterInventory();
        if (inventory[Elements.AddressOfDrive(driveNumber)] is not { } there)
            return MediumState.Empty;
        (MediumState medium, string? barcode, long arrival) = _drives[driveNumber] is { } mine
            ? mine.Held
            : VirtualDrive.ReadHeld(VirtualDrive.StatePath(DirectoryPath, HasInventory, driveNumber), Time);
        // What a drive has not looked at yet it threads when it does.
        return barcode == there.Barcode && arrival == there.Arrival && medium != MediumState.Empty ? medium : MediumState.Loaded;
    }

    internal static ElementMap ElementsOf(LibraryDocument document) =>
        document.Changer is { } changer && VirtualChangerModel.Find(changer.Model) is { } model
            ? new ElementMap(
                model.FirstTransport, model.FirstStorage, changer.StorageElements, model.FirstImportExport, changer.ImportExportElements, model.FirstDrive, document.Drives.Count)
            : Shelf with { DriveCount = document.Drives.Count };

    private static SenseData Refuse(SenseKey key, SenseCode code) => new() { Key = key, Code = code };

    private SenseData? Transfer(int source, int destination, int? second)
    {
        ElementMap map = Elements;
        int last = second ?? destination;
        // What changes places are two cartridges.
        bool isNoExchange = second is not null && (source == destination || last == destination);
        // What stayed in the hand can be taken from there.
        bool isFromHand = second is null && source == map.FirstTransport && source != destination;
        if (!(MayHold(map, source) || isFromHand) || !MayHold(map, destination) || !MayHold(map, last) || isNoExchange)
            return Refuse(SenseKey.IllegalRequest, SenseCode.InvalidElementAddress);
        SenseData? failed = null;
        bool isCleaner = false;
        VirtualDrive[] held = HoldDrives(map, [source, destination, last]);
        try
        {
            using (Inventory.Access inventory = EnterInventory())
            {
                // What another process brought since their last command is in them.
                foreach (VirtualDrive drive in held)
                    drive.Look();
                if (NotReady(inventory) is { } notReady)
                    return notReady;
                if (inventory[source] is not { } moved)
                    return Refuse(SenseKey.IllegalRequest, isFromHand ? SenseCode.InvalidElementAddress : SenseCode.MediumSourceElementEmpty);
                if (source == destination && second is null)
                    return null;
                isCleaner = moved.Barcode.StartsWith("CLN", StringComparison.Ordinal);
                ElementContent? displaced = inventory[destination];
                if (second is null ? displaced is not null : last != source && inventory[last] is not null)
                    return Refuse(SenseKey.IllegalRequest, SenseCode.MediumDestinationElementFull);
                if (second is not null && displaced is null)
                    return Refuse(SenseKey.IllegalRequest, SenseCode.MediumSourceElementEmpty);
                if (Hindrance(inventory.Robot, map, displaced is null ? [source] : [source, destination], displaced is null ? [destination] : [destination, last]) is { } hindrance)
                    return hindrance;
                if (!isFromHand && inventory[map.FirstTransport] is not null)
                    return Refuse(SenseKey.HardwareError, SenseCode.MechanicalPositioningError);
                if (Free(map, displaced is null ? [source] : [source, destination]) is { } refused)
                    return refused;
                if (Has(inventory.Robot, LibraryFailureKind.RobotInMove) && !isFromHand && displaced is null)
                {
                    inventory.Change(FailedInMove(inventory.Robot), (source, null), (map.FirstTransport, Moved(map, moved, source)));
                    failed = Refuse(SenseKey.HardwareError, SenseCode.MechanicalPositioningError);
                }
                else if (displaced is { } other)
                    inventory.Change((source, null), (destination, Moved(map, moved, source)), (last, Moved(map, other, destination)));
                else
                    inventory.Change((source, null), (destination, Moved(map, moved, source)));
            }
            foreach (VirtualDrive drive in held)
                drive.Look();
        }
        finally
        {
            foreach (VirtualDrive drive in held)
                drive.Unit.Gate.Exit();
        }
        if (isCleaner && failed is null && map.DriveAt(destination) is { } cleaned && _drives[cleaned] is null)
            Wake(cleaned);
        return failed;
    }

    /// <summary>A drive that no process has takes what the robot brought when the next one comes; a cleaning begins without anybody.</summary>
    private void Wake(int number)
    {
        try
        {
            VirtualDrive.Take(this, number, _document.Drives[number], _time).Dispose();
        }
        catch (ScsiTransportException e) when (e.Fault == TransportFault.Busy)
        {
            // Another process has it, and looks before its next command.
        }
    }

    private static bool MayHold(ElementMap map, int address) => map.TypeOf(address) is not (null or ElementType.MediumTransport);

    private static ElementContent Moved(ElementMap map, ElementContent content, int from) =>
        map.TypeOf(from) is ElementType.DataTransfer or ElementType.MediumTransport ? content : content with { Source = from };

    /// <summary>Stops the drives of this process between two commands, in one order for everybody, before the inventory is entered.</summary>
    private VirtualDrive[] HoldDrives(ElementMap map, ReadOnlySpan<int> addresses)
    {
        var numbers = new SortedSet<int>();
        foreach (int address in addresses)
        {
            if (map.DriveAt(address) is { } number)
                numbers.Add(number);
        }
        VirtualDrive[] held = [.. numbers.Select(number => _drives[number]).OfType<VirtualDrive>()];
        foreach (VirtualDrive drive in held)
            drive.Unit.Gate.Enter();
        return held;
    }

    private double _unloadSeconds;

    /// <summary>How long drives of a realistic library took to unload for the robot since this was last asked.</summary>
    internal double TakeUnloadSeconds()
    {
        double seconds = _unloadSeconds;
        _unloadSeconds = 0;
        return seconds;
    }

    /// <summary>Makes the drives among elements let go of their cartridges, where the library does that itself; all of them, or none and sense data.</summary>
    private SenseData? Free(ElementMap map, ReadOnlySpan<int> addresses)
    {
        var taken = new List<VirtualDrive>();
        var holding = new List<TapeDriveUnit>();
        try
        {
            foreach (int address in addresses)
            {
                if (map.DriveAt(address) is not { } number)
                    continue;
                if ((_drives[number] ?? TryTake(number)) is not { } drive)
                {
                    if (StateOf(number) == MediumState.Ejected)
                        continue;
                    return Refuse(SenseKey.IllegalRequest, SenseCode.MediumRemovalPrevented);
                }
                if (drive != _drives[number])
                    taken.Add(drive);
                drive.Unit.EndCleaning();
                if (drive.Unit.Medium == MediumState.Ejected)
                    continue;
                if (Hindrance(drive.Unit) is { } refused)
                    return refused;
                holding.Add(drive.Unit);
            }
            foreach (TapeDriveUnit unit in holding)
            {
                if (!unit.Detach())
                    return Refuse(SenseKey.HardwareError, SenseCode.MediaLoadOrEjectFailed);
                _unloadSeconds += unit.Motion?.SecondsToUnload(unit) ?? 0;
                unit.PushOut(MediumState.Ejected);
            }
            return null;
        }
        finally
        {
            foreach (VirtualDrive drive in taken)
                drive.Dispose();
        }
    }

    /// <summary>A drive that nobody has is unloaded as it would be by the robot's order; null when another process has it.</summary>
    private VirtualDrive? TryTake(int number)
    {
        try
        {
            return VirtualDrive.Take(this, number, _document.Drives[number], _time, isForRobot: true);
        }
        catch (ScsiTransportException e) when (e.Fault == TransportFault.Busy)
        {
            return null;
        }
    }

    /// <summary>Why a drive does not let go of its cartridge; null when it does.</summary>
    private SenseData? Hindrance(TapeDriveUnit unit) =>
        unit.IsRemovalPrevented ? Refuse(SenseKey.IllegalRequest, SenseCode.MediumRemovalPrevented)
        : (ChangerQuirks & ChangerQuirks.DriveUnloadedFirst) != 0 ? ChangerModel!.DriveNotUnloaded
        : unit.Activity.Sense;

    private void PlaceInDrive(VirtualDrive drive, string barcode)
    {
        drive.Unit.Gate.Enter();
        try
        {
            using (Inventory.Access inventory = EnterInventory())
            {
                int address = Elements.AddressOfDrive(drive.Number);
                int? from = inventory.Find(barcode);
                if (from is { } element && Elements.DriveAt(element) is { } other && other != drive.Number)
                    throw new LibraryException($"{barcode} is in another drive of the library, number {other + 1} of {DriveCount}: unload it first.");
                ElementContent? ejected = inventory[address];
                var placed = new ElementContent(barcode, from ?? ejected?.Source);
                if (from == address)
                    drive.Load(barcode);
                else if (from is { } slot)
                    // What was in the drive goes where there is room now.
                    inventory.Change((slot, ejected), (address, placed));
                else
                    inventory.Change((address, placed));
            }
            drive.Look();
        }
        finally
        {
            drive.Unit.Gate.Exit();
        }
    }
}
