using Capstan.Drive;
using Capstan.Operations.Modes;
using Capstan.Operations.Movement;
using Capstan.Operations.Pages;
using Capstan.Scsi;

namespace Capstan.Operations.Status;

/// <summary>`capstan drive status`: everything that can be asked of a drive without moving its tape and without waiting.</summary>
public static class StatusOperation
{
    /// <summary>
    /// Never moves the tape, never waits for a drive that is busy, and answers in part when there is no tape, when the drive refuses a
    /// question, or when it is doing something long.
    /// </summary>
    /// <exception cref="OperationException">The drive cannot be reached.</exception>
    public static DriveStatusReport Run(OperationContext context, string? device)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.OpenToLook(context, device);
        return Failures.Guard(() => new Look(context, open).Run());
    }
}

/// <summary>One look at a drive.</summary>
internal sealed class Look(OperationContext context, OpenDrive open)
{
    private const byte CleanNow = 20;
    private const byte CleanPeriodic = 21;
    private const long Megabyte = 1_000_000;

    private readonly TapeDrive _drive = open.Drive;
    private readonly List<string> _notes = [];

    /// <summary>The drive did not answer in time: nothing more is asked.</summary>
    private bool _isSilent;

    public DriveStatusReport Run()
    {
        // First what it is doing: any other command may wait behind a movement that takes hours.
        DriveActivity? activity = Ask(_drive.ReadActivity);
        bool isBusy = activity is { IsValid: true, Code: not 0 };
        DriveReadiness readiness = isBusy ? Busy(activity!.Value) : Ask(() => (DriveReadiness?)_drive.TestReady())
            ?? new DriveReadiness(DriveState.NotReady, null, _isSilent ? "no answer in time" : "");
        bool isReady = !isBusy && readiness.State == DriveState.Ready;
        DriveSettings? settings = Ask(() => (DriveSettings?)OptionsOperation.Read(_drive));
        ModeParameterHeader? header = settings?.Header;
        bool hasTape = isReady || isBusy && activity is { IsMounted: true };
        byte? density = hasTape ? header?.BlockDescriptor?.DensityCode : null;
        BlockLengthLimits? limits = Ask(() => (BlockLengthLimits?)_drive.ReadBlockLimits());
        // Before the capacity, which is that of the partition where the tape stands.
        PositionReport? position = isReady ? Ask(() => Positions.Of(_drive)) : null;
        TapeCapacity? capacity = isReady ? Ask(_drive.ReadCapacity) : null;
        DecodedLogPage? statistics = isReady ? Ask(() => Page(0x17)) : null;
        capacity ??= CapacityOf(statistics);
        DriveAlerts? alerts = Ask(_drive.ReadTapeAlerts);
        if (alerts is { } told)
            AlertLatch.Keep(context, open, told.Set);
        return new DriveStatusReport(
            open.Source.Device, open.Source.PickedBy,
            _drive.Identity.Vendor, _drive.Identity.Product, _drive.Identity.SerialNumber, _drive.Identity.Revision, _drive.Model.Name,
            isBusy && readiness.State != DriveState.BecomingReady ? "busy" : _isSilent ? "does not answer" : StateText(readiness.State), readiness.Detail,
            density is { } code ? Density.Name(code) : null, density, hasTape ? header?.WriteProtected ?? activity?.IsWriteProtected : null,
            position, capacity?.RemainingBytes, capacity?.TotalBytes,
            limits?.Minimum, limits?.Maximum, _drive.MaxTransferBytes, open.Source.Barcode, open.Source.MediumWarning)
        {
            Generation = _drive.Model.Generation,
            TapeSerial = isReady && Ask(_drive.ReadMediaSerialNumber) is { Length: > 0 } serial ? serial : null,
            MediumType = hasTape ? header?.MediumType : null,
            Worm = hasTape ? Ask(() => IsWorm(header)) : null,
            BlockLength = header?.BlockDescriptor?.BlockLengthBytes,
            Compression = settings?.Compression,
            Buffering = header is { } known ? known.BufferedMode != 0 : null,
            Activity = activity is { IsValid: true } doing ? DeviceActivityText.Of(doing.Code) : null,
            Progress = readiness.Progress,
            Locked = activity is { IsValid: true } locked ? locked.IsRemovalPrevented : null,
            Cleaning = CleaningOf(activity, alerts),
            Alerts = alerts is { } set ? [.. set.Set.Numbers().Select(static number => Describe(TapeAlertFlag.Of(number)))] : null,
            Encryption = Ask(EncryptionOf),
            Usage = UsageOf(statistics) ?? (isReady ? Ask(UsageOfMemory) : null),
            Partitions = statistics is null ? [] : StatisticsOperation.Partitions(statistics),
            Missing = _notes,
        };
    }

