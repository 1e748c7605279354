using Capstan.Drive.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

public sealed partial class TapeDrive
{
    private const byte KeepDensity = 0x7F;
    private const byte UnitSerialNumberPage = 0x80;
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Opens the drive behind a transport: checks that it is a tape drive, learns its name and limits, and takes over the
    /// transport (disposed with the drive, also when this fails). Unit attentions that waited are drained. Moves no tape.
    /// </summary>
    /// <param name="neighbours">Who else of this machine uses the drive; taken over as well. Null where that cannot be known.</param>
    /// <exception cref="TapeDeviceException">Not a tape drive, or not reachable.</exception>
    public static TapeDrive Open(IScsiTransport transport, TimeProvider? time = null, IDeviceNeighbours? neighbours = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        var drive = new TapeDrive(transport, time ?? TimeProvider.System) { _neighbours = neighbours };
        try
        {
            drive.Identify();
            drive.DrainUnitAttentions();
            return drive;
        }
        catch
        {
            drive.Dispose();
            throw;
        }
    }

    /// <summary>Whether the medium can be used now; never waits and never moves the tape.</summary>
    public DriveReadiness TestReady()
    {
        SenseVerdict verdict = SenseVerdict.Other;
        for (int attempt = 0; attempt < MaxRetries; attempt++)
        {
            verdict = Run(new TestUnitReady(), DataTransfer.None, _timeouts.HousekeepingSeconds);
            if (verdict is not (SenseVerdict.DeviceReset or SenseVerdict.MediumChanged or SenseVerdict.Preempted))
                break;
        }

        DriveState state = verdict switch
        {
            SenseVerdict.Done => DriveState.Ready,
            SenseVerdict.BecomingReady => DriveState.BecomingReady,
            SenseVerdict.NeedsLoad => DriveState.NotLoaded,
            SenseVerdict.NoMedium => DriveState.NoMedium,
            _ => DriveState.NotReady,
        };
        SenseData sense = _sense;
        return new DriveReadiness(state, sense.Progress is { } p ? p / 65536.0 : null, state == DriveState.Ready ? "" : sense.ToString());
    }

