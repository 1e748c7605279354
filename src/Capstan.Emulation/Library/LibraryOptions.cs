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
public sealed record CartridgeListing(
    string Barcode, MediumType Medium, long CapacityBytes, long UsedBytes, long FileBytes, bool IsWriteProtected, bool IsInDrive, string? Fault);
