using Capstan.Transport;

namespace Capstan.Operations;

/// <summary>Opens drives by name. The front end implements it, because it alone knows the concrete transports.</summary>
public interface IDriveSource
{
    /// <summary>Opens the drive that was named, or the default one.</summary>
    /// <param name="device"><c>/dev/sgN</c>, <c>virtual:NAME</c>, a name in the configuration, or null for CAPSTAN_DRIVE, TAPE, the embedded library, in this order.</param>
    /// <param name="listener">Told when something had to be created.</param>
    /// <exception cref="OperationException">Unknown name, or not to be opened.</exception>
    OpenedDrive Open(string? device, IOperationListener listener);

    /// <summary>Opens the changer that was named, or the default one.</summary>
    /// <param name="changer"><c>/dev/sgN</c>, <c>virtual:NAME/changer</c>, or null for CAPSTAN_CHANGER, CHANGER, the embedded library, in this order.</param>
    /// <param name="isAlone">Whether other processes that move cartridges have to wait until this is done: for who moves some.</param>
    /// <param name="listener">Told what happens meanwhile.</param>
    /// <exception cref="OperationException">Unknown name, or not to be opened.</exception>
    OpenedChanger OpenChanger(string? changer, bool isAlone, IOperationListener listener) =>
        throw new OperationException(ExitStatus.Device, "There is no way to a changer here.");

    /// <summary>The changers whose library a drive may be in, the likeliest first; each is reached only when it is asked for.</summary>
    /// <param name="device">The drive, as for <see cref="Open"/>.</param>
    /// <param name="asksPortal">Whether a portal may be asked for its targets: it logs in to all of them.</param>
    /// <exception cref="OperationException">They cannot be looked for.</exception>
    IEnumerable<ChangerSeat> FindChangers(string? device, bool asksPortal) => [];
}

/// <summary>A changer that may be the one of a drive.</summary>
/// <param name="Changer">As <c>--changer</c> takes it.</param>
/// <param name="Drive">The drive as it would be known there; is not opened.</param>
/// <param name="IsCertain">Whether somebody said that the drive is in this library.</param>
/// <param name="Open">The way to the changer, for who only looks.</param>
public sealed record ChangerSeat(string Changer, DriveCandidate Drive, bool IsCertain, Func<OpenedChanger> Open);

/// <summary>A reachable changer.</summary>
/// <param name="Transport">Owned by whoever receives this.</param>
/// <param name="Device">What was picked: <c>virtual:main/changer</c>.</param>
/// <param name="PickedBy">Why: "--changer", "CAPSTAN_CHANGER", "CHANGER", "default".</param>
/// <param name="FindDrives">Looks for drives that may be in this library; may ask every drive on the way to it.</param>
/// <param name="EjectsFirst">Whether its drives have to unload before it takes a cartridge out, where somebody said so; null where nobody did.</param>
/// <param name="ConfiguredName">What the configuration calls it; null where it was named by its device.</param>
/// <param name="ExportSlots">Slots, by number, that cartridges leave through, where that are not the mail slots.</param>
public sealed record OpenedChanger(
    IScsiTransport Transport, string Device, string PickedBy, Func<IReadOnlyList<DriveCandidate>> FindDrives, bool? EjectsFirst = null,
    IReadOnlyList<int>? ExportSlots = null, string? ConfiguredName = null);

/// <summary>A drive that may be in a library.</summary>
/// <param name="Device">As <c>--device</c> takes it.</param>
/// <param name="SerialNumber">Unit serial number (VPD page 80h); null where nobody knows it.</param>
/// <param name="Open">The way to it.</param>
/// <param name="Number">Its number in the library, where somebody said so; null where only the serial number can tell.</param>
public sealed record DriveCandidate(string Device, string? SerialNumber, Func<OpenedDrive> Open, int? Number = null);

/// <summary>A reachable drive.</summary>
/// <param name="Transport">Owned by whoever receives this.</param>
/// <param name="Device">What was picked: <c>virtual:main</c>.</param>
/// <param name="PickedBy">Why: "--device", "CAPSTAN_DRIVE", "TAPE", "default".</param>
/// <param name="Barcode">Of the cartridge in the drive, where the way to the drive knows it.</param>
/// <param name="SkipDirectories">Directories that a backup to this drive must leave out, because it writes in them.</param>
/// <param name="MediumWarning">What is wrong with the cartridge's storage, in words, where that is known ("the file is truncated").</param>
/// <param name="InsertCartridge">Puts a cartridge into the empty drive by barcode; null where only hands or a robot can.</param>
/// <param name="Neighbours">Who else of this machine uses the drive; owned by whoever receives this. Null where that cannot be known.</param>
/// <param name="Tuning">What can be chosen on the way; null where there is no choice.</param>
/// <param name="Diagnosis">What went wrong with the cartridge's storage since, in words that sense data have no room for ("no space left on device").</param>
public sealed record OpenedDrive(
    IScsiTransport Transport,
    string Device,
    string PickedBy,
    string? Barcode,
    IReadOnlyList<string> SkipDirectories,
    string? MediumWarning = null,
    Action<string>? InsertCartridge = null,
    IDeviceNeighbours? Neighbours = null,
    ITransferTuning? Tuning = null,
    Func<string?>? Diagnosis = null)
{
    /// <summary>What the configuration calls the drive; null where it was named by its device.</summary>
    public string? ConfiguredName { get; init; }
}

/// <summary>Everything an operation needs from its surroundings.</summary>
/// <param name="Home">Where the catalog lies.</param>
public sealed record OperationContext(
    string Home, IDriveSource Drives, IOperationListener Listener, ProgressCounters Progress, TimeProvider Time)
{
    /// <summary>What the front end calls its version, for what is noted in cartridges.</summary>
    public string ProgramVersion { get; init; } = "";

    public string CatalogPath => Path.Combine(Home, "catalog.db");

    public string SpoolDirectory => Path.Combine(Home, "spool");
}
