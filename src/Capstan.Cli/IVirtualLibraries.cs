using Capstan.Operations;

namespace Capstan.Cli;

/// <summary>The embedded virtual tape libraries, for `capstan library`.</summary>
/// <remarks>Every member throws <see cref="Capstan.Operations.OperationException"/> with a message for the user.</remarks>
internal interface IVirtualLibraries
{
    /// <param name="name">Of the library.</param>
    /// <param name="cartridges">How many.</param>
    /// <param name="capacityBytes">Of each; null for that of a real one.</param>
    /// <param name="isSynchronous">Whether a synchronising command waits for the host's disk.</param>
    /// <param name="drive">What kind of drive; the default when null.</param>
    /// <param name="robot">Its changer, its drives, its cartridges by kind; null for one drive and cartridges changed by hand.</param>
    LibraryView Create(string name, int cartridges, long? capacityBytes, bool isSynchronous = true, DriveChoice? drive = null, RobotChoice? robot = null);

    /// <summary>Removes a library and all its cartridges.</summary>
    /// <returns>What it was.</returns>
    LibraryView Destroy(string name);

    /// <summary>What is in a library, place by place.</summary>
    LibraryContentView Show(string name);

    /// <summary>Puts a cartridge from the shelf, or a new one, into a slot.</summary>
    CartridgePlaceView Insert(string name, InsertRequest request);

    /// <summary>Takes a cartridge out of its slot, to the shelf, or throws it away.</summary>
    CartridgePlaceView Remove(string name, RemoveRequest request);

    /// <summary>Copies a cartridge file from elsewhere into a library.</summary>
    CartridgePlaceView Import(string name, string file, int? slot, bool isMail);

    /// <summary>Makes something go wrong, for tests of software.</summary>
    /// <returns>All that is wrong now.</returns>
    LibraryFailuresView Fail(string name, FailRequest request);

    /// <summary>Repairs everything, or one kind of failure.</summary>
    LibraryFailuresView Repair(string name, string? kind);

    /// <summary>The kinds of drives that a library can have.</summary>
    IReadOnlyList<DriveModelView> Models();

    /// <summary>The kinds of changers that a library can have.</summary>
    IReadOnlyList<ChangerModelView> ChangerModels();

    IReadOnlyList<LibraryView> List();

    /// <summary>Their names, quickly and whatever is in them, for completion; none where they cannot be told.</summary>
    IReadOnlyList<string> Names() => [.. List().Select(static library => library.Name)];

    /// <summary>Sets or clears the write protection of one cartridge.</summary>
    LibraryView Protect(string name, string barcode, bool isProtected);

    /// <summary>Hands the drives of a library, and its changer, to the running kernel until it is told to stop.</summary>
    /// <param name="request">What to serve.</param>
    /// <param name="onReady">Called when the device nodes are there.</param>
    /// <param name="listener">Is told what else happens.</param>
    /// <param name="stop">Ends it, cleanly.</param>
    /// <returns>What was served.</returns>
    ServedLibraryView Serve(ServeRequest request, Action<ServedLibraryView> onReady, IOperationListener listener, CancellationToken stop);
}

/// <summary>What kind of drive a new library gets.</summary>
/// <param name="Model">As <c>library models</c> lists it; null for the default.</param>
/// <param name="Media">Kinds of the cartridges, by turns; empty for the newest that the drive writes.</param>
/// <param name="Quirks">Names of departures from the standard; empty for the model's own.</param>
/// <param name="IsWorm">Its cartridges are write-once.</param>
/// <param name="Compresses">Its drives compress what compresses.</param>
/// <param name="IsRealistic">Its drives and its robot take as long as real ones.</param>
internal sealed record DriveChoice(
    string? Model, IReadOnlyList<string> Media, IReadOnlyList<string> Quirks, bool IsWorm = false, bool Compresses = false, bool IsRealistic = false);

/// <summary>A kind of virtual drive, for display.</summary>
/// <param name="Name">What <c>library create --drive</c> takes.</param>
/// <param name="Writes">Cartridges it writes, the newest first.</param>
/// <param name="Reads">Cartridges it only reads.</param>
/// <param name="Quirks">How it departs from the standard.</param>
internal sealed record DriveModelView(
    string Name, string Vendor, string Product, IReadOnlyList<string> Writes, IReadOnlyList<string> Reads, IReadOnlyList<string> Quirks);

