using System.Text.Json;
using System.Text.Json.Serialization;

namespace Capstan.Emulation.Library;

/// <summary><c>library.json</c>: what the library is.</summary>
/// <param name="Version">1: one drive, cartridges on a shelf. 2: several drives, or a changer; where each cartridge is stands in the inventory.</param>
/// <param name="Drive">The first drive.</param>
/// <param name="CapacityBytes">Of its cartridges, those that are no files too.</param>
/// <param name="EarlyWarningBytes">Before that.</param>
/// <param name="IsSynchronous">Whether a synchronising command waits for the host's disk.</param>
/// <param name="MoreDrives">The other drives, in the order of their element addresses.</param>
/// <param name="Changer">The robot; null where cartridges are changed by hand.</param>
/// <param name="Compresses">Whether its drives compress.</param>
/// <param name="IsRealistic">Whether everything takes as long as it really does.</param>
internal sealed record LibraryDocument(
    int Version,
    DriveDocument Drive,
    long CapacityBytes,
    long EarlyWarningBytes,
    bool IsSynchronous = true,
    IReadOnlyList<DriveDocument>? MoreDrives = null,
    ChangerDocument? Changer = null,
    bool Compresses = false,
    bool IsRealistic = false)
{
    /// <summary>All drives; the first is number 0.</summary>
    internal IReadOnlyList<DriveDocument> Drives { get; } = [Drive, .. MoreDrives ?? []];
}

/// <param name="Model">Name of the <see cref="Models.VirtualChangerModel"/>.</param>
/// <param name="SerialNumber">Of the changer.</param>
/// <param name="StorageElements">Slots.</param>
/// <param name="ImportExportElements">Mail slots.</param>
/// <param name="Quirks">How it departs from the standard, instead of its model's own ways; null for those.</param>
internal sealed record ChangerDocument(
    string Model, string SerialNumber, int StorageElements, int ImportExportElements, Models.ChangerQuirks? Quirks = null);

/// <summary><c>inventory.json</c>: which element holds which cartridge. What is not named here is on the shelf.</summary>
/// <param name="Version">1.</param>
/// <param name="Elements">Full ones.</param>
/// <param name="Changes">How often it was changed.</param>
/// <param name="Robot">What happened to the library and what is wrong with it; null when nothing ever was.</param>
internal sealed record InventoryDocument(int Version, IReadOnlyList<ElementDocument> Elements, long Changes = 0, RobotDocument? Robot = null);

/// <summary>What every process that has the library must know besides what is where.</summary>
/// <param name="MailAccesses">How often somebody used the mail slots.</param>
/// <param name="Changes">How often somebody may have changed anything else: a door, a magazine.</param>
/// <param name="BusyUntil">The robot looks at every slot until then.</param>
/// <param name="Failures">What goes wrong.</param>
/// <param name="Alerts">TapeAlert flags of the changer that nobody has read, bit 0 the first one.</param>
internal sealed record RobotDocument(
    long MailAccesses = 0, long Changes = 0, DateTimeOffset? BusyUntil = null, IReadOnlyList<LibraryFailure>? Failures = null, ulong Alerts = 0)
{
    /// <summary>Of a library to which nothing happened.</summary>
    internal static RobotDocument Sound { get; } = new();
}

/// <param name="Address">Element address.</param>
/// <param name="Barcode">Of the cartridge in it.</param>
/// <param name="Source">SOURCE STORAGE ELEMENT ADDRESS: the slot that it came from last; null when it was put in by hand.</param>
/// <param name="Arrival">Which change of the inventory brought it there; 0 for what was there when the library was made.</param>
internal sealed record ElementDocument(int Address, string Barcode, int? Source = null, long Arrival = 0);

internal sealed record DriveDocument(string Vendor, string Product, string Revision, string SerialNumber, string Generation,
    string? Model = null, Models.VirtualQuirks? Quirks = null);

