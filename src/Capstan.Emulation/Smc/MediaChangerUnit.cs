using System.Buffers.Binary;
using System.Text;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Emulation.Spc;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Smc;

/// <summary>
/// The logical unit of a library's robot: the checks that all commands share. What each command does is in the handler named after it.
/// Every path to the changer may have a unit of its own: what is where belongs to the library.
/// </summary>
internal sealed class MediaChangerUnit : LogicalUnit
{
    // SAM-5, SPC-4, SMC-3 (SPC-5 table "Version descriptor values").
    private const ulong VersionDescriptors = 0x00A0_0460_0480_0000;

    private readonly VirtualLibrary _library;
    private readonly Lock _gate = new();
    private readonly HashSet<int> _preventing = [];
    private readonly bool _isEmbedded;
    private DoorLock? _doors;
    private long _mailAccesses;
    private long _changes;
    private long _seen;
    private DateTimeOffset? _busyUntil;

    /// <param name="library">Whose robot it is.</param>
    /// <param name="isEmbedded">A path of this program alone, made anew with every command line: nobody has to be told of a power on.</param>
    internal MediaChangerUnit(VirtualLibrary library, bool isEmbedded = false)
    {
        _library = library;
        _isEmbedded = isEmbedded;
        Model = library.ChangerModel ?? throw new LibraryException($"{library.DirectoryPath} has no changer: cartridges are changed by hand (`capstan drive load BARCODE`).");
        Identity = library.ChangerIdentity!;
        Ways = library.ChangerQuirks;
        Clock = new DriveClock(library.Time);
        using (Inventory.Access inventory = library.EnterInventory())
        {
            (_mailAccesses, _changes, _seen) = (inventory.Robot.MailAccesses, inventory.Robot.Changes, library.InventoryGeneration);
            NoteBusy(inventory.Robot);
        }
        if (!isEmbedded)
            Attentions.Establish(SenseCode.PowerOnResetOrBusDeviceResetOccurred);
    }

    /// <summary>How it departs from the standard: the model's ways, or others that were asked for.</summary>
    internal ChangerQuirks Ways { get; }

    internal VirtualLibrary Library => _library;

    internal VirtualChangerModel Model { get; }

    internal override DeviceIdentity Identity { get; }

    internal override PeripheralDeviceType DeviceType => PeripheralDeviceType.MediumChanger;

    internal override VirtualQuirks Quirks => VirtualQuirks.None;

    /// <summary>Element status of some ten thousand elements.</summary>
    internal override int MaxTransferBytes => 4 * 1024 * 1024;

    /// <summary>PREVENT ALLOW MEDIUM REMOVAL of an initiator: while any of them prevents it, nobody opens mail slots or magazines, in whatever process.</summary>
    /// <exception cref="ScsiTransportException">The host gives no access to the library's files.</exception>
    internal void Prevent(int nexus)
    {
        _ = _preventing.Add(nexus);
        _doors ??= DoorLock.Prevent(_library.DirectoryPath);
    }

    /// <summary>This initiator allows it again.</summary>
    internal void Allow(int nexus)
    {
        _ = _preventing.Remove(nexus);
        if (_preventing.Count == 0)
            AllowAll();
    }

    private void AllowAll()
    {
        _preventing.Clear();
        _doors?.Dispose();
        _doors = null;
    }

    internal override void Execute(ref CommandContext context)
    {
        lock (_gate)
        {
            try
            {
                Look();
                Dispatch(ref context);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or LibraryException && !_isEmbedded && !context.IsComplete)
            {
                // The host's disk is full, or its files are damaged: initiators hear of a library that fails, and the server goes on.
                context.Check(SenseKey.HardwareError, SenseCode.InternalTargetFailure);
            }
            if (_library.IsRealistic)
                RobotMotion.After(_library, ref context);
        }
    }

    private void Dispatch(ref CommandContext context)
    {
        if (!Model.Has(context.Cdb[0]) || MediaChangerCommands.Find(context.Cdb) is not { } row)
            RefuseOperationCode(ref context);
        else if (Reservations.Forbids(context.Nexus, context.Cdb) && context.Cdb[0] != ReadElementStatus.OperationCode)
            context.Conflict();
        else
            row.Run(this, ref context);
    }

