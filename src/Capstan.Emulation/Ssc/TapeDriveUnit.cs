using Capstan.Emulation.Spc;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Ssc;

/// <summary>Where the cartridge is.</summary>
public enum MediumState
{
    /// <summary>No cartridge.</summary>
    Empty,

    /// <summary>Pushed out, still in the slot: LOAD pulls it in again.</summary>
    Ejected,

    /// <summary>Seated with the tape unthreaded (HOLD of LOAD UNLOAD): its memory can be read.</summary>
    Seated,

    /// <summary>Threaded.</summary>
    Loaded,
}

/// <summary>
/// The logical unit of an LTO tape drive: state and the checks that all commands share. What each command does is in the
/// handler named after it.
/// </summary>
internal sealed partial class TapeDriveUnit : LogicalUnit
{
    private SenseData? _deferred;
    private bool _isDirty;
    private bool _readsMedium;
    private bool _writesMedium;
    private ITapeMedium? _tape;

    /// <param name="identity">What it says about itself.</param>
    /// <param name="generation">The newest medium that it takes.</param>
    /// <param name="time">Clock of what takes a while; the system's when null.</param>
    internal TapeDriveUnit(DeviceIdentity identity, MediumType generation, TimeProvider? time = null)
        : this(identity, VirtualDriveModel.For(generation), null, time)
    {
    }

    /// <param name="identity">What it says about itself.</param>
    /// <param name="model">Kind of drive.</param>
    /// <param name="quirks">How it departs from the standard; null for the model's own ways.</param>
    /// <param name="time">Clock of what takes a while; the system's when null.</param>
    internal TapeDriveUnit(DeviceIdentity identity, VirtualDriveModel model, VirtualQuirks? quirks = null, TimeProvider? time = null)
    {
        Identity = identity;
        Model = model;
        Quirks = quirks ?? model.Quirks;
        Activity = new DriveActivity(time ?? TimeProvider.System);
        Clock = new DriveClock(time ?? TimeProvider.System);
        Modes = new ModePages(this);
        Encryption = new DriveEncryption { AlgorithmIndex = model.EncryptionAlgorithmIndex, IsReserved = () => Reservations.IsHeld };
        Reservations.Lost = Encryption.ReservationLost;
        Reservations.Preempted = Encryption.ReservationPreempted;
    }

    /// <summary>The longest block that READ BLOCK LIMITS allows, in bytes.</summary>
    internal const int MaxBlockBytes = 8 * 1024 * 1024;

    internal override DeviceIdentity Identity { get; }

    internal VirtualDriveModel Model { get; }

    /// <summary>How it departs from the standard: the model's ways, or others that were asked for.</summary>
    internal override VirtualQuirks Quirks { get; }

    /// <summary>The newest medium that the drive takes, which it also reports as its default density.</summary>
    internal MediumType Generation => Model.Medium;

    internal ModePages Modes { get; }

    internal ITapeMedium? Cartridge { get; private set; }

    internal MediumState Medium { get; private set; }

    /// <summary>Why the cartridge that is in the drive cannot be read at all; null when it can.</summary>
    internal string? LoadFault { get; private set; }

    /// <summary>Logical object identifier of what is read or written next, in the current partition.</summary>
    internal long Position { get; set; }

    /// <summary>The partition that commands act on. Of the partitions there are, see <see cref="MoveTo"/>.</summary>
    internal int Partition { get; private set; }

    /// <summary>What keeps the drive from its tape for a while.</summary>
    internal DriveActivity Activity { get; }

    /// <summary>Append-only mode, and what it lets through.</summary>
    internal OverwriteGuard Overwriting { get; } = new();

    /// <summary>BLOCK LENGTH of the block descriptor; 0 for variable blocks.</summary>
    internal int BlockLengthBytes { get; set; }

    /// <summary>BUFFERED MODE: 0 every write goes to the medium, 1 writes are answered from the buffer.</summary>
    internal int BufferedMode { get; set; } = 1;

    internal bool IsRemovalPrevented { get; set; }

    /// <summary>Keys and what they do.</summary>
    internal DriveEncryption Encryption { get; init; }

    /// <summary>What the log pages count.</summary>
    internal DriveCounters Counters { get; } = new();

    /// <summary>TapeAlert flags.</summary>
    internal DriveAlerts Alerts { get; } = new();

    /// <summary>The host's trouble with the cartridge file in words, newest first; null when there was none.</summary>
    internal string? Diagnosis { get; private set; }

    /// <summary>The current partition of the threaded cartridge; only for commands that need the medium.</summary>
    internal ITapeMedium Tape => _tape!;

