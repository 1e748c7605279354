using System.Globalization;
using Capstan.Emulation;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Kernel;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Operations;
using Capstan.Operations.Configuration;
using Capstan.Transport;

namespace Capstan.Cli;

internal sealed partial class VirtualLibraries
{
    public LibraryView Create(
        string name, int cartridges, long? capacityBytes, bool isSynchronous = true, DriveChoice? drive = null, RobotChoice? robot = null) => Guard(() =>
    {
        string directory = PlaceOf(name);
        LibraryOptions options = VirtualDriveChoice.Apply(
            new LibraryOptions
            {
                CartridgeCount = cartridges,
                CapacityBytes = capacityBytes,
                IsSynchronous = isSynchronous,
                IsWorm = drive?.IsWorm ?? false,
                Compresses = drive?.Compresses ?? false,
                IsRealistic = drive?.IsRealistic ?? false,
            }, drive);
        VirtualLibrary.Create(directory, VirtualDriveChoice.Apply(options, robot));
        return View(name, directory);
    });

    public LibraryView Destroy(string name) => Guard(() =>
    {
        string directory = Existing(name);
        LibraryView view = ViewOrFault(name, directory);
        VirtualLibrary.Destroy(directory);
        return view;
    });

    public IReadOnlyList<DriveModelView> Models() => VirtualDriveChoice.Models();

    public IReadOnlyList<ChangerModelView> ChangerModels() => VirtualDriveChoice.Changers();

    public IReadOnlyList<LibraryView> List() => Guard<IReadOnlyList<LibraryView>>(() =>
        [.. LibraryPlace.List(home, configuration?.Invoke()).Select(static found => ViewOrFault(found.Name, found.Directory))]);

    public LibraryContentView Show(string name) => Guard(() =>
    {
        string directory = Existing(name);
        using VirtualLibrary library = VirtualLibrary.Open(directory, drive: null);
        return new LibraryContentView(
            View(name, directory), library.ChangerIdentity?.SerialNumber,
            [.. library.ListPlaces().Select(static place => new VirtualPlaceView(Word(place.Kind), place.Number, place.Address, place.Barcode))],
            [.. library.Failures.Select(failure => Describe(library, failure))]);
    });

    public LibraryView Protect(string name, string barcode, bool isProtected) => Guard(() =>
    {
        string directory = Existing(name);
        using (VirtualLibrary library = VirtualLibrary.Open(directory, drive: null))
        {
            // Where no robot is, nobody else may have the cartridge.
            if (library.ChangerModelName is null)
                _ = library.LoadedCartridge;
            library.SetWriteProtect(barcode, isProtected);
        }
        return View(name, directory);
    });

    public CartridgePlaceView Insert(string name, InsertRequest request) => Guard(() =>
    {
        using VirtualLibrary library = VirtualLibrary.Open(Existing(name), drive: null);
        if (request.New is { } kind)
        {
            // What has no place is not made.
            if (library.ChangerModelName is not null)
                _ = library.FindFreeSlot(request.Slot, request.IsMail);
            library.AddCartridge(request.Barcode, kind.Length == 0 ? null : VirtualDriveChoice.ParseBatch("--new", kind));
            if (library.ChangerModelName is null)
                return new CartridgePlaceView(name, request.Barcode, Shelf);
        }
        return PutIn(library, name, request.Barcode, request.Slot, request.IsMail, request.New is null ? null : "made");
    });

    /// <summary>What was made or copied stays on the shelf when no slot takes it: that must be said.</summary>
    private static CartridgePlaceView PutIn(VirtualLibrary library, string name, string barcode, int? slot, bool isMail, string? done)
    {
        try
        {
            return Place(name, barcode, library.InsertIntoSlot(barcode, slot, isMail));
        }
        catch (Exception e) when (done is not null && (e is LibraryException or ScsiTransportException))
        {
            throw new OperationException(StatusOf(e), $"{barcode} is {done}, and lies on the shelf: {e.Message} `capstan library insert {barcode}` puts it in{(done == "made" ? ", without --new" : "")}.", e);
        }
    }

    public CartridgePlaceView Remove(string name, RemoveRequest request) => Guard(() =>
    {
        using VirtualLibrary library = VirtualLibrary.Open(Existing(name), drive: null);
        string? barcode = request.Barcode;
        bool isOnShelf = barcode is not null && library.ListCartridges().Any(one => one.Barcode == barcode && one.Address is null);
        if (!(isOnShelf && request.IsDeleted))
            barcode = library.RemoveFromSlot(barcode, request.Slot).Barcode;
        if (request.IsDeleted)
            library.DeleteCartridge(barcode!);
        return new CartridgePlaceView(name, barcode!, request.IsDeleted ? null : Shelf);
    });

