using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Models;

namespace Capstan.Emulation.Library;

/// <summary>What a new virtual library is.</summary>
public sealed record LibraryOptions
{
    /// <summary>Kind of the first drive.</summary>
    public VirtualDriveModel Model { get; init; } = VirtualDriveModel.Default;

    /// <summary>How the drive departs from the standard; null for the model's own ways.</summary>
    public VirtualQuirks? Quirks { get; init; }

    /// <summary>Kinds of the other drives, at most 63.</summary>
    public IReadOnlyList<VirtualDriveModel> MoreDrives { get; init; } = [];

    /// <summary>Kind of the changer; null: cartridges are changed by hand.</summary>
    public VirtualChangerModel? Changer { get; init; }

    /// <summary>How the changer departs from the standard; null for the model's own ways.</summary>
    public ChangerQuirks? ChangerQuirks { get; init; }

    /// <summary>Cartridges kind by kind, in the order of their slots; with any of them <see cref="CartridgeCount"/>, <see cref="Media"/> and <see cref="IsWorm"/> say nothing.</summary>
    public IReadOnlyList<CartridgeBatch> Cartridges { get; init; } = [];

    /// <summary>Slots of the changer, 1 to 30,000; null for as many as there are cartridges.</summary>
    public int? StorageElements { get; init; }

    /// <summary>Mail slots of the changer, 0 to 1,000.</summary>
    public int ImportExportElements { get; init; }

    /// <summary>Serial number of the changer; null makes one up.</summary>
    public string? ChangerSerialNumber { get; init; }

    /// <summary>Kinds of the cartridges, by turns; empty for the newest that the drive writes.</summary>
    public IReadOnlyList<MediumType> Media { get; init; } = [];

    /// <summary>Number of cartridges, 1 to 999, with a changer 0 to 30,000: CAP001L9, CAP002L9 and so on, with the suffix of their kind.</summary>
    public int CartridgeCount { get; init; } = 8;

    /// <summary>Capacity of each cartridge in bytes; null for that of a real one.</summary>
    public long? CapacityBytes { get; init; }

    /// <summary>How far before the end early warning begins, in bytes; null for 1 % of the capacity, at most 5 GB.</summary>
    public long? EarlyWarningBytes { get; init; }

    /// <summary>
    /// False: the drive never waits for the host's disk. What it acknowledged survives the end of the process, not of the machine;
    /// for tests of software, and for numbers.
    /// </summary>
    public bool IsSynchronous { get; init; } = true;

    /// <summary>Whether the cartridges are write-once (WORM).</summary>
    public bool IsWorm { get; init; }

    /// <summary>Serial number of the drive; null makes one up.</summary>
    public string? DriveSerialNumber { get; init; }
}

/// <summary>A cartridge of a library.</summary>
/// <param name="Barcode">Its label.</param>
/// <param name="Medium">Kind of tape.</param>
/// <param name="CapacityBytes">Bytes until the physical end.</param>
/// <param name="UsedBytes">Bytes recorded, each object with <see cref="Cartridge.RecordOverheadBytes"/>; 0 when the file cannot be used.</param>
/// <param name="FileBytes">Length of the file on the host's disk.</param>
/// <param name="IsWriteProtected">The write protect tab.</param>
/// <param name="IsInDrive">Threaded or seated in the drive.</param>
/// <param name="Fault">Why the file cannot be used, or what is damaged; null when nothing is.</param>
/// <param name="IsWorm">Write-once.</param>
/// <param name="Address">Address of the element that it is in; null for the shelf, and where no inventory knows.</param>
public sealed record CartridgeListing(
    string Barcode, MediumType Medium, long CapacityBytes, long UsedBytes, long FileBytes, bool IsWriteProtected, bool IsInDrive, string? Fault,
    bool IsWorm = false, int? Address = null);

/// <summary>A drive of a library.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Identity">What it says about itself.</param>
/// <param name="Address">Its element address; null where no changer is.</param>
/// <param name="Barcode">Of the cartridge in it, threaded or pushed out; null when there is none.</param>
/// <param name="Medium">Where that cartridge is.</param>
/// <param name="UsedBy">Who has it; null when nobody does, or this process.</param>
public sealed record DriveListing(int Number, DeviceIdentity Identity, int? Address, string? Barcode, Ssc.MediumState Medium, string? UsedBy);

/// <summary>Kind of a place in a library.</summary>
public enum LibraryPlaceKind
{
    Hand,
    Slot,
    MailSlot,
    Drive,
}

/// <summary>A place in a library, with the number that people give it: drives from 0, slots from 1, mail slots behind them, as mtx has it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">As people count; 0 for the hand.</param>
/// <param name="Address">Element address.</param>
/// <param name="Barcode">Of the cartridge in it; null when it is empty.</param>
public sealed record PlaceListing(LibraryPlaceKind Kind, int Number, int Address, string? Barcode);
