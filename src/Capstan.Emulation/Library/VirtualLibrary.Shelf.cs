using System.Globalization;
using Capstan.Emulation.Cartridges;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Library;

/// <summary>What people do to a library with their hands: cartridges go in and out, come from elsewhere, are new.</summary>
public sealed partial class VirtualLibrary
{
    private static readonly LibraryPlaceKind[] Slots = [LibraryPlaceKind.Slot, LibraryPlaceKind.MailSlot];

    /// <summary>Makes a new, empty cartridge. It lies on the shelf.</summary>
    /// <param name="barcode">Its label, 1 to 32 letters and digits.</param>
    /// <param name="batch">Its kind; null for what the label says (<c>...L9</c>).</param>
    /// <exception cref="LibraryException">There is one with this label, or the label says no kind.</exception>
    /// <exception cref="CartridgeException">It could not be made.</exception>
    public void AddCartridge(string barcode, Models.CartridgeBatch? batch = null)
    {
        if (!IsBarcode(barcode))
            throw new LibraryException(LibraryFault.Request, $"'{barcode}' is no label: use 1 to 32 letters and digits.");
        batch ??= KindOf(barcode) ?? throw new LibraryException(LibraryFault.Request, $"{barcode} does not end with a kind of cartridge, such as L9: say which kind it is.");
        var options = new LibraryOptions { CapacityBytes = _document.CapacityBytes, EarlyWarningBytes = _document.EarlyWarningBytes };
        if (batch.Medium != ModelOf(_document.Drive).Medium && _document.CapacityBytes == ModelOf(_document.Drive).Medium.NativeCapacityBytes)
            options = new LibraryOptions();
        (long capacity, long earlyWarning) = CapacityOf(options, batch.Medium);
        using LibraryLock shelf = LockShelf();
        string path = NewPlace(barcode);
        try
        {
            Cartridge.Create(path + Unfinished, new CartridgeSpec(barcode, batch.Medium, capacity, earlyWarning, batch.IsWorm)).Dispose();
            Finish(path);
        }
        catch
        {
            if (!File.Exists(path))
                DeleteBeside(path);
            throw;
        }
    }

    private const string Unfinished = ".new";

    /// <summary>New cartridges come one after the other, from whatever process: two of one label would be mixed up. Held for moments only.</summary>
    private LibraryLock LockShelf() =>
        LibraryLock.Take(Path.Combine(DirectoryPath, "shelf.lock"), $"The shelf of the virtual library {DirectoryPath}", waits: true);

    /// <summary>Where a new cartridge goes. What somebody left there who died while making it belongs to none.</summary>
    private string NewPlace(string barcode)
    {
        string path = CartridgePath(DirectoryPath, barcode);
        if (File.Exists(path))
            throw new LibraryException($"There is a cartridge {barcode} in {DirectoryPath} already.");
        DeleteBeside(path);
        return path;
    }

    /// <summary>What has this name is a cartridge, whole.</summary>
    private static void Finish(string path)
    {
        File.Move(path + Unfinished, path);
        DeleteBeside(path + Unfinished);
    }

