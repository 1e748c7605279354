using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>What a drive can be busy with, as the DEVICE ACTIVITY of log page 11h has it (ADC-3 6.1.2.2, very high frequency data).</summary>
public enum ActivityKind : byte
{
    None = 0x00,

    /// <summary>A cleaning cartridge is at work.</summary>
    Cleaning = 0x01,

    /// <summary>The tape is being loaded.</summary>
    Loading = 0x02,
    Unloading = 0x03,
    Locating = 0x07,
    Rewinding = 0x08,
    Erasing = 0x09,
    Formatting = 0x0A,

    /// <summary>A new or newly formatted LTO-9 tape is measured, which IBM calls media optimization.</summary>
    Initializing = 0x0B,
}

/// <summary>
/// Something that the drive does on its own after it answered a command with IMMED: an erase, a format. Until it ends no command
/// reaches the tape. It takes time on the clock, not commands, and goes on while no process has the drive.
/// </summary>
/// <remarks>The tape is as it will be from the beginning on: what is lost is lost when the command is answered.</remarks>
internal sealed class DriveActivity(TimeProvider time)
{
    /// <summary>So long each kind takes here: enough to be watched, not the hours of a real drive.</summary>
    internal static TimeSpan DurationOf(ActivityKind kind) => kind switch
    {
        // A real one takes about two minutes.
        ActivityKind.Cleaning => TimeSpan.FromSeconds(20),
        ActivityKind.Erasing => TimeSpan.FromSeconds(20),
        ActivityKind.Initializing => TimeSpan.FromSeconds(40),
        _ => TimeSpan.FromSeconds(4),
    };

    /// <summary>Nothing takes longer: the long erase of an LTO-10 tape takes more than a day.</summary>
    internal static readonly TimeSpan LongestDuration = TimeSpan.FromDays(3);

    private ActivityKind _kind;
    private DateTimeOffset _start;
    private TimeSpan _duration;

    /// <summary>Called when something begins: who keeps the drive's state writes it down.</summary>
    internal Action? Begun { get; set; }

    /// <summary>What is being done now.</summary>
    internal ActivityKind Kind
    {
        get
        {
            if (_kind != ActivityKind.None && time.GetUtcNow() - _start >= _duration)
                _kind = ActivityKind.None;
            return _kind;
        }
    }

    /// <summary>When it began, for who keeps the drive's state.</summary>
    internal DateTimeOffset Start => _start;

    internal TimeSpan Duration => _duration;

    /// <summary>By the clock that activities go by.</summary>
    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>What a command is told that would need the tape; null when it may have it (SSC-4 6.2, SPC-4 5.6).</summary>
    internal SenseData? Sense => Kind switch
    {
        ActivityKind.None => null,
        ActivityKind.Cleaning => NotReady(SenseCode.CleaningCartridgeInstalled),
        ActivityKind.Formatting => NotReady(SenseCode.LogicalUnitNotReadyFormatInProgress),
        // As an LTO-9 drive does while it measures a tape, too.
        ActivityKind.Loading or ActivityKind.Initializing => NotReady(SenseCode.LogicalUnitIsInProcessOfBecomingReady),
        _ => NotReady(SenseCode.LogicalUnitNotReadyOperationInProgress),
    };

    /// <summary>What REQUEST SENSE tells; null when there is nothing.</summary>
    internal SenseData? SenseWhenAsked => Kind switch
    {
        ActivityKind.Erasing => InProgress(SenseCode.EraseOperationInProgress),
        ActivityKind.Locating => InProgress(SenseCode.LocateOperationInProgress),
        ActivityKind.Rewinding => InProgress(SenseCode.RewindOperationInProgress),
        ActivityKind.Unloading => InProgress(SenseCode.OperationInProgress),
        _ => Sense,
    };

    internal void Begin(ActivityKind kind) => Begin(kind, DurationOf(kind));

    internal void Begin(ActivityKind kind, TimeSpan duration)
    {
        _kind = kind;
        _start = time.GetUtcNow();
        _duration = duration;
        Begun?.Invoke();
    }

    internal void End() => _kind = ActivityKind.None;

    /// <summary>Goes on with what another process began.</summary>
    internal void Resume(ActivityKind kind, DateTimeOffset start, TimeSpan duration)
    {
        _kind = kind;
        _start = start;
        _duration = duration < TimeSpan.Zero || duration > LongestDuration ? TimeSpan.Zero : duration;
    }

    private SenseData InProgress(SenseCode code) => new() { Key = SenseKey.NoSense, Code = code, Progress = Progress };

    private SenseData NotReady(SenseCode code) => new() { Key = SenseKey.NotReady, Code = code, Progress = Progress };

    /// <summary>In 65,536ths.</summary>
    private ushort Progress => (ushort)Math.Clamp((time.GetUtcNow() - _start) / _duration * 65536, 0, 65535);
}