    public CartridgePlaceView Import(string name, string file, int? slot, bool isMail) => Guard(() =>
    {
        using VirtualLibrary library = VirtualLibrary.Open(Existing(name), drive: null);
        if (library.ChangerModelName is not null)
            _ = library.FindFreeSlot(slot, isMail);
        string barcode = library.ImportCartridge(file);
        return library.ChangerModelName is null
            ? new CartridgePlaceView(name, barcode, Shelf)
            : PutIn(library, name, barcode, slot, isMail, "copied");
    });

    public LibraryFailuresView Fail(string name, FailRequest request) => Guard(() =>
    {
        using VirtualLibrary library = VirtualLibrary.Open(Existing(name), drive: null);
        LibraryFailureKind kind = FailureOf(request.Kind);
        if (request.Slot is not null && request.Drive is not null)
            throw new OperationException(ExitStatus.Usage, "A failure is of one place: --slot or --drive, not both.");
        int? address = request.Slot is { } slot ? AddressOf(library, slot, LibraryPlaceKind.Slot, LibraryPlaceKind.MailSlot)
            : request.Drive is { } drive ? AddressOf(library, drive, LibraryPlaceKind.Drive)
            : null;
        (byte asc, byte ascq) = SenseOf(request.Sense ?? "3B/11");
        var failure = new LibraryFailure(kind, address, request.Count);
        if (kind == LibraryFailureKind.Exception)
            failure = failure with { Asc = asc, Ascq = ascq };
        if (failure.IsOfPlace != address is not null)
            throw new OperationException(ExitStatus.Usage, failure.IsOfPlace ? $"{request.Kind} is about a place: name it with --slot N or --drive N." : $"{request.Kind} is about the whole library: leave --slot and --drive out.");
        library.Fail(failure);
        return Failures(name, library);
    });

    public LibraryFailuresView Repair(string name, string? kind) => Guard(() =>
    {
        using VirtualLibrary library = VirtualLibrary.Open(Existing(name), drive: null);
        library.Repair(kind is null ? null : FailureOf(kind));
        return Failures(name, library);
    });

    /// <summary>Names of failures, as users give them.</summary>
    internal static readonly (string Name, LibraryFailureKind Kind)[] FailureNames =
    [
        ("inventory", LibraryFailureKind.Inventory), ("door", LibraryFailureKind.Door), ("mail-open", LibraryFailureKind.MailOpen),
        ("stuck", LibraryFailureKind.Stuck), ("exception", LibraryFailureKind.Exception), ("magazine", LibraryFailureKind.Magazine),
        ("no-label", LibraryFailureKind.NoLabel), ("prevented", LibraryFailureKind.Prevented), ("robot-in-move", LibraryFailureKind.RobotInMove),
        ("robot", LibraryFailureKind.Robot), ("dirty", LibraryFailureKind.Dirty),
    ];

    private static LibraryFailureKind FailureOf(string name)
    {
        foreach ((string known, LibraryFailureKind kind) in FailureNames)
        {
            if (known == name)
                return kind;
        }
        throw new OperationException(ExitStatus.Usage, $"'{name}' is no failure of a library; known are {string.Join(", ", FailureNames.Select(static one => one.Name))}.");
    }

    private static int AddressOf(VirtualLibrary library, int number, params LibraryPlaceKind[] kinds) =>
        library.ListPlaces().FirstOrDefault(place => kinds.Contains(place.Kind) && place.Number == number)?.Address
        ?? throw new OperationException(ExitStatus.Usage, $"There is no {Word(kinds[0])} {number}: `capstan library show` shows what there is.");