/// <summary>What to hand to the kernel.</summary>
/// <param name="Library">Its name.</param>
/// <param name="Cartridge">Barcode of the cartridge to put into the first drive that is served, <c>null</c> for one that discards in each; null leaves them as they are.</param>
/// <param name="IsStacker">After an unload the next cartridge is put in.</param>
/// <param name="Drive">The only drive that is served, from 1; null for all, and the changer.</param>
/// <param name="Portal">Address and port where it is served over iSCSI; null for this machine.</param>
/// <param name="Initiators">Names of the iSCSI initiators that may log in; empty for everybody.</param>
internal sealed record ServeRequest(string Library, string? Cartridge, bool IsStacker, int? Drive, string? Portal, IReadOnlyList<string> Initiators);

/// <summary>A virtual library in the kernel, for display.</summary>
/// <param name="Portal">Where it is served over iSCSI; null on this machine.</param>
/// <param name="Authentication">Over iSCSI: <c>none</c>, <c>chap</c> (initiators prove themselves), <c>mutual-chap</c> (the target, too, to those who ask); null on this machine.</param>
/// <param name="Units">The drives in their order, then the changer.</param>
internal sealed record ServedLibraryView(string Library, string? Portal, string? Authentication, IReadOnlyList<ServedUnitView> Units);

/// <summary>A drive or the changer of a virtual library in the kernel, for display.</summary>
/// <param name="Name">Of the path without the kernel: <c>virtual:main/2</c>, <c>virtual:main/changer</c>.</param>
/// <param name="Kind"><c>drive</c> or <c>changer</c>.</param>
/// <param name="DriveNumber">Of a drive, as changer programs count them: from 0.</param>
/// <param name="ElementAddress">Of a drive that a changer serves; null for others.</param>
/// <param name="SerialNumber">What the changer tells of the drive in its element, and INQUIRY of the device.</param>
/// <param name="Device">What <c>--device</c> and <c>--changer</c> take: <c>/dev/sg1</c>, <c>iscsi://127.0.0.1/iqn.../0</c>; null while the sg module is not loaded.</param>
/// <param name="Tape">The kernel's tape node, <c>/dev/st0</c>; null for a changer, while the st module is not loaded, or over iSCSI.</param>
/// <param name="Changer">The kernel's changer node, <c>/dev/sch0</c>; null for a drive, while the ch module is not loaded, or over iSCSI.</param>
/// <param name="ScsiAddress">Host, channel, target, LUN; null over iSCSI.</param>
/// <param name="IscsiTarget">Name of the iSCSI target; null on this machine.</param>
/// <param name="Cartridge">Barcode of the cartridge in the drive, <c>null</c> for one that discards; null when there is none.</param>
internal sealed record ServedUnitView(
    string Name, string Kind, int? DriveNumber, int? ElementAddress, string Vendor, string Product, string SerialNumber, string? Device, string? Tape,
    string? Changer, string? ScsiAddress, string? IscsiTarget, string? Cartridge);

/// <summary>A virtual library, for display.</summary>
/// <param name="Device">What <c>--device</c> takes: <c>virtual:main</c>.</param>
/// <param name="DriveModel">Null when the library could not be opened.</param>
/// <param name="Loaded">Barcode of the cartridge in the drive; null when it is empty.</param>
/// <param name="Synchronous">Whether what the drive acknowledged survives a power cut.</param>
/// <param name="Fault">Why it could not be opened, or what is wrong with the cartridge in the drive; null when nothing is.</param>
/// <param name="Changer">What <c>--changer</c> takes, <c>virtual:main/changer</c>; null where cartridges are changed by hand.</param>
/// <param name="ChangerModel">Of the changer, as <c>library models</c> lists it.</param>
/// <param name="Drives">All its drives.</param>
/// <param name="Slots">Of the changer.</param>
/// <param name="MailSlots">Of the changer.</param>
internal sealed record LibraryView(
    string Name, string Device, string Directory, string? DriveModel, string? Loaded, IReadOnlyList<CartridgeView> Cartridges, bool Synchronous,
    string? Fault, string? Changer = null, string? ChangerModel = null, IReadOnlyList<VirtualDriveView>? Drives = null, int Slots = 0, int MailSlots = 0);

/// <summary>A drive of a virtual library, for display.</summary>
/// <param name="Device">What <c>--device</c> takes: <c>virtual:main/2</c>.</param>
/// <param name="Number">As changers count them, from 0.</param>
/// <param name="Address">Element address; null where no changer is.</param>
/// <param name="Cartridge">Barcode of what is in it; null when it is empty.</param>
/// <param name="Medium">empty, ejected, seated or loaded.</param>
/// <param name="UsedBy">Who has it at this moment; null when nobody does.</param>
internal sealed record VirtualDriveView(
    string Device, int Number, string Vendor, string Product, string SerialNumber, int? Address, string? Cartridge, string Medium, string? UsedBy);

