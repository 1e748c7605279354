using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Library;

/// <summary>What the drive keeps from one process to the next.</summary>
internal sealed partial class VirtualDrive
{
    private void Restore()
    {
        DriveStateDocument state = ReadState(_statePath);
        Settle(state);
        _unit.Counters.Restore(state.Counters, isCycle: !state.IsClean);
        if (!state.IsClean)
        {
            // A drive that loses power rewinds and forgets its mode parameters, and its key.
            ForgetKey(state.KeyMemory);
            _unit.PowerOn();
            if (state.Activity is { Kind: ActivityKind.Initializing })
                Resume(state.Activity);
            return;
        }
        if (state.Activity is { } activity)
            Resume(activity);
        int partition = Math.Clamp(state.Partition, 0, (_unit.Cartridge?.PartitionCount ?? 1) - 1);
        _unit.MoveTo(partition, Math.Clamp(state.Position, 0, _unit.Cartridge?.GetPartition(partition).EndOfData ?? 0));
        _unit.BlockLengthBytes = Math.Clamp(state.BlockLengthBytes, 0, TapeDriveUnit.MaxBlockBytes);
        _unit.BufferedMode = Math.Clamp(state.BufferedMode, 0, 1);
        _unit.IsRemovalPrevented = state.IsRemovalPrevented;
        _unit.Alerts.Restore(state.Alerts);
        _unit.Modes.Restore(state.ModePages);
        RestoreKey(state.KeyMemory);
        if (state.Permission is { } permission && Enum.IsDefined(permission.Scope))
            _unit.Overwriting.Permit(permission.Scope, permission.Partition, permission.Position);
        if (state.Reservations is { } kept)
            _unit.Reservations.Restore(kept.Registrations.Select(static one => KeyValuePair.Create(one.Nexus, one.Key)), kept.Type, kept.Holder, kept.Generation, kept.ReservedBy);
        if (state.ClockZero is { } zero)
            _unit.Clock.Restore(zero, state.ClockIsSet ? TimestampOrigin.SetTimestamp : TimestampOrigin.PowerOn);
    }

    /// <summary>Puts the cartridge in that is there, as the drive holds it, or as a robot would that has put it in since.</summary>
    private void Settle(DriveStateDocument state)
    {
        if (_library.CartridgeAt(this, state.Cartridge, state.Arrival) is not var (barcode, _, arrival))
            return;
        Barcode = barcode;
        _arrival = arrival;
        if (barcode != state.Cartridge || arrival != state.Arrival || state.Medium == MediumState.Empty)
        {
            Load(barcode, arrival);
            return;
        }
        if (IsRobotic && state.Medium == MediumState.Ejected)
        {
            _unit.Insert(null, MediumState.Ejected);
            return;
        }
        InsertFile(barcode, state.Medium);
        // What is seated when the power comes back is threaded: a LOAD that was carried out may be the last thing that was written down.
        if (state is { IsClean: false, Medium: MediumState.Seated })
            _unit.Thread();
        // The cartridge that a new library has in its drive was threaded without anybody seeing it.
        if (state.Medium == MediumState.Loaded && _unit.Cartridge is { LoadCount: 0, IsReadOnly: false })
            _unit.NoteFirstLoad();
    }

    private void Resume(ActivityDocument activity)
    {
        if (Enum.IsDefined(activity.Kind) && activity.Seconds >= 0 && activity.Seconds < DriveActivity.LongestDuration.TotalSeconds)
            _unit.Activity.Resume(activity.Kind, activity.Start, TimeSpan.FromSeconds(activity.Seconds));
    }

    /// <summary>It is written at every use and not waited for: what a power cut made of it must not cost the library. The drive is empty then.</summary>
    internal static DriveStateDocument ReadState(string path)
    {
        var unknown = new DriveStateDocument(FormatVersion, IsClean: false, null, MediumState.Empty);
        try
        {
            return File.Exists(path) ? JsonFile.Read(path, LibraryJson.Default.DriveStateDocument) : unknown;
        }
        catch (LibraryException)
        {
            return unknown;
        }
    }

    /// <summary>What another process wrote down of a drive.</summary>
    internal static (MediumState Medium, string? Barcode, long Arrival) ReadHeld(string path, TimeProvider time)
    {
        DriveStateDocument state = ReadState(path);
        // A cleaning ends by itself, also while no process has the drive.
        bool isCleaned = state is { IsClean: true, Activity: { Kind: ActivityKind.Cleaning } cleaning } && time.GetUtcNow() - cleaning.Start >= TimeSpan.FromSeconds(cleaning.Seconds);
        return (isCleaned ? MediumState.Ejected : state.Medium, state.Cartridge, state.Arrival);
    }

    private void Save(bool isClean)
    {
        string path = _statePath;
        DriveStateDocument state = (_keptState ?? CurrentState()) with { IsClean = isClean, KeyMemory = _keyMemory };
        try
        {
            JsonFile.Write(path, state, LibraryJson.Default.DriveStateDocument);
        }
        catch (IOException) when (File.Exists(path))
        {
            // A full disk has no room for a second file, and is no reason why nothing could be read from a tape any more.
            JsonFile.Overwrite(path, state, LibraryJson.Default.DriveStateDocument);
        }
    }

    private DriveStateDocument CurrentState() => new(
        FormatVersion, IsClean: false, Barcode, _unit.Medium, _unit.Position, _unit.BlockLengthBytes, _unit.BufferedMode, _unit.Modes.Save(),
        _unit.Partition,
        _unit.Activity.Kind == ActivityKind.None
            ? null
            : new ActivityDocument(_unit.Activity.Kind, _unit.Activity.Start, _unit.Activity.Duration.TotalSeconds),
        _unit.IsRemovalPrevented,
        _keyMemory,
        _unit.Reservations is { HasRegistrants: false, ReservedBy: null }
            ? null
            : new ReservationsDocument(
                [.. _unit.Reservations.Keys.Select(static one => new RegistrationDocument(one.Key, one.Value))],
                _unit.Reservations.Type, _unit.Reservations.Holder, _unit.Reservations.Generation, _unit.Reservations.ReservedBy),
        _unit.Clock.Zero,
        _unit.Clock.Origin == TimestampOrigin.SetTimestamp,
        _unit.Counters.Save(),
        _unit.Alerts.Set.Bits,
        _unit.Overwriting.Permission == OverwriteScope.Disabled
            ? null
            : new PermissionDocument(_unit.Overwriting.Permission, _unit.Overwriting.PermittedAt.Partition, _unit.Overwriting.PermittedAt.Position),
        _arrival);
}
