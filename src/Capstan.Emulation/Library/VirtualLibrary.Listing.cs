using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Library;

/// <summary>What is in a library, told without disturbing anybody who uses it.</summary>
public sealed partial class VirtualLibrary
{
    /// <summary>Slots of the changer; 0 where cartridges are changed by hand.</summary>
    public int SlotCount => Elements.StorageCount;

    /// <summary>Mail slots of the changer.</summary>
    public int MailSlotCount => Elements.ImportExportCount;

    /// <summary>Name of the changer's model; null where cartridges are changed by hand.</summary>
    public string? ChangerModelName => _document.Changer?.Model;

    /// <summary>All drives in the order of their numbers. Nothing is taken: other processes may use them.</summary>
    public IReadOnlyList<DriveListing> ListDrives()
    {
        using Inventory.Access inventory = EnterInventory();
        var listing = new List<DriveListing>();
        for (int number = 0; number < DriveCount; number++)
        {
            int address = Elements.AddressOfDrive(number);
            (string? barcode, MediumState medium) = ContentOf(number, inventory);
            bool isMine = _drives[number] is not null;
            listing.Add(new DriveListing(
                number, IdentityOf(number), _document.Changer is null ? null : address, barcode, medium,
                isMine ? null : LibraryLock.HolderOf(VirtualDrive.LockPath(DirectoryPath, HasInventory, number))));
        }
        return listing;
    }

    /// <summary>Which other process has a drive, with its command and since when; null when none has.</summary>
    /// <param name="number">From 0.</param>
    public string? UserOf(int number) => LibraryLock.HolderOf(VirtualDrive.LockPath(DirectoryPath, HasInventory, number), isWhole: true);

    /// <summary>Every place of a library with a changer, and what stands there; empty where cartridges are changed by hand.</summary>
    public IReadOnlyList<PlaceListing> ListPlaces()
    {
        if (_document.Changer is null)
            return [];
        ElementMap map = Elements;
        using Inventory.Access inventory = EnterInventory();
        var listing = new List<PlaceListing>(1 + map.DriveCount + map.StorageCount + map.ImportExportCount);
        Add(listing, inventory, LibraryPlaceKind.Hand, 0, map.FirstTransport, ElementMap.TransportCount);
        Add(listing, inventory, LibraryPlaceKind.Drive, 0, map.FirstDrive, map.DriveCount);
        Add(listing, inventory, LibraryPlaceKind.Slot, 1, map.FirstStorage, map.StorageCount);
        Add(listing, inventory, LibraryPlaceKind.MailSlot, 1 + map.StorageCount, map.FirstImportExport, map.ImportExportCount);
        return listing;
    }

    /// <summary>A place as people call it.</summary>
    private string NameOf(int address) => Elements.TypeOf(address) switch
    {
        ElementType.Storage => $"slot {address - Elements.FirstStorage + 1}",
        ElementType.ImportExport => $"mail slot {address - Elements.FirstImportExport + Elements.StorageCount + 1}",
        ElementType.DataTransfer => $"drive {Elements.DriveAt(address)}",
        ElementType.MediumTransport => "the robot's hand",
        _ => $"element {address}",
    };

    /// <summary>All cartridges in the order of their barcodes. Where other processes may use some, only what is durable is told of those.</summary>
    public IReadOnlyList<CartridgeListing> ListCartridges()
    {
        var listing = new List<CartridgeListing>();
        using Inventory.Access inventory = EnterInventory();
        Dictionary<string, int>? places = HasInventory ? inventory.Elements.ToDictionary(static one => one.Value.Barcode, static one => one.Key) : null;
        var inDrives = new HashSet<string>();
        for (int number = 0; number < DriveCount; number++)
        {
            if (ContentOf(number, inventory) is { Medium: MediumState.Loaded or MediumState.Seated, Barcode: { } loaded })
                inDrives.Add(loaded);
        }
        foreach (string path in Directory.GetFiles(Path.Combine(DirectoryPath, "cartridges"), "*.cartridge").Order(StringComparer.Ordinal))
        {
            string barcode = Path.GetFileNameWithoutExtension(path);
            CartridgeListing one = ListCartridge(barcode, path);
            listing.Add(one with
            {
                IsInDrive = inDrives.Contains(barcode),
                Address = places is not null && places.TryGetValue(barcode, out int address) ? address : null,
            });
        }
        return listing;
    }

    private CartridgeListing ListCartridge(string barcode, string path)
    {
        if (_drives.FirstOrDefault(drive => drive?.Barcode == barcode) is { Unit: { } unit } && (unit.Cartridge is not null || unit.LoadFault is not null))
            return Describe(barcode, path, unit.Cartridge as Cartridge, unit.LoadFault);
        try
        {
            if (HasInventory || _drives[0] is null)
                return Describe(Cartridge.Summarize(path), barcode);
            using Cartridge cartridge = Cartridge.Open(path, readOnly: true);
            return Describe(barcode, path, cartridge, null);
        }
        catch (CartridgeException exception)
        {
            return Describe(barcode, path, null, exception.Message);
        }
    }

    private static void Add(List<PlaceListing> listing, in Inventory.Access inventory, LibraryPlaceKind kind, int number, int first, int count)
    {
        for (int i = 0; i < count; i++)
            listing.Add(new PlaceListing(kind, number + i, first + i, inventory[first + i]?.Barcode));
    }

    /// <summary>What is in a drive: of one of this process, or as the inventory and the last process to have it wrote down.</summary>
    private (string? Barcode, MediumState Medium) ContentOf(int number, in Inventory.Access inventory)
    {
        if (_drives[number] is { } mine && !HasInventory)
            return (mine.Barcode, mine.Unit.Medium);
        DriveStateDocument state = VirtualDrive.ReadState(VirtualDrive.StatePath(DirectoryPath, HasInventory, number));
        if (!HasInventory)
            return (state.Medium == MediumState.Empty ? null : state.Cartridge, state.Medium);
        if (inventory[Elements.AddressOfDrive(number)]?.Barcode is not { } barcode)
            return (null, MediumState.Empty);
        MediumState medium = _drives[number] is { } own && own.Barcode == barcode ? own.Held.Medium : state.Cartridge == barcode ? state.Medium : MediumState.Loaded;
        return (barcode, medium == MediumState.Empty ? MediumState.Loaded : medium);
    }

    private static CartridgeListing Describe(in CartridgeSummary summary, string barcode) => new(
        barcode, summary.Medium, summary.CapacityBytes, summary.UsedBytes, summary.FileBytes, summary.IsWriteProtected, IsInDrive: false, Fault: null, summary.IsWorm);

    private CartridgeListing Describe(string barcode, string path, Cartridge? cartridge, string? fault) => new(
        barcode,
        cartridge?.Medium ?? ModelOf(_document.Drive).Medium,
        cartridge?.TapeCapacityBytes ?? _document.CapacityBytes,
        cartridge is null ? 0 : Partitions(cartridge).Sum(partition => partition.UsedBytes),
        cartridge is null ? new FileInfo(path).Length : Partitions(cartridge).Sum(partition => new FileInfo(partition.Path).Length),
        cartridge?.IsWriteProtected ?? false,
        IsInDrive: false,
        fault ?? cartridge?.Damage ?? cartridge?.MemoryDamage,
        cartridge?.IsWorm ?? false);

    private static IEnumerable<Cartridge> Partitions(Cartridge cartridge) =>
        Enumerable.Range(0, cartridge.PartitionCount).Select(cartridge.GetPartition);
}