/// <summary><c>drive.json</c>: where the last process left the drive.</summary>
/// <param name="Version">1.</param>
/// <param name="IsClean">False while a process has the library: after a crash it stays false, and the next start is a power on.</param>
/// <param name="Cartridge">Barcode of the cartridge in the drive, or null.</param>
/// <param name="Medium">Where it is.</param>
/// <param name="Position">Logical object identifier.</param>
/// <param name="BlockLengthBytes">Of the block descriptor.</param>
/// <param name="BufferedMode">Of the mode parameter header.</param>
/// <param name="ModePages">Mode pages one behind the other, base64.</param>
/// <param name="Partition">That it stands in.</param>
/// <param name="Activity">What keeps it busy, if anything.</param>
/// <param name="IsRemovalPrevented">PREVENT of PREVENT ALLOW MEDIUM REMOVAL.</param>
/// <param name="Reservations">Who may use the drive; null when everybody may.</param>
/// <param name="ClockZero">When the drive's clock stood at 0.</param>
/// <param name="ClockIsSet">Whether SET TIMESTAMP set it.</param>
/// <param name="KeyMemory">File in memory that holds the encryption parameters; null when there are none. Never the parameters themselves.</param>
/// <param name="Counters">What its log pages count.</param>
/// <param name="Alerts">TapeAlert flags that are set, bit 0 the first one.</param>
/// <param name="Arrival">Which change of the inventory brought the cartridge.</param>
/// <param name="Permission">What ALLOW OVERWRITE permitted and nothing has used yet; null when that is nothing.</param>
internal sealed record DriveStateDocument(
    int Version,
    bool IsClean,
    string? Cartridge,
    Ssc.MediumState Medium,
    long Position = 0,
    int BlockLengthBytes = 0,
    int BufferedMode = 1,
    byte[]? ModePages = null,
    int Partition = 0,
    ActivityDocument? Activity = null,
    bool IsRemovalPrevented = false,
    string? KeyMemory = null,
    ReservationsDocument? Reservations = null,
    DateTimeOffset? ClockZero = null,
    bool ClockIsSet = false,
    long[]? Counters = null,
    ulong Alerts = 0,
    PermissionDocument? Permission = null,
    long Arrival = 0);

/// <summary>A permission to overwrite, which is good for one command.</summary>
/// <param name="Scope">What may be overwritten.</param>
/// <param name="Partition">Where.</param>
/// <param name="Position">Where.</param>
internal sealed record PermissionDocument(Scsi.OverwriteScope Scope, int Partition, long Position);

/// <summary>Who is registered, and who holds the drive.</summary>
/// <param name="Registrations">Every initiator that registered a key.</param>
/// <param name="Type">Of the persistent reservation; None when there is none.</param>
/// <param name="Holder">Who holds it.</param>
/// <param name="Generation">PRGENERATION.</param>
/// <param name="ReservedBy">Who holds the drive by RESERVE.</param>
internal sealed record ReservationsDocument(
    IReadOnlyList<RegistrationDocument> Registrations, Capstan.Scsi.ReservationType Type, int Holder, uint Generation, int? ReservedBy);

/// <param name="Nexus">Number of the initiator.</param>
/// <param name="Key">Its reservation key.</param>
internal sealed record RegistrationDocument(int Nexus, ulong Key);

/// <summary>What the drive is busy with.</summary>
/// <param name="Kind">An erase, a format.</param>
/// <param name="Start">When it began.</param>
/// <param name="Seconds">How long it takes.</param>
internal sealed record ActivityDocument(Ssc.ActivityKind Kind, DateTimeOffset Start, double Seconds);

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LibraryDocument))]
[JsonSerializable(typeof(DriveStateDocument))]
[JsonSerializable(typeof(InventoryDocument))]
internal sealed partial class LibraryJson : JsonSerializerContext;

/// <summary>Small JSON files that are replaced as a whole.</summary>
internal static class JsonFile
{
    internal static T Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type)
                ?? throw new LibraryException($"{path}: empty");
        }
        catch (JsonException exception)
        {
            throw new LibraryException($"{path}: not readable: {exception.Message}", exception);
        }
    }

    /// <param name="isDurable">Whether its bytes are on the disk before it gets its name: else a power cut may leave an empty file of that name.</param>
    internal static void Write<T>(string path, T document, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, bool isDurable = false)
    {
        string temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(document, type));
            file.Flush(flushToDisk: isDurable);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Writes into the file as it is, which takes no new space. Who dies in the middle leaves a file that cannot be read.</summary>
    internal static void Overwrite<T>(string path, T document, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        // Another process may be reading it just now: it gets what it can read, and this one must not fail.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(JsonSerializer.SerializeToUtf8Bytes(document, type));
        file.SetLength(file.Position);
    }
}