    private static (byte Asc, byte Ascq) SenseOf(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2 && byte.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte asc)
            && byte.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte ascq)
            ? (asc, ascq)
            : throw new OperationException(ExitStatus.Usage, $"--sense {text}: give additional sense code and qualifier in hex, such as 3B/11.");
    }

    private static LibraryFailuresView Failures(string name, VirtualLibrary library) => new(name, [.. library.Failures.Select(failure => Describe(library, failure))]);

    private static string Describe(VirtualLibrary library, LibraryFailure failure)
    {
        string name = FailureNames.First(one => one.Kind == failure.Kind).Name;
        string place = failure.Address is { } address && library.ListPlaces().FirstOrDefault(one => one.Address == address) is { } at ? $" {Word(at.Kind)} {at.Number}" : "";
        string more = failure.Kind switch
        {
            LibraryFailureKind.Inventory => string.Create(CultureInfo.InvariantCulture, $" for {failure.Count} s"),
            LibraryFailureKind.Magazine => string.Create(CultureInfo.InvariantCulture, $" of {failure.Count}"),
            LibraryFailureKind.RobotInMove => string.Create(CultureInfo.InvariantCulture, $" of {failure.Count}"),
            LibraryFailureKind.Exception => string.Create(CultureInfo.InvariantCulture, $" {failure.Asc:X2}/{failure.Ascq:X2}"),
            _ => "",
        };
        return name + place + more;
    }

    private const string Shelf = "shelf";

    private static CartridgePlaceView Place(string name, string barcode, PlaceListing place) => new(name, barcode, $"{Word(place.Kind)} {place.Number}");

    private static string Word(LibraryPlaceKind kind) => kind switch
    {
        LibraryPlaceKind.Hand => "hand",
        LibraryPlaceKind.Slot => "slot",
        LibraryPlaceKind.MailSlot => "mail slot",
        _ => "drive",
    };

    private string Existing(string name)
    {
        string directory = PlaceOf(name);
        return VirtualLibrary.Exists(directory)
            ? directory
            : throw new OperationException(ExitStatus.Device, $"There is no virtual library {name}. `capstan library create {name}` makes it, `capstan library list` shows those that exist"
                + (name == DriveName.DefaultLibrary ? ", and `--device virtual:NAME` names one of them to insert, remove, import and protect." : "."));
    }

    /// <summary>A library that cannot be opened does not hide the others.</summary>
    private static LibraryView ViewOrFault(string name, string directory)
    {
        try
        {
            return View(name, directory);
        }
        catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException or IOException or UnauthorizedAccessException)
        {
            return new LibraryView(name, DriveName.VirtualPrefix + name, directory, null, null, [], true, e.Message);
        }
    }

    private static LibraryView View(string name, string directory)
    {
        using VirtualLibrary library = VirtualLibrary.Open(directory, drive: null);
        bool hasChanger = library.ChangerModelName is not null;
        Dictionary<int, string>? places = hasChanger ? library.ListPlaces().ToDictionary(static place => place.Address, static place => place.Kind == LibraryPlaceKind.Hand ? "hand" : $"{Word(place.Kind)} {place.Number}") : null;
        VirtualDriveView[] drives = [.. library.ListDrives().Select(drive => View(name, drive))];
        // Without a changer nobody comes in between: the drive tells more than its files.
        bool isFree = !hasChanger && drives[0].UsedBy is null;
        string? loaded = isFree ? library.LoadedCartridge : drives[0].Medium is "loaded" or "seated" ? drives[0].Cartridge : null;
        string device = DriveName.VirtualPrefix + name;
        return new LibraryView(
            name, device, directory, drives[0].Product, loaded,
            [.. library.ListCartridges().Select(cartridge => View(cartridge, places))],
            library.IsSynchronous, isFree ? library.Diagnosis : null,
            hasChanger ? $"{device}/{DriveName.ChangerPart}" : null, library.ChangerModelName, drives, library.SlotCount, library.MailSlotCount);
    }

    private static CartridgeView View(CartridgeListing cartridge, Dictionary<int, string>? places) => new(
        cartridge.Barcode, cartridge.CapacityBytes, cartridge.UsedBytes, cartridge.IsWriteProtected, cartridge.Fault,
        places is null ? null : cartridge.Address is { } address ? places.GetValueOrDefault(address, Shelf) : Shelf,
        cartridge.Medium.Name, cartridge.IsWorm);

    private static VirtualDriveView View(string name, DriveListing drive) => new(
        string.Create(CultureInfo.InvariantCulture, $"{DriveName.VirtualPrefix}{name}/{drive.Number + 1}"), drive.Number,
        drive.Identity.Vendor, drive.Identity.Product, drive.Identity.SerialNumber, drive.Address, drive.Barcode,
        drive.Medium.ToString().ToLowerInvariant(), drive.UsedBy);

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException or KernelTargetException)
        {
            throw new OperationException(StatusOf(e), e.Message + LibraryPlace.Remedy(e), e);
        }
    }

    private static ExitStatus StatusOf(Exception e) => (e as LibraryException)?.Fault switch
    {
        LibraryFault.Request => ExitStatus.Usage,
        LibraryFault.NoCartridge => ExitStatus.Tape,
        _ => ExitStatus.Device,
    };
}