    /// <summary>
    /// Whether the drive measures a new tape: an LTO-9 drive says no more than "becoming ready" then, for up to two hours, and must not
    /// be disturbed. Null where the drive does not tell. DEVICE ACTIVITY of the device status log page, which it answers all the time
    /// (ADC-3, very high frequency data).
    /// </summary>
    private bool? AskInitializing()
    {
        Span<byte> answer = stackalloc byte[64];
        answer.Clear();
        try
        {
            SenseVerdict verdict = Run(new LogSense(DeviceStatusPage, 0, LogPageControl.Cumulative, 0, (ushort)answer.Length),
                DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
            return verdict == SenseVerdict.Done && LogPage.TryDecode(answer[..Received(answer.Length)], out LogPage page)
                && page.TryFind(0, out LogParameter parameter) && parameter.Value.Length > 2
                ? parameter.Value[2] == ActivityInitializing
                : null;
        }
        catch (TapeException)
        {
            // It is asked out of curiosity only.
            return null;
        }
    }

    private const byte DeviceStatusPage = 0x11;
    private const byte ActivityInitializing = 0x0B;

    /// <summary>
    /// Waits until the medium is usable. A new LTO-9 cartridge is characterised in its first load, for up to two hours.
    /// </summary>
    /// <param name="progress">Told each time something new is known.</param>
    /// <exception cref="TapeMediumException">No tape, or one that is not loaded.</exception>
    /// <exception cref="TapeDeviceException">Not ready for another reason, or not within the model's load timeout.</exception>
    public void WaitUntilReady(IProgress<DriveReadiness>? progress = null, CancellationToken cancellation = default)
    {
        AwaitMedium(progress, cancellation);
        ConfigureForBlocks();
        // Only a recovery compares it.
        _cartridgeSerial = _transport.Recovery is null ? null : AskCartridgeSerial();
        _isConfigured = true;
        _isTapeUnproven = false;
        _fixedBeforeFault = 0;
    }

    /// <summary>Waits as <see cref="WaitUntilReady"/> does, and leaves the drive's settings alone: for who moves the tape and writes no data.</summary>
    /// <inheritdoc cref="WaitUntilReady"/>
    public void AwaitMedium(IProgress<DriveReadiness>? progress = null, CancellationToken cancellation = default)
    {
        long start = _time.GetTimestamp();
        bool? isInitializing = null;
        int polls = 0;
        while (true)
        {
            DriveReadiness now = TestReady();
            if (now.State == DriveState.Ready)
                return;

            if (now.State != DriveState.BecomingReady || _time.GetElapsedTime(start) > DriveTimeouts.Of(_timeouts.LoadSeconds))
                throw DriveErrors.Sense(Name, TestUnitReady.Name, SensePolicy.Judge(_sense), _sense);
            // Most waits are short. The sense is what the error above is made of: it is put back.
            if (progress is not null && polls++ > 0)
            {
                SenseData sense = _sense;
                isInitializing ??= AskInitializing();
                _sense = sense;
            }

            progress?.Report(now with { IsInitializing = isInitializing ?? false });
            Wait(ReadyPoll, cancellation);
        }
    }

    private void Identify()
    {
        Span<byte> answer = stackalloc byte[96];
        SenseVerdict verdict = Run(new Inquiry(null, (ushort)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (verdict != SenseVerdict.Done || !InquiryData.TryDecode(answer[..Received(answer.Length)], out InquiryData inquiry))
            throw new TapeDeviceException(DeviceFault.NotATapeDrive, $"{Name}: the device does not answer INQUIRY as a SCSI device does.");
        if (inquiry.Peripheral.DeviceType != PeripheralDeviceType.Tape)
        {
            throw new TapeDeviceException(DeviceFault.NotATapeDrive,
                $"{Name} is not a tape drive: it is {inquiry.Vendor} {inquiry.Product}, {Describe(inquiry.Peripheral.DeviceType)}. Name the drive's own /dev/sgN.");
        }

        Model = DriveModel.Of(inquiry.Vendor, inquiry.Product);
        _timeouts = Model.Timeouts;
        Identity = new DriveIdentity(inquiry.Vendor.Trim(), inquiry.Product.Trim(), inquiry.Revision.Trim(), ReadSerialNumber());
    }

    private static string Describe(PeripheralDeviceType type) => type switch
    {
        PeripheralDeviceType.MediumChanger => "a media changer",
        PeripheralDeviceType.Disk => "a disk",
        _ => $"a device of type {(int)type:X2}h",
    };

    private string ReadSerialNumber()
    {
        Span<byte> answer = stackalloc byte[255];
        SenseVerdict verdict = Run(new Inquiry(UnitSerialNumberPage, (ushort)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        return verdict == SenseVerdict.Done && UnitSerialNumber.TryDecode(answer[..Received(answer.Length)], out UnitSerialNumber page)
            ? page.SerialNumber.Trim()
            : "";
    }

    /// <summary>A drive that was reset reports it once per initiator; the news is for whoever was working, not for who just came.</summary>
    private void DrainUnitAttentions()
    {
        try
        {
            TestReady();
        }
        catch (TapeWriteException)
        {
            // So is the deferred error of somebody who left without synchronising.
            TestReady();
        }
    }

    /// <summary>Variable block length, buffered mode, and protection as it is wanted here: how Capstan writes, whatever the last user left behind.</summary>
    private void ConfigureForBlocks()
    {
        ModeParameterHeader header = ReadModeHeader();
        IsWriteProtected = header.WriteProtected;
        DensityCode = header.BlockDescriptor?.DensityCode ?? 0;
        MediumType = header.MediumType;
        if (header.BlockDescriptor is not { BlockLengthBytes: 0 } || header.BufferedMode != 1)
        {
            // Who may only read needs none of this: READ with FIXED=0 names its own length. Who wants to write is refused at WRITE.
            IfPermitted(() => WriteModeHeader(header with
            {
                // Write protection and medium type are reserved in MODE SELECT, and 7Fh keeps the density.
                WriteProtected = false,
                MediumType = 0,
                BufferedMode = 1,
                BlockDescriptor = new ModeBlockDescriptor(KeepDensity),
            }));
        }

        SettleProtection();
    }
}

/// <summary>Whether a drive can move its medium.</summary>
public enum DriveState
{
    Ready,
    BecomingReady,
    NotLoaded,
    NoMedium,
    NotReady,
}

/// <summary>Answer to TEST UNIT READY.</summary>
/// <param name="Progress">0 to 1 of the operation that keeps the drive busy; null where it does not tell.</param>
/// <param name="Detail">What the drive said; empty when ready.</param>
/// <param name="IsInitializing">It measures a new tape (LTO-9), for up to two hours; known while <see cref="TapeDrive.WaitUntilReady"/> waits.</param>
public readonly record struct DriveReadiness(DriveState State, double? Progress, string Detail, bool IsInitializing = false);