    /// <summary>Deletes what belongs to a file, and not the file itself, which the pattern <c>name.*</c> would find, too.</summary>
    private static void DeleteBeside(string path)
    {
        string begin = Path.GetFileName(path) + ".";
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(path)!).Where(file => Path.GetFileName(file).StartsWith(begin, StringComparison.Ordinal)))
            File.Delete(file);
    }

    /// <summary>Copies a cartridge from elsewhere, with its partitions. It lies on the shelf.</summary>
    /// <param name="file">Its file; nobody may be using it.</param>
    /// <returns>Its label.</returns>
    /// <exception cref="LibraryException">There is one with this label already, or it cannot be copied.</exception>
    /// <exception cref="CartridgeException">It is no cartridge, or in use.</exception>
    public string ImportCartridge(string file)
    {
        using Cartridge source = Cartridge.Open(file, readOnly: true);
        string barcode = source.Barcode;
        if (!IsBarcode(barcode))
            throw new LibraryException($"{file}: its label '{barcode}' cannot be used here: labels are 1 to 32 letters and digits.");
        string path;
        using (LockShelf())
            path = NewPlace(barcode);
        // Copying takes long: nobody waits for it, and two who copy cartridges of one label have files of their own.
        string copy = string.Create(CultureInfo.InvariantCulture, $"{path}{Unfinished}-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
        try
        {
            Copy(source, Path.GetFullPath(file), copy, path);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or LibraryException)
        {
            // A disk that is full gets its space back.
            DeleteBeside(copy);
            File.Delete(copy);
            throw new LibraryException($"{barcode} is not imported: {e.Message}", e);
        }
        return barcode;
    }

    private void Copy(Cartridge source, string from, string copy, string path)
    {
        var suffixes = new List<string>();
        for (int number = 1; number < source.PartitionCount; number++)
            suffixes.Add(source.GetPartition(number).Path[from.Length..]);
        foreach (string suffix in suffixes)
            CopyFile(from + suffix, copy + suffix);
        CopyFile(from, copy);
        using LibraryLock shelf = LockShelf();
        if (File.Exists(path))
            throw new IOException($"there is a cartridge {source.Barcode} in {DirectoryPath} meanwhile.");
        foreach (string suffix in suffixes)
            File.Move(copy + suffix, path + suffix, overwrite: true);
        // Last: what has this name is a cartridge.
        File.Move(copy, path);
    }

    /// <summary>The source is locked by this process, for whose other handles streams of the framework would wait.</summary>
    private static void CopyFile(string from, string to)
    {
        int errno = HostFile.TryOpen(from, Interop.LibC.ReadOnly, out HostFile? source);
        if (errno != Errno.None)
            throw new LibraryException($"{from}: {Cartridge.Describe(errno)}");
        using (source)
        {
            using var target = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            var buffer = new byte[1 << 20];
            for (long offset = 0; ; offset += buffer.Length)
            {
                errno = source!.Read(buffer, offset, out int got);
                if (errno != Errno.None)
                    throw new LibraryException($"{from}: {Cartridge.Describe(errno)}");
                target.Write(buffer, 0, got);
                if (got < buffer.Length)
                    break;
            }
            target.Flush(flushToDisk: true);
        }
    }

    /// <summary>Puts a cartridge from the shelf into a slot, as a person does with the door open, or through the mail slots.</summary>
    /// <param name="barcode">Of the cartridge.</param>
    /// <param name="number">Of the slot, as people count (mail slots behind the others); null for the first that is free.</param>
    /// <param name="isMail">Whether only mail slots are looked at when no number is given.</param>
    /// <returns>Where it is now.</returns>
    /// <exception cref="LibraryException">There is no such cartridge or slot, or it is taken.</exception>
    public PlaceListing InsertIntoSlot(string barcode, int? number = null, bool isMail = false)
    {
        CheckHasChanger();
        CheckThere(barcode);
        using Inventory.Access inventory = EnterInventory();
        PlaceListing place = FindFreeSlot(number, isMail);
        PutIn(barcode, place.Address);
        return place with { Barcode = barcode };
    }

    /// <summary>The slot that a cartridge would go into.</summary>
    /// <param name="number">As people count (mail slots behind the others); null for the first that is free.</param>
    /// <param name="isMail">Whether only mail slots are looked at when no number is given.</param>
    /// <exception cref="LibraryException">There is none, or it is taken.</exception>
    public PlaceListing FindFreeSlot(int? number = null, bool isMail = false)
    {
        CheckHasChanger();
        PlaceListing place = ListPlaces().FirstOrDefault(place => Slots.Contains(place.Kind) && (number is { } wanted
            ? place.Number == wanted
            : place.Barcode is null && place.Kind == (isMail ? LibraryPlaceKind.MailSlot : LibraryPlaceKind.Slot)))
            ?? throw (number is { } missing ? NoSlot(missing) : new LibraryException(isMail ? "No mail slot is free." : "No slot is free."));
        return place.Barcode is { } there ? throw new LibraryException($"{NameOf(place.Address)} is taken: {there} is there.") : place;
    }

    /// <summary>Takes a cartridge out of a slot, to the shelf.</summary>
    /// <param name="barcode">Of the cartridge; null when the slot is named.</param>
    /// <param name="number">Of the slot, as people count; null when the cartridge is named.</param>
    /// <returns>Where it was.</returns>
    /// <exception cref="LibraryException">It is not in a slot.</exception>
    public PlaceListing RemoveFromSlot(string? barcode, int? number = null)
    {
        CheckHasChanger();
        if (barcode is not null)
            CheckThere(barcode);
        using Inventory.Access inventory = EnterInventory();
        PlaceListing? place = ListPlaces().FirstOrDefault(place => number is { } wanted
            ? Slots.Contains(place.Kind) && place.Number == wanted
            : place.Barcode == barcode);
        if (place is null)
            throw number is { } missing ? NoSlot(missing) : new LibraryException(LibraryFault.NoCartridge, $"{barcode} is on the shelf already.");
        if (place.Kind is LibraryPlaceKind.Drive)
            throw new LibraryException($"{place.Barcode} is in {NameOf(place.Address)}: unload it first (`capstan changer unload drive{place.Number}`).");
        if (place.Kind is LibraryPlaceKind.Hand)
            throw new LibraryException($"{place.Barcode} is in the robot's hand: move it to a slot first.");
        if (place.Barcode is null)
            throw new LibraryException(LibraryFault.NoCartridge, $"Slot {place.Number} is empty.");
        TakeOut(place.Address);
        return place;
    }

    /// <summary>Throws a cartridge of the shelf away, with all that is on it.</summary>
    /// <exception cref="LibraryException">There is none, or it is not on the shelf.</exception>
    /// <exception cref="ScsiTransportException">Another process has the only drive, or makes or deletes cartridges (Busy).</exception>
    public void DeleteCartridge(string barcode)
    {
        // The only drive of a library takes any cartridge of the shelf at any time: not now.
        using LibraryLock? drive = HasInventory || _drives[0] is not null
            ? null : LibraryLock.Take(VirtualDrive.LockPath(DirectoryPath, HasInventory, 0), $"The virtual library {DirectoryPath}");
        using LibraryLock shelf = LockShelf();
        using Inventory.Access inventory = EnterInventory();
        string path = CheckThere(barcode);
        if (HasInventory ? inventory.Find(barcode) is not null : ListDrives()[0].Barcode == barcode)
            throw new LibraryException($"{barcode} is in the library: take it out first.");
        File.Delete(path);
        DeleteBeside(path);
    }

    /// <summary>Removes a library and all its cartridges.</summary>
    /// <exception cref="LibraryException">There is none.</exception>
    /// <exception cref="ScsiTransportException">A drive of it is in use (Busy).</exception>
    public static void Destroy(string directory)
    {
        var locks = new List<LibraryLock>();
        try
        {
            using (VirtualLibrary library = Open(directory, drive: null))
            {
                if (library.HasInventory)
                    locks.Add(LibraryLock.Take(Path.Combine(directory, "library.lock"), $"The virtual library {directory}"));
                for (int number = 0; number < library.DriveCount; number++)
                {
                    locks.Add(LibraryLock.Take(VirtualDrive.LockPath(directory, library.HasInventory, number), $"Drive {number + 1} of the virtual library {directory}"));
                    VirtualDrive.ForgetKeyOf(VirtualDrive.StatePath(directory, library.HasInventory, number));
                }
                using Inventory.Access inventory = library.EnterInventory();
                // First: without it the rest is no library any more, whatever happens now.
                File.Delete(Path.Combine(directory, "library.json"));
            }
            Directory.Delete(directory, recursive: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LibraryException(e.Message, e);
        }
        finally
        {
            locks.ForEach(static one => one.Dispose());
        }
    }

    /// <summary>What a label says about its cartridge (LTO bar code label specification); null when it says nothing.</summary>
    internal static Models.CartridgeBatch? KindOf(string barcode)
    {
        if (barcode.StartsWith("CLN", StringComparison.Ordinal))
            return new Models.CartridgeBatch(1, MediumType.Cleaning);
        return barcode.Length > 2 ? Models.CartridgeBatch.Parse(barcode[^2..]) : null;
    }

    private LibraryException NoSlot(int number) => new(
        LibraryFault.Request, $"There is no slot {number}: the library has {SlotCount + MailSlotCount} slots, mail slots counted.");

    private void CheckHasChanger()
    {
        if (_document.Changer is null)
            throw new LibraryException($"{DirectoryPath} has no slots: cartridges go into the drive by hand (`capstan drive load BARCODE`).");
    }
}
