using Capstan.Scsi;

namespace Capstan.Emulation.Library;

/// <summary>Failures of real libraries, on purpose: kept in the inventory, so that every process meets them.</summary>
public sealed partial class VirtualLibrary
{
    // TapeAlert flags of changers (SMC-3 table of TapeAlert flags).
    private const int HardwareAlert = 2;
    private const int DoorAlert = 16;
    private const int MagazineAlert = 18;
    private const int MailSlotAlert = 17;
    private const int ScanAlert = 22;
    private const int InventoryAlert = 23;

    /// <summary>What is wrong now.</summary>
    public IReadOnlyList<LibraryFailure> Failures
    {
        get
        {
            using Inventory.Access inventory = EnterInventory();
            List<LibraryFailure> failures = [.. inventory.Robot.Failures ?? []];
            if (SecondsLeft(inventory.Robot) is > 0 and var seconds)
                failures.Insert(0, new LibraryFailure(LibraryFailureKind.Inventory, Count: seconds));
            return failures;
        }
    }

    /// <summary>Makes something go wrong from now on.</summary>
    /// <exception cref="LibraryException">There is no such element, or no changer.</exception>
    public void Fail(LibraryFailure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        CheckHasChanger();
        if (failure.IsOfPlace && (failure.Address is not { } address || Elements.TypeOf(address) is null))
            throw new LibraryException(LibraryFault.Request, $"There is no element {failure.Address} to fail.");
        if (failure.Kind == LibraryFailureKind.Dirty && (failure.Address is not { } dirty || Elements.DriveAt(dirty) is null))
            throw new LibraryException(LibraryFault.Request, "Only drives get dirty.");
        using Inventory.Access inventory = EnterInventory();
        RobotDocument robot = inventory.Robot;
        if (failure.Kind == LibraryFailureKind.Inventory)
        {
            inventory.Change(robot with { BusyUntil = Now + TimeSpan.FromSeconds(Math.Max(1, failure.Count)) });
            return;
        }
        inventory.Change(robot with
        {
            Failures = [.. (robot.Failures ?? []).Where(one => one.Kind != failure.Kind || one.Address != failure.Address), failure with { Count = Math.Max(1, failure.Count) }],
            Alerts = robot.Alerts | Flag(failure.Kind switch
            {
                LibraryFailureKind.Door => DoorAlert,
                LibraryFailureKind.MailOpen => MailSlotAlert,
                LibraryFailureKind.Magazine => MagazineAlert,
                LibraryFailureKind.NoLabel => ScanAlert,
                LibraryFailureKind.Exception => InventoryAlert,
                _ => 0,
            }),
        });
    }

    /// <summary>Repairs everything, or one kind, as a person does. Doors are closed: whoever uses the changer is told that something may have changed.</summary>
    /// <param name="kind">What; null for everything. With it a cartridge in the robot's hand goes back to where it came from, or to a free slot.</param>
    public void Repair(LibraryFailureKind? kind = null)
    {
        CheckHasChanger();
        using Inventory.Access inventory = EnterInventory();
        RobotDocument robot = inventory.Robot;
        LibraryFailure[] gone = [.. (robot.Failures ?? []).Where(one => kind is null || one.Kind == kind)];
        RobotDocument repaired = robot with
        {
            Failures = [.. (robot.Failures ?? []).Except(gone)],
            BusyUntil = kind is null or LibraryFailureKind.Inventory ? null : robot.BusyUntil,
            MailAccesses = robot.MailAccesses + (gone.Any(static one => one.Kind == LibraryFailureKind.MailOpen) ? 1 : 0),
            Changes = robot.Changes + (gone.Any(static one => one.Kind is LibraryFailureKind.Door or LibraryFailureKind.Magazine) ? 1 : 0),
        };
        if (kind is null && inventory[Elements.FirstTransport] is { } held && PlaceFor(held, inventory) is { } place)
            inventory.Change(repaired, (Elements.FirstTransport, null), (place, held));
        else
            inventory.Change(repaired);
    }

    /// <summary>Whether a drive asks to be cleaned.</summary>
    internal bool IsDirty(int drive)
    {
        using Inventory.Access inventory = EnterInventory();
        return FailureAt(inventory.Robot, Elements, Elements.AddressOfDrive(drive), LibraryFailureKind.Dirty) is not null;
    }

    /// <summary>A drive was cleaned.</summary>
    internal void NoteCleaned(int drive)
    {
        using Inventory.Access inventory = EnterInventory();
        if (FailureAt(inventory.Robot, Elements, Elements.AddressOfDrive(drive), LibraryFailureKind.Dirty) is { } dirt)
            inventory.Change(inventory.Robot with { Failures = [.. inventory.Robot.Failures!.Where(one => one != dirt)] });
    }