    /// <summary>Asks one thing; what the drive refuses, or cannot tell now, is null, and the rest is asked all the same.</summary>
    private T? Ask<T>(Func<T?> question)
    {
        if (_isSilent)
            return default;
        try
        {
            return question();
        }
        catch (Exception e) when (e is TapeCommandException or TapeMediumException or TapeEncryptionException || e is OperationException { InnerException: null or TapeCommandException })
        {
            return default;
        }
        catch (TapeDeviceException e) when (e.Fault == DeviceFault.PermissionDenied)
        {
            Note(e.Message);
            return default;
        }
        catch (TapeDeviceException e) when (e.Fault is DeviceFault.NotReady or DeviceFault.HardwareFailure)
        {
            Note(e.Message);
            return default;
        }
        catch (TapeDeviceException e) when (e.Fault is DeviceFault.Lost or DeviceFault.Busy)
        {
            // Behind a command that winds for an hour everything waits as long; one that does not answer is not asked again.
            _isSilent = true;
            Note(e.Message);
            return default;
        }
        catch (TapeWriteException e)
        {
            // A deferred error that waited: somebody's earlier write.
            Note(e.Message);
            return default;
        }
    }

    private void Note(string text)
    {
        if (!_notes.Contains(text))
            _notes.Add(text);
    }

    /// <summary>How far it has got, where REQUEST SENSE tells.</summary>
    private DriveReadiness Busy(DriveActivity activity)
    {
        SenseData? sense = Ask(() => _drive.RequestSenseData());
        double? progress = sense?.Progress is { } part ? part / 65536.0 : null;
        return new DriveReadiness(sense is { Key: SenseKey.NotReady } ? DriveState.BecomingReady : DriveState.NotReady, progress,
            sense is { Key: not SenseKey.NoSense } told ? told.ToString() : DeviceActivityText.Of(activity.Code));
    }

    private bool? IsWorm(ModeParameterHeader? header)
    {
        ModeAnswer answer = default;
        try
        {
            answer = _drive.ReadModes(MediumConfiguration.PageCode);
        }
        catch (TapeCommandException e) when (e.IsUnsupported)
        {
            // LTO-3 and older: IBM's medium type has a C in its low digit.
            return header is { MediumType: var type and not 0 } ? (type & 0x0F) == 0x0C : null;
        }

        return ModeParameters.TryDecode(answer.Data, answer.Form, out ModeParameters parameters) && parameters.TryGet(out MediumConfiguration page) ? page.WormMode : null;
    }

    private DecodedLogPage? Page(byte page) =>
        _drive.ReadLogPage(page).Data is { } data && LogDecoder.TryDecode(data, LogVendor.Any, out DecodedLogPage? decoded) ? decoded : null;

    private string? EncryptionOf() => _drive.ReadEncryption() is not { } state ? null : (state.Writes, state.Reads) switch
    {
        (EncryptionOfWrites.Off, EncryptionOfReads.Off) => "off",
        (EncryptionOfWrites.On, EncryptionOfReads.Mixed) => "on, reads clear blocks too",
        (EncryptionOfWrites.On, EncryptionOfReads.Raw) => "on, reads encrypted blocks raw",
        (EncryptionOfWrites.On, _) => "on",
        (EncryptionOfWrites.External, _) => "external",
        (_, EncryptionOfReads.Raw) => "reads encrypted blocks raw",
        _ => "only for reading",
    };

    /// <summary>Remaining and maximum of all partitions; of a drive that has no page 31h.</summary>
    private static TapeCapacity? CapacityOf(DecodedLogPage? statistics)
    {
        long? total = Sum(statistics, 0x0202);
        long? left = Sum(statistics, 0x0204);
        return total is { } t && left is { } l ? new TapeCapacity(l * Megabyte, t * Megabyte) : null;
    }

    private static long? Sum(DecodedLogPage? page, ushort code)
    {
        long[] values = [.. page?.Find(code)?.Fields.Select(static field => (long?)field.Value.Number).OfType<long>() ?? []];
        return values.Length == 0 ? null : values.Sum();
    }

    private static TapeUsage? UsageOf(DecodedLogPage? page)
    {
        if (page is null)
            return null;
        return new TapeUsage(Number(0x0001), Number(0x0101), Number(0x0102), Number(0x0010) * Megabyte, Number(0x0011) * Megabyte, Number(0x0004), Number(0x0009));

        long? Number(ushort code) => (long?)page.Find(code)?.Value.Number;
    }

    /// <summary>LTO-4 and older have no page 17h; the cartridge's memory has the most of it.</summary>
    private TapeUsage? UsageOfMemory()
    {
        long? loads = Number(0x0003);
        return loads is null ? null : new TapeUsage(loads, null, null, Number(0x0220) * Megabyte, Number(0x0221) * Megabyte, null, null);

        long? Number(ushort id) => (long?)_drive.ReadAttribute(id)?.Number;
    }

    private static string? CleaningOf(DriveActivity? activity, DriveAlerts? alerts)
    {
        bool isKnown = activity is { IsValid: true } || alerts is not null;
        if (activity is { IsValid: true, CleaningRequired: true } || alerts is { } now && now.Set.Contains(CleanNow))
            return "required";
        return activity is { IsValid: true, CleaningRequested: true } || alerts is { } soon && soon.Set.Contains(CleanPeriodic) ? "wanted" : isKnown ? "no" : null;
    }

    private static StatusAlert Describe(TapeAlertFlag flag) => new(flag.Number, flag.Name, flag.Severity switch
    {
        AlertSeverity.Critical => "critical",
        AlertSeverity.Warning => "warning",
        _ => "information",
    });

    private static string StateText(DriveState state) => state switch
    {
        DriveState.Ready => "ready",
        DriveState.BecomingReady => "becoming ready",
        DriveState.NotLoaded => "not loaded",
        DriveState.NoMedium => "no tape",
        _ => "not ready",
    };
}