    /// <summary>The tab is set, the drive only reads cartridges of this kind, or the host lets nobody write to the file.</summary>
    internal bool IsTapeProtected => Cartridge is { } tape && (tape.IsWriteProtected || tape.IsReadOnly || !_writesMedium);

    /// <summary>Says what the drive says after power on.</summary>
    internal void PowerOn()
    {
        Encryption.Clear();
        Reservations.Forget();
        Clock.PowerOn();
        Attentions.Establish(SenseCode.PowerOnResetOrBusDeviceResetOccurred);
    }

    /// <summary>
    /// LOGICAL UNIT RESET (SAM-5 6.3.3): mode parameters and the prevention of removal are as after power on, and the initiator is
    /// told. The tape stays where it is; what was buffered goes to the medium.
    /// </summary>
    /// <param name="isTold">Whether whoever brought the reset establishes the unit attention condition itself.</param>
    internal override void Reset(bool isTold = false)
    {
        // A robot may have the drive just now.
        lock (Gate)
        {
            _ = Detach();
            BlockLengthBytes = 0;
            BufferedMode = 1;
            IsRemovalPrevented = false;
            Modes.Reset();
            Encryption.Clear();
            // Persistent reservations stay (SPC-4 5.13.1), that of RESERVE does not (SPC-2 5.5.1).
            Reservations.ReservedBy = null;
            if (!isTold)
                Attentions.Establish(SenseCode.BusDeviceResetFunctionOccurred);
        }
    }

    /// <summary>Puts a cartridge in, as an operator or a changer does.</summary>
    /// <param name="cartridge">The cartridge; the drive owns it from now on. Null when its file cannot be used.</param>
    /// <param name="state">Where it is.</param>
    /// <param name="fault">Why its file cannot be used.</param>
    internal void Insert(ITapeMedium? cartridge, MediumState state = MediumState.Loaded, string? fault = null)
    {
        Cartridge = cartridge;
        // Once a cartridge, not once a block.
        _isCleaningCartridge = cartridge is not null && cartridge.Medium == MediumType.Cleaning;
        _readsMedium = cartridge is not null && Model.Reads(cartridge.Medium);
        _writesMedium = cartridge is not null && Model.Writes(cartridge.Medium);
        LoadFault = fault;
        Diagnosis = fault ?? cartridge?.Damage ?? (cartridge as Cartridge)?.MemoryDamage ?? Diagnosis;
        Medium = state;
        ToBeginning();
    }

    /// <summary>Stands at an object of a partition from now on. What was written to another one is on the medium (<see cref="TrySync"/>).</summary>
    /// <param name="partition">0 and less than the cartridge has.</param>
    /// <param name="position">0 to its end of data.</param>
    internal void MoveTo(int partition, long position)
    {
        Partition = partition;
        _tape = Cartridge?.GetPartition(partition);
        Position = position;
    }

    /// <summary>Threads the tape and says so to the initiator (SSC-4 4.2.19: medium may have changed).</summary>
    internal void Thread()
    {
        if (IsCleaning)
        {
            BeginCleaning();
            return;
        }
        Medium = MediumState.Loaded;
        ToBeginning();
        Cartridge?.CountLoad();
        Counters.CountLoad();
        Alerts.NoteLoad();
        if (Cartridge is null)
            Alerts.Raise(DriveAlerts.SystemAreaReadFailure);
        else if (Cartridge.Memory is null)
            Alerts.Raise(DriveAlerts.MemoryChipFailure);
        MemoryAttributes.NoteLoad(this);
        Attentions.EstablishIfNone(SenseCode.NotReadyToReadyChangeMediumMayHaveChanged);
        Motion?.Thread(this);
    }

    /// <summary>The tape is threaded since the drive was made.</summary>
    internal void NoteFirstLoad()
    {
        Cartridge?.CountLoad();
        MemoryAttributes.NoteLoad(this);
    }

    /// <summary>Rewinds and unthreads.</summary>
    internal void Unthread(MediumState state)
    {
        Encryption.VolumeDemounted();
        Medium = state;
        ToBeginning();
        Cartridge?.Memory?.NoteAlerts(Alerts.SinceLoad.Bits);
        Cartridge?.FreeLeftovers();
        if (Cartridge?.SaveMemory(isDurable: false) == false)
            NoteHostError();
    }

    /// <summary>Rewinds, unthreads, and hands the cartridge to the library where there is one.</summary>
    internal void PushOut(MediumState state)
    {
        Unthread(state);
        if (state == MediumState.Ejected)
            Bay?.PushedOut();
    }

    /// <summary>The cartridge sticks out: its file is closed, for another drive may have it next.</summary>
    internal void LetGo()
    {
        Cartridge?.Dispose();
        Cartridge = null;
        _tape = null;
        LoadFault = null;
    }

