using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Faults;

/// <summary>What happens to a drive together with a fault.</summary>
[Flags]
public enum DriveHappening
{
    None = 0,

    /// <summary>What was acknowledged and not synchronised never reaches the medium: the data end where they were durable.</summary>
    LosesBuffer = 1,

    /// <summary>Mode parameters, the lock of the cartridge and the like are as after power on.</summary>
    Resets = 1 << 1,

    /// <summary>The tape is rewound.</summary>
    Rewinds = 1 << 2,

    /// <summary>The tape stands behind the object that the command met.</summary>
    PassesObject = 1 << 3,

    /// <summary>Another host set fixed blocks of <see cref="DriveFault.ForeignBlockLengthBytes"/>.</summary>
    ForeignModes = 1 << 4,
}

/// <summary>
/// One line of a drive's fault plan: when it strikes and what the drive does then. The device server itself carries it out, with the
/// change of its state that a drive has with such an answer. Plans are data, so that a test prints the line that broke it.
/// </summary>
/// <remarks>Ready-made ones are in <see cref="DriveFaults"/>.</remarks>
public sealed record DriveFault
{
    /// <summary>Fixed blocks of <see cref="DriveHappening.ForeignModes"/>.</summary>
    public const int ForeignBlockLengthBytes = 512;

    /// <summary>For messages.</summary>
    public string Name { get; init; } = "";

    /// <summary>Only commands with this operation code; null for all that a unit attention would meet.</summary>
    public byte? OperationCode { get; init; }

    /// <summary>The Nth such command since the line came into the plan, from 1.</summary>
    public int Command { get; init; } = 1;

    /// <summary>Instead of the Nth: the one that would write or read this logical object of the current partition.</summary>
    public long? ObjectId { get; init; }

    /// <summary>How many such commands in a row are met from then on; 1 and above.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The command does what it does first, and its answer is replaced when it went well.</summary>
    public bool IsCarriedOut { get; init; }

    /// <summary>The command's status; <see cref="ScsiStatus.Good"/> leaves the answer to the command.</summary>
    public ScsiStatus Status { get; init; }

    /// <summary>Sense data that come with CHECK CONDITION.</summary>
    public SenseData? Sense { get; init; }

    /// <summary>A unit attention condition that is established; the command meets it, as every one would.</summary>
    public SenseCode? Attention { get; init; }

    /// <summary>
    /// The drive finds out that objects from this one on could not be written: they are lost, and a deferred error
    /// (<see cref="Sense"/>) waits for the command.
    /// </summary>
    public long? LostFrom { get; init; }

    /// <summary>What else happens.</summary>
    public DriveHappening Happening { get; init; }

    /// <summary>The drive is busy from now on; with <see cref="ActivityTime"/>.</summary>
    public ActivityKind Activity { get; init; }

    /// <summary>How long, on the library's clock.</summary>
    public TimeSpan ActivityTime { get; init; }

    /// <summary>No answer ever comes: the way to the drive reports a timeout, and whether the command was carried out is not told.</summary>
    public bool IsUnanswered { get; init; }

    /// <summary>Whether the command's own answer is replaced.</summary>
    internal bool EndsCommand => Status != ScsiStatus.Good;
}