    /// <summary>Whoever uses the changer is told what people did to the library, in whatever process.</summary>
    private void Look()
    {
        if (_busyUntil <= _library.Time.GetUtcNow())
        {
            _busyUntil = null;
            Attentions.EstablishIfNone(SenseCode.NotReadyToReadyChangeMediumMayHaveChanged);
        }
        if (_seen == _library.InventoryGeneration)
            return;
        using Inventory.Access inventory = _library.EnterInventory();
        _seen = _library.InventoryGeneration;
        if (_busyUntil is not null && inventory.Robot.BusyUntil is null)
            Attentions.EstablishIfNone(SenseCode.NotReadyToReadyChangeMediumMayHaveChanged);
        NoteBusy(inventory.Robot);
        if (inventory.Robot.Changes != _changes)
            Attentions.EstablishIfNone(SenseCode.NotReadyToReadyChangeMediumMayHaveChanged);
        else if (inventory.Robot.MailAccesses != _mailAccesses)
            Attentions.EstablishIfNone(SenseCode.ImportOrExportElementAccessed);
        (_mailAccesses, _changes) = (inventory.Robot.MailAccesses, inventory.Robot.Changes);
    }

    /// <summary>An inventory that ends makes the changer ready: 28h/00h (Dell PowerVault TL2000/TL4000 SCSI reference, "About the Not Ready Condition").</summary>
    private void NoteBusy(RobotDocument robot) => _busyUntil = robot.BusyUntil > _library.Time.GetUtcNow() ? robot.BusyUntil : null;

    internal override DriveClock Clock { get; }

    /// <summary>What the last SEND VOLUME TAG of each initiator found.</summary>
    internal Dictionary<int, VolumeSearch> Searches { get; } = [];

    /// <summary>Of READ BUFFER and WRITE BUFFER.</summary>
    internal ChangerBuffers Buffers { get; } = new();

    internal override bool Has(byte operationCode, int? serviceAction) => Model.Has(operationCode) && MediaChangerCommands.Has(operationCode);

    internal override uint TimeoutOf(byte operationCode, byte? serviceAction) => MediaChangerCommands.Find(operationCode, serviceAction)?.TimeoutSeconds ?? 0;

    internal override bool MayRun(CommandNeeds needs, ref CommandContext context)
    {
        if ((needs & CommandNeeds.Unattended) == 0 && Attentions.Waits(context.Nexus))
        {
            context.Check(TakePendingSense(context.Nexus));
            return false;
        }
        if ((needs & CommandNeeds.Medium) == 0)
            return true;
        using Inventory.Access inventory = _library.EnterInventory();
        if (_library.NotReady(inventory) is not { } notReady)
            return true;
        context.Check(notReady);
        return false;
    }

    internal override SenseData TakePendingSense(int nexus) => Attentions.Take(nexus) is { } attention
        ? new SenseData { Key = SenseKey.UnitAttention, Code = attention }
        : new SenseData { Key = SenseKey.NoSense, Code = SenseCode.NoAdditionalSenseInformation };

    internal override int WriteInquiry(byte? vpdPage, Span<byte> answer)
    {
        var peripheral = new Peripheral(0, PeripheralDeviceType.MediumChanger);
        return vpdPage switch
        {
            null => WriteStandardInquiry(peripheral, answer),
            VpdPage.SupportedPages => new SupportedVpdPages(peripheral, [VpdPage.SupportedPages, VpdPage.UnitSerialNumber, VpdPage.DeviceIdentification]).WriteTo(answer),
            VpdPage.UnitSerialNumber => new UnitSerialNumber(peripheral, Identity.SerialNumber).WriteTo(answer),
            VpdPage.DeviceIdentification => VpdPages.Identification(peripheral, Identity, answer),
            _ => 0,
        };
    }

    internal override void Reset(bool isTold = false)
    {
        lock (_gate)
        {
            AllowAll();
            Searches.Clear();
            Buffers.Reset();
            Reservations.ReservedBy = null;
        }
        if (!isTold)
            Attentions.Establish(SenseCode.BusDeviceResetFunctionOccurred);
    }

    internal override bool Detach()
    {
        // Who prevented removal is gone (SPC-4 6.13).
        lock (_gate)
            AllowAll();
        return true;
    }

    public override void Dispose() => Detach();

    private int WriteStandardInquiry(Peripheral peripheral, Span<byte> answer)
    {
        int length = new InquiryData
        {
            Peripheral = peripheral,
            Removable = true,
            Version = VersionSpc4,
            HierarchicalLuns = true,
            CommandQueuing = true,
            Vendor = Identity.Vendor,
            Product = Identity.Product,
            Revision = Identity.Revision,
            VersionDescriptors1To4 = VersionDescriptors,
        }.WriteTo(answer);
        // BARC of the vendor specific bytes, as IBM's and Quantum's changers have it: labels are read by a bar code reader.
        answer[55] |= 0x01;
        return length;
    }
}