    /// <summary>Takes the cartridge out and closes its file.</summary>
    internal void Remove()
    {
        Encryption.VolumeDemounted();
        Cartridge?.Dispose();
        Cartridge = null;
        LoadFault = null;
        Medium = MediumState.Empty;
        Activity.End();
        ToBeginning();
    }

    /// <summary>Runs one command to its completion.</summary>
    internal override void Execute(ref CommandContext context)
    {
        if (Bay is not { } bay)
        {
            Run(ref context);
            return;
        }
        lock (Gate)
        {
            bay.Look();
            Run(ref context);
        }
    }

    private void Dispatch(ref CommandContext context)
    {
        if (TapeDriveCommands.Find(context.Cdb) is { } row && Has(context.Cdb))
        {
            // Before any unit attention, which waits on (SAM-5 5.14).
            if (Reservations.Forbids(context.Nexus, context.Cdb))
                context.Conflict();
            else
                row.Run(this, ref context);
            return;
        }
        RefuseOperationCode(ref context);
    }

    private bool Has(ReadOnlySpan<byte> cdb) =>
        (cdb[0] is not (0x55 or 0x5A) || (Quirks & VirtualQuirks.SixByteModesOnly) == 0) && Model.Has(cdb[0], cdb.Length > 1 ? cdb[1] & 0x1F : null);

    /// <summary>The second step: pending conditions first, then the medium. Completes the command when it may not run.</summary>
    internal override bool MayRun(CommandNeeds needs, ref CommandContext context)
    {
        if ((needs & CommandNeeds.Unattended) == 0 && (_deferred is not null || Attentions.Waits(context.Nexus)))
        {
            context.Check(TakePendingSense(context.Nexus));
            return false;
        }
        if ((needs & CommandNeeds.Medium) == 0)
            return true;
        if (Activity.Sense is { } busy)
        {
            context.Check(busy);
            return false;
        }
        switch (Medium)
        {
            case MediumState.Loaded when Cartridge is not null:
                if (_readsMedium)
                    return true;
                // A cartridge of a generation that the drive cannot thread (SSC-4 4.2.5).
                context.Check(SenseKey.MediumError, SenseCode.IncompatibleMediumInstalled);
                return false;
            case MediumState.Loaded:
                context.Check(SenseKey.MediumError, SenseCode.MediumFormatCorrupted);
                return false;
            case MediumState.Seated:
                context.Check(SenseKey.NotReady, SenseCode.MediumNotPresentMediumAuxiliaryMemoryAccessible);
                return false;
            default:
                context.Check(SenseKey.NotReady, SenseCode.MediumNotPresent);
                return false;
        }
    }

    /// <summary>The oldest condition that waits to be told, which is thereby told; NO SENSE when there is none.</summary>
    internal override SenseData TakePendingSense(int nexus)
    {
        if (_deferred is { } deferred)
        {
            _deferred = null;
            return deferred;
        }
        if (Attentions.Take(nexus) is { } attention)
            return new SenseData { Key = SenseKey.UnitAttention, Code = attention };
        return Activity.SenseWhenAsked ?? new SenseData { Key = SenseKey.NoSense, Code = SenseCode.NoAdditionalSenseInformation };
    }

    /// <summary>The beginning of partition 0, where a loaded tape stands; permissions to overwrite end with it.</summary>
    private void ToBeginning()
    {
        MoveTo(0, 0);
        Overwriting.Forget();
        Modes.Partitions.Reset(this);
    }

    /// <summary>Something was written that may still be in the host's cache.</summary>
    internal void MarkDirty() => _isDirty = true;

    /// <summary>Brings buffered data to the medium.</summary>
    internal bool TrySync()
    {
        if (!_isDirty)
            return true;
        if (!_tape!.Sync())
        {
            NoteHostError();
            return false;
        }
        _isDirty = false;
        return true;
    }

    /// <summary>
    /// Brings buffered data to the medium before the tape moves. An error then belongs to the writes before, so this command
    /// ends with a deferred error and the tape stays where it is.
    /// </summary>
    internal bool TrySyncBeforeMoving(ref CommandContext context)
    {
        if (TrySync())
            return true;
        _isDirty = false;
        context.Check(HostFailure() with { IsDeferred = true });
        return false;
    }

    /// <summary>Flushes when an initiator goes away; a failure is told to the next one.</summary>
    /// <returns>Whether everything is on the medium.</returns>
    internal override bool Detach()
    {
        lock (Gate)
        {
            if (Cartridge is null || TrySync())
                return true;
            _isDirty = false;
            _deferred = HostFailure() with { IsDeferred = true };
            return false;
        }
    }

    public override void Dispose()
    {
        Cartridge?.Dispose();
        Encryption.Dispose();
    }
}
