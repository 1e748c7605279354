using System.Security.Cryptography;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Models;
using Capstan.Emulation.Ssc;

namespace Capstan.Emulation.Library;

/// <summary>How libraries come into being.</summary>
public sealed partial class VirtualLibrary
{
    private const int MaxDrives = 64;
    private const int MaxSlots = 30_000;
    private const int MaxMailSlots = 1_000;
    private const int MaxCartridges = 30_000;

    /// <summary>Makes a library with its cartridges: the first one loaded where there is no changer, all in slots where there is one.</summary>
    /// <param name="directory">Created when missing; must not hold a library.</param>
    /// <param name="options">What it is; the defaults when null.</param>
    /// <exception cref="LibraryException">There is one already, or the options contradict themselves.</exception>
    /// <exception cref="CartridgeException">A cartridge could not be made.</exception>
    public static void Create(string directory, LibraryOptions? options = null)
    {
        options ??= new LibraryOptions();
        Check(options);
        MediumType[] media = options.Media.Count > 0 ? [.. options.Media] : [options.Model.Medium];
        foreach (MediumType medium in media)
            _ = CapacityOf(options, medium);
        Directory.CreateDirectory(Path.Combine(directory, "cartridges"));
        using LibraryLock libraryLock = LibraryLock.Take(Path.Combine(directory, "library.lock"), $"The virtual library {directory}");
        if (Exists(directory))
            throw new LibraryException($"{directory} holds a virtual library already.");
        string[] barcodes = [.. Enumerable.Range(1, options.CartridgeCount).Select(number => CreateCartridge(directory, options, number, media[(number - 1) % media.Length]))];
        (long capacity, long earlyWarning) = CapacityOf(options, media[0]);
        bool hasInventory = options.Changer is not null || options.MoreDrives.Count > 0;
        DriveDocument first = Document(options.Model, options.Quirks, options.DriveSerialNumber);
        var document = new LibraryDocument(
            hasInventory ? InventoryVersion : OneDriveVersion,
            first,
            capacity,
            earlyWarning,
            options.IsSynchronous,
            hasInventory ? [.. options.MoreDrives.Select(model => Document(model, null, null))] : null,
            options.Changer is { } changer
                ? new ChangerDocument(changer.Name, options.ChangerSerialNumber ?? NewSerialNumber(), options.StorageElements ?? Math.Max(options.CartridgeCount, 1), options.ImportExportElements)
                : null);
        if (hasInventory)
            CreateInventory(directory, document, barcodes);
        else
            WriteState(VirtualDrive.StatePath(directory, hasInventory: false, 0), barcodes[0]);
        // Last: a directory with this file is a library.
        JsonFile.Write(Path.Combine(directory, "library.json"), document, LibraryJson.Default.LibraryDocument, isDurable: true);
    }

    private static void Check(LibraryOptions options)
    {
        bool hasChanger = options.Changer is not null;
        int most = hasChanger ? MaxCartridges : 999;
        int fewest = hasChanger ? 0 : 1;
        if (options.CartridgeCount < fewest || options.CartridgeCount > most)
            throw new LibraryException($"A library has {fewest} to {most} cartridges, not {options.CartridgeCount}.");
        if (options.MoreDrives.Count >= MaxDrives)
            throw new LibraryException($"A library has 1 to {MaxDrives} drives, not {options.MoreDrives.Count + 1}.");
        if (!hasChanger && (options.StorageElements is not null || options.ImportExportElements > 0))
            throw new LibraryException("Slots and mail slots belong to a changer: choose a model of one.");
        if (options.StorageElements is < 1 or > MaxSlots)
            throw new LibraryException($"A library has 1 to {MaxSlots} slots, not {options.StorageElements}.");
        if (options.ImportExportElements is < 0 or > MaxMailSlots)
            throw new LibraryException($"A library has 0 to {MaxMailSlots} mail slots, not {options.ImportExportElements}.");
    }

    private static string CreateCartridge(string directory, LibraryOptions options, int number, MediumType medium)
    {
        string barcode = BarcodeOf(options, number, medium);
        string path = CartridgePath(directory, barcode);
        // What an interrupted creation left behind holds nothing.
        File.Delete(path);
        (long bytes, long warning) = CapacityOf(options, medium);
        Cartridge.Create(path, new CartridgeSpec(barcode, medium, bytes, warning, options.IsWorm)).Dispose();
        return barcode;
    }

    private static void CreateInventory(string directory, LibraryDocument document, string[] barcodes)
    {
        Directory.CreateDirectory(Path.Combine(directory, "drives"));
        ElementMap map = ElementsOf(document);
        bool hasChanger = document.Changer is not null;
        for (int number = 0; number < document.Drives.Count; number++)
            WriteState(VirtualDrive.StatePath(directory, hasInventory: true, number), hasChanger || number >= barcodes.Length ? null : barcodes[number]);
        // Cartridges for which there is no slot are on the shelf.
        Inventory.Create(directory, hasChanger
            ? barcodes.Take(map.StorageCount).Select((barcode, index) => new ElementDocument(map.FirstStorage + index, barcode))
            : barcodes.Take(document.Drives.Count).Select((barcode, index) => new ElementDocument(map.AddressOfDrive(index), barcode)));
    }

    private static void WriteState(string path, string? barcode) => JsonFile.Write(
        path,
        new DriveStateDocument(OneDriveVersion, IsClean: false, barcode, barcode is null ? MediumState.Empty : MediumState.Loaded),
        LibraryJson.Default.DriveStateDocument);

    private static DriveDocument Document(VirtualDriveModel model, VirtualQuirks? quirks, string? serialNumber) =>
        new(model.VendorId, model.Product, model.Revision, serialNumber ?? NewSerialNumber(), model.Medium.Name, model.Name, quirks);

    private static string BarcodeOf(LibraryOptions options, int number, MediumType medium) =>
        $"CAP{number:D3}{(options.IsWorm ? medium.WormBarcodeSuffix : medium.BarcodeSuffix)}";

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