    private DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Why the changer is not ready; null when it is.</summary>
    internal SenseData? NotReady(in Inventory.Access inventory)
    {
        RobotDocument robot = inventory.Robot;
        if (SecondsLeft(robot) > 0)
            return Refuse(SenseKey.NotReady, SenseCode.LogicalUnitIsInProcessOfBecomingReady);
        return Has(robot, LibraryFailureKind.Door) ? Refuse(SenseKey.NotReady, SenseCode.LogicalUnitNotReadyManualInterventionRequired) : null;
    }

    /// <summary>What is wrong with an element; null when nothing is.</summary>
    internal static LibraryFailure? FailureAt(RobotDocument robot, ElementMap map, int address, LibraryFailureKind kind)
    {
        foreach (LibraryFailure failure in robot.Failures ?? [])
        {
            bool isThere = failure.Kind == LibraryFailureKind.MailOpen
                ? map.TypeOf(address) == ElementType.ImportExport
                : failure.Address is { } first && address >= first && address < first + (kind == LibraryFailureKind.Magazine ? failure.Count : 1);
            if (failure.Kind == kind && isThere)
                return failure;
        }
        return null;
    }

    internal static bool Has(RobotDocument robot, LibraryFailureKind kind) => robot.Failures?.Any(one => one.Kind == kind) == true;

    /// <summary>Whether the robot moves at all.</summary>
    internal bool RobotFails
    {
        get
        {
            using Inventory.Access inventory = EnterInventory();
            return Has(inventory.Robot, LibraryFailureKind.Robot);
        }
    }

    /// <summary>Takes the TapeAlert flags, which are thereby told.</summary>
    internal ulong TakeAlerts(bool clears)
    {
        using Inventory.Access inventory = EnterInventory();
        ulong alerts = inventory.Robot.Alerts;
        if (clears && alerts != 0)
            inventory.Change(inventory.Robot with { Alerts = 0 });
        return alerts;
    }

    /// <summary>Somebody used the mail slots.</summary>
    private static RobotDocument MailUsed(RobotDocument robot) => robot with { MailAccesses = robot.MailAccesses + 1 };

    /// <summary>Why a cartridge cannot be moved; null when it can. Nothing has moved then.</summary>
    private static SenseData? Hindrance(RobotDocument robot, ElementMap map, ReadOnlySpan<int> sources, ReadOnlySpan<int> destinations)
    {
        if (Has(robot, LibraryFailureKind.Robot))
            return Refuse(SenseKey.HardwareError, SenseCode.MechanicalPositioningError);
        foreach (int address in (ReadOnlySpan<int>)[.. sources, .. destinations])
        {
            if (FailureAt(robot, map, address, LibraryFailureKind.MailOpen) is not null)
                return Refuse(SenseKey.IllegalRequest, SenseCode.MediumMagazineNotAccessible);
            if (FailureAt(robot, map, address, LibraryFailureKind.Magazine) is not null)
                return Refuse(SenseKey.IllegalRequest, SenseCode.MediumMagazineRemoved);
            if (FailureAt(robot, map, address, LibraryFailureKind.Exception) is { } exception)
                return Refuse(SenseKey.HardwareError, new SenseCode(exception.Asc, exception.Ascq));
        }
        foreach (int source in sources)
        {
            if (FailureAt(robot, map, source, LibraryFailureKind.Prevented) is not null)
                return Refuse(SenseKey.IllegalRequest, SenseCode.MediumRemovalPrevented);
            if (FailureAt(robot, map, source, LibraryFailureKind.Stuck) is not null)
                return Refuse(SenseKey.HardwareError, map.TypeOf(source) == ElementType.DataTransfer ? SenseCode.MediaLoadOrEjectFailed : SenseCode.MechanicalPositioningError);
        }
        return null;
    }

    /// <summary>The robot fails in the middle, once less from now on: the cartridge is in its hand.</summary>
    private static RobotDocument FailedInMove(RobotDocument robot)
    {
        LibraryFailure failure = robot.Failures!.First(static one => one.Kind == LibraryFailureKind.RobotInMove);
        return robot with
        {
            Failures = [.. robot.Failures!.Where(one => one != failure), .. failure.Count > 1 ? new[] { failure with { Count = failure.Count - 1 } } : []],
            Alerts = robot.Alerts | Flag(HardwareAlert),
        };
    }

    private int? PlaceFor(ElementContent held, in Inventory.Access inventory)
    {
        if (held.Source is { } source && inventory[source] is null)
            return source;
        for (int address = Elements.FirstStorage; address < Elements.FirstStorage + Elements.StorageCount; address++)
        {
            if (inventory[address] is null)
                return address;
        }
        return null;
    }

    private int SecondsLeft(RobotDocument robot) => robot.BusyUntil is { } until ? (int)Math.Clamp(Math.Ceiling((until - Now).TotalSeconds), 0, int.MaxValue) : 0;

    private static ulong Flag(int alert) => alert == 0 ? 0 : 1UL << (alert - 1);
}
