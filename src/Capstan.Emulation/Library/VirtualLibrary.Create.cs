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
        NewCartridge[] cartridges = [.. CartridgesOf(options)];
        foreach (NewCartridge cartridge in cartridges)
            _ = CapacityOf(options, cartridge.Medium);
        Directory.CreateDirectory(Path.Combine(directory, "cartridges"));
        using LibraryLock libraryLock = LibraryLock.Take(Path.Combine(directory, "library.lock"), $"The virtual library {directory}");
        if (Exists(directory))
            throw new LibraryException($"{directory} holds a virtual library already.");
        ClearLeftovers(directory);
        string[] barcodes = [.. cartridges.Select(cartridge => CreateCartridge(directory, options, cartridge))];
        (long capacity, long earlyWarning) = CapacityOf(options, cartridges.Select(static one => one.Medium).FirstOrDefault(static one => one != MediumType.Cleaning, options.Model.Medium));
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
                ? new ChangerDocument(changer.Name, options.ChangerSerialNumber ?? NewSerialNumber(), options.StorageElements ?? Math.Max(cartridges.Length, 1), options.ImportExportElements, options.ChangerQuirks)
                : null,
            options.Compresses,
            options.IsRealistic);
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
        int count = options.Cartridges.Count > 0 ? options.Cartridges.Sum(static batch => batch.Count) : options.CartridgeCount;
        if (count < fewest || count > most)
            throw new LibraryException(LibraryFault.Request, $"A library has {fewest} to {most} cartridges, not {count}.");
        if (options.MoreDrives.Count >= MaxDrives)
            throw new LibraryException(LibraryFault.Request, $"A library has 1 to {MaxDrives} drives, not {options.MoreDrives.Count + 1}.");
        if (!hasChanger && (options.StorageElements is not null || options.ImportExportElements > 0))
            throw new LibraryException(LibraryFault.Request, "Slots and mail slots belong to a changer: choose a model of one.");
        if (options.StorageElements is < 1 or > MaxSlots)
            throw new LibraryException(LibraryFault.Request, $"A library has 1 to {MaxSlots} slots, not {options.StorageElements}.");
        if (options.ImportExportElements is < 0 or > MaxMailSlots)
            throw new LibraryException(LibraryFault.Request, $"A library has 0 to {MaxMailSlots} mail slots, not {options.ImportExportElements}.");
        if (options.Changer is { } model)
            Check(model, options.MoreDrives.Count + 1, options.StorageElements ?? Math.Max(count, 1), options.ImportExportElements);
    }

    private static void Check(VirtualChangerModel model, int drives, int slots, int mailSlots)
    {
        if (drives > model.MaxDrives)
            throw new LibraryException(LibraryFault.Request, $"The changer {model.Name} has room for {model.MaxDrives} drive(s), not {drives}.");
        if (slots > model.MaxStorage)
            throw new LibraryException(LibraryFault.Request, $"The changer {model.Name} has room for {model.MaxStorage} slots, not {slots}.");
        if (mailSlots > model.MaxImportExport)
            throw new LibraryException(LibraryFault.Request, $"The changer {model.Name} has room for {model.MaxImportExport} mail slot(s), not {mailSlots}.");
    }

    private readonly record struct NewCartridge(string Barcode, MediumType Medium, bool IsWorm);

    private static IEnumerable<NewCartridge> CartridgesOf(LibraryOptions options)
    {
        if (options.Cartridges.Count == 0)
        {
            MediumType[] media = options.Media.Count > 0 ? [.. options.Media] : [options.Model.Medium];
            for (int i = 0; i < options.CartridgeCount; i++)
                yield return new NewCartridge(BarcodeOf(i + 1, media[i % media.Length], options.IsWorm), media[i % media.Length], options.IsWorm);
            yield break;
        }
        int tapes = 0;
        int cleaning = 0;
        foreach (CartridgeBatch batch in options.Cartridges)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                int number = batch.Medium == MediumType.Cleaning ? ++cleaning : ++tapes;
                yield return new NewCartridge(BarcodeOf(number, batch.Medium, batch.IsWorm), batch.Medium, batch.IsWorm);
            }
        }
    }

    /// <summary>
    /// What an interrupted creation left behind holds nothing, and goes. Cartridges with something on them are of a library that was lost, or half
    /// destroyed: whose they are is not for a new library to decide.
    /// </summary>
    private static void ClearLeftovers(string directory)
    {
        string cartridges = Path.Combine(directory, "cartridges");
        string[] left = [.. Directory.GetFiles(cartridges, "*.cartridge*").Order(StringComparer.Ordinal)];
        if (left.FirstOrDefault(HoldsData) is { } full)
            throw new LibraryException($"{directory} is no library, but {full} has data on it: move the directory away, or remove it when nobody needs them any more.");
        foreach (string file in left)
            File.Delete(file);
    }

    private static bool HoldsData(string path)
    {
        string kind = Path.GetFileName(path)[Path.GetFileName(path).IndexOf(".cartridge", StringComparison.Ordinal)..];
        if (kind.EndsWith(".index", StringComparison.Ordinal) || kind.StartsWith(".cartridge" + Unfinished, StringComparison.Ordinal))
            return false;
        try
        {
            return kind == ".cartridge" ? Cartridge.Summarize(path).UsedBytes > 0 : new FileInfo(path).Length > Cartridge.EmptyFileBytes;
        }
        catch (CartridgeException)
        {
            // Not finished, or damaged: only what is no longer than an empty one holds nothing for sure.
            return new FileInfo(path).Length > Cartridge.EmptyFileBytes;
        }
    }

    private static string CreateCartridge(string directory, LibraryOptions options, NewCartridge cartridge)
    {
        string path = CartridgePath(directory, cartridge.Barcode);
        (long bytes, long warning) = CapacityOf(options, cartridge.Medium);
        Cartridge.Create(path, new CartridgeSpec(cartridge.Barcode, cartridge.Medium, bytes, warning, cartridge.IsWorm)).Dispose();
        return cartridge.Barcode;
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

    private static string BarcodeOf(int number, MediumType medium, bool isWorm) =>
        $"{(medium == MediumType.Cleaning ? "CLN" : "CAP")}{number:D3}{(isWorm ? medium.WormBarcodeSuffix : medium.BarcodeSuffix)}";

    private static (long Capacity, long EarlyWarning) CapacityOf(LibraryOptions options, MediumType medium)
    {
        bool isCleaning = medium == MediumType.Cleaning;
        long capacity = (isCleaning ? null : options.CapacityBytes) ?? medium.NativeCapacityBytes;
        long earlyWarning = (isCleaning ? null : options.EarlyWarningBytes) ?? Math.Min(capacity / 100, 5_000_000_000);
        return capacity >= 1 && earlyWarning >= 0 && earlyWarning < capacity
            ? (capacity, earlyWarning)
            : throw new LibraryException(LibraryFault.Request, $"Early warning {earlyWarning} bytes before the end of {capacity} bytes makes no sense.");
    }

    private static string NewSerialNumber() => "CAP" + RandomNumberGenerator.GetHexString(7);
}