/// <summary>A virtual library and its places, for display.</summary>
/// <param name="Library">The library.</param>
/// <param name="ChangerSerialNumber">Null where no changer is.</param>
/// <param name="Places">Its places by kind and number; empty where no changer is.</param>
/// <param name="Failures">What goes wrong on purpose, as <c>library fail</c> lists it.</param>
internal sealed record LibraryContentView(LibraryView Library, string? ChangerSerialNumber, IReadOnlyList<VirtualPlaceView> Places, IReadOnlyList<string> Failures);

/// <param name="Kind">hand, drive, slot or mail slot.</param>
/// <param name="Number">As people count: drives from 0, slots from 1, mail slots behind them.</param>
/// <param name="Address">Element address.</param>
/// <param name="Cartridge">Barcode; null when it is empty.</param>
internal sealed record VirtualPlaceView(string Kind, int Number, int Address, string? Cartridge);

/// <summary>Where a cartridge is now, for display.</summary>
/// <param name="Library">Name of the library.</param>
/// <param name="Barcode">Of the cartridge.</param>
/// <param name="Place">slot 3, mail slot 41, shelf; null when it is gone.</param>
internal sealed record CartridgePlaceView(string Library, string Barcode, string? Place);

/// <summary>A kind of virtual changer, for display.</summary>
/// <param name="Name">What <c>library create --changer</c> takes.</param>
/// <param name="Quirks">How it departs from the standard.</param>
internal sealed record ChangerModelView(
    string Name, string Vendor, string Product, int FirstSlot, int FirstMailSlot, int FirstDrive, int Hand, IReadOnlyList<string> Quirks);

/// <summary>What a new library has besides one drive.</summary>
/// <param name="Model">Of the changer, as <c>library models</c> lists it; null for none.</param>
/// <param name="Drives">Kinds of the drives: <c>4xLTO-9</c>, <c>2xibm-lto9-hh</c>; empty for one.</param>
/// <param name="Slots">Null for as many as there are cartridges.</param>
/// <param name="MailSlots">How many.</param>
/// <param name="Cartridges">Kinds and numbers: <c>20xLTO-9</c>, <c>CLEANING</c>; empty for a plain number.</param>
/// <param name="Quirks">Names of the changer's departures from the standard; empty for the model's own.</param>
internal sealed record RobotChoice(
    string? Model, IReadOnlyList<string> Drives, int? Slots, int MailSlots, IReadOnlyList<string> Cartridges, IReadOnlyList<string> Quirks);

/// <param name="Barcode">Of the cartridge.</param>
/// <param name="Slot">Number of the slot; null for a free one.</param>
/// <param name="IsMail">Only a mail slot will do.</param>
/// <param name="New">Kind of a new cartridge, or empty for what its label says; null for one from the shelf.</param>
internal sealed record InsertRequest(string Barcode, int? Slot, bool IsMail, string? New);

/// <summary>What is wrong with a library, for display.</summary>
/// <param name="Library">Its name.</param>
/// <param name="Failures">In words.</param>
internal sealed record LibraryFailuresView(string Library, IReadOnlyList<string> Failures);

/// <param name="Kind">As <c>library fail</c> names it.</param>
/// <param name="Slot">Number of the slot that it is about; null for none.</param>
/// <param name="Drive">Number of the drive, from 0; null for none.</param>
/// <param name="Count">So many seconds, slots or moves.</param>
/// <param name="Sense">ASC and ASCQ of an exception, <c>3B/11</c>; null for others.</param>
internal sealed record FailRequest(string Kind, int? Slot, int? Drive, int Count, string? Sense);

/// <param name="Barcode">Of the cartridge; null when its slot is named.</param>
/// <param name="Slot">Number of the slot; null when the cartridge is named.</param>
/// <param name="IsDeleted">It is thrown away, with all that is on it.</param>
internal sealed record RemoveRequest(string? Barcode, int? Slot, bool IsDeleted);

/// <summary>A cartridge of a virtual library, for display.</summary>
/// <param name="UsedBytes">Recorded on it.</param>
/// <param name="Fault">Why its file cannot be used, or what is damaged; null when nothing is.</param>
/// <param name="Place">drive 0, slot 3, mail slot 41, shelf; null in libraries without a changer.</param>
/// <param name="Kind">LTO-9, CLEANING.</param>
/// <param name="Worm">Write-once.</param>
internal sealed record CartridgeView(
    string Barcode, long CapacityBytes, long UsedBytes, bool WriteProtected, string? Fault, string? Place = null, string? Kind = null, bool Worm = false);
