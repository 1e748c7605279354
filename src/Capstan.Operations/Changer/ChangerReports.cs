using System.Text.Json.Serialization;

namespace Capstan.Operations.Changer;

/// <summary>A slot or a hand, for display.</summary>
/// <param name="Number">Slots from 1, as mtx counts; mail slots go on behind the last slot. Hands from 0.</param>
/// <param name="Address">Element address.</param>
/// <param name="Barcode">Label of the cartridge; null when it is empty or has none.</param>
/// <param name="Source">Number of the slot that the cartridge came from; null where the changer does not tell.</param>
/// <param name="Medium">"data", "cleaning", "worm", "diagnostics"; null when nobody knows.</param>
/// <param name="Disabled">It cannot be used.</param>
/// <param name="Exception">What the library says is wrong with it; null when nothing is.</param>
public sealed record SlotView(
    int Number, int Address, bool Full, string? Barcode, int? Source, string? Medium, bool Disabled, string? Exception);

/// <summary>A mail slot, for display.</summary>
/// <param name="MailSlot">Its number among the mail slots, from 1.</param>
/// <param name="Import">An operator can put cartridges in.</param>
/// <param name="Export">Cartridges can be put there for an operator.</param>
/// <param name="PlacedByOperator">An operator put the cartridge there.</param>
public sealed record MailSlotView(
    int Number, int Address, bool Full, string? Barcode, int? Source, string? Medium, bool Disabled, string? Exception,
    int MailSlot, bool Import, bool Export, bool PlacedByOperator);

/// <summary>A drive in a library, for display.</summary>
/// <param name="Number">From 0, as mtx counts.</param>
/// <param name="Ejected">It has given its cartridge out: the robot can take it; null where it is empty.</param>
/// <param name="Serial">As the changer tells it; null where it does not.</param>
/// <param name="Device">What <c>--device</c> takes for it; null where no drive of that serial number is known.</param>
public sealed record LibraryDriveView(
    int Number, int Address, bool Full, string? Barcode, int? Source, string? Medium, bool Disabled, string? Exception,
    bool? Ejected, string? Vendor, string? Product, string? Serial, string? Device);

/// <summary>What is where in a library.</summary>
/// <param name="NotReady">Why the library can move nothing now; null when it can.</param>
/// <param name="Notes">What was strange about its answers.</param>
public sealed record ChangerStatusReport(
    string Device, string PickedBy, string Vendor, string Product, string Firmware, string Serial, string? NotReady,
    IReadOnlyList<LibraryDriveView> Drives, IReadOnlyList<SlotView> Slots, IReadOnlyList<MailSlotView> MailSlots, IReadOnlyList<SlotView> Hands,
    IReadOnlyList<string> Notes);

/// <summary>A place, for display.</summary>
/// <param name="Kind">"slot", "mail-slot", "drive", "hand".</param>
/// <param name="Number">As <c>status</c> shows it.</param>
/// <param name="Address">Element address.</param>
/// <param name="Name">In words: <c>slot 3</c>.</param>
public sealed record PlaceView(string Kind, int Number, int Address, [property: JsonIgnore] string Name);

/// <summary>A cartridge that was moved.</summary>
/// <param name="Barcode">Null where it has no label.</param>
public sealed record CartridgeMove(string? Barcode, PlaceView From, PlaceView To);

/// <summary>What was moved, in its order. None: everything was where it should be.</summary>
/// <param name="Action">The verb.</param>
/// <param name="Remark">What else there is to say.</param>
public sealed record ChangerMoveReport(string Device, string PickedBy, string Action, IReadOnlyList<CartridgeMove> Moves, string? Remark);

/// <summary>What a changer says of itself.</summary>
/// <param name="Moves">What MOVE MEDIUM can do, as "slot-drive"; null where it does not tell.</param>
/// <param name="HasExchange">Whether it has EXCHANGE MEDIUM between slots and drives; null where it does not tell.</param>
/// <param name="HasLabelReader">Whether it reads labels; null where it does not tell.</param>
public sealed record ChangerInquiryReport(
    string Device, string PickedBy, string Vendor, string Product, string Firmware, string Serial,
    IReadOnlyList<ElementRangeView> Elements, IReadOnlyList<string>? Moves, bool? HasExchange, bool? HasLabelReader, IReadOnlyList<string> Commands);

/// <summary>Elements of one kind.</summary>
/// <param name="Kind">"slot", "mail-slot", "drive", "hand".</param>
public sealed record ElementRangeView(string Kind, int FirstAddress, int Count);

/// <summary>When drives unload before the robot takes a cartridge.</summary>
/// <param name="Mode">"auto", "always", "never".</param>
public sealed record EjectBeforeUnloadReport(string Device, string PickedBy, string Mode, string Meaning);
