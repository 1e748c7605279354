using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Faults;

/// <summary>
/// Faults as LTO drives have them. Where each strikes is set with <see langword="with"/>: its operation code, its command, its object.
/// </summary>
/// <remarks>Codes: SPC-5 annex F; what a tape does with them: SSC-5 4.2.21 and 6 to 8, and the IBM and HPE LTO SCSI references.</remarks>
public static class DriveFaults
{
    /// <summary>The drive took objects and finds out later that they do not get onto the tape: 71h, MEDIUM ERROR 0C/00.</summary>
    /// <param name="lostFrom">The first object that is lost.</param>
    public static DriveFault DeferredWriteError(long lostFrom) => new()
    {
        Name = "deferred write error",
        LostFrom = lostFrom,
        Sense = new SenseData { IsDeferred = true, Key = SenseKey.MediumError, Code = SenseCode.WriteError },
    };

    /// <summary>Reset or power on (29/00 to 29/04). What was in the buffer gets onto the tape, which stays where it is.</summary>
    public static DriveFault Reset(SenseCode? code = null) => new()
    {
        Name = "reset",
        Attention = code ?? SenseCode.BusDeviceResetFunctionOccurred,
        Happening = DriveHappening.Resets,
    };

    /// <summary>Power lost and back (29/01): what was in the buffer is gone, the tape rewound.</summary>
    public static DriveFault PowerLoss => new()
    {
        Name = "power loss",
        Attention = SenseCode.PowerOnOccurred,
        Happening = DriveHappening.LosesBuffer | DriveHappening.Resets | DriveHappening.Rewinds,
    };

    /// <summary>Somebody took the tape out and put one in (28/00).</summary>
    public static DriveFault MediumChanged => new()
    {
        Name = "medium changed",
        Attention = SenseCode.NotReadyToReadyChangeMediumMayHaveChanged,
        Happening = DriveHappening.Rewinds,
    };

    /// <summary>Another host set mode parameters (2A/01), fixed blocks among them.</summary>
    public static DriveFault ModeParametersChanged => new()
    {
        Name = "mode parameters changed",
        Attention = SenseCode.ModeParametersChanged,
        Happening = DriveHappening.ForeignModes,
    };

    /// <summary>Another host took the reservation away (2A/03).</summary>
    public static DriveFault ReservationsPreempted => new() { Name = "reservation preempted", Attention = SenseCode.ReservationsPreempted };

    /// <summary>Another host took the registration away (2A/05).</summary>
    public static DriveFault RegistrationsPreempted => new() { Name = "registration preempted", Attention = SenseCode.RegistrationsPreempted };

    /// <summary>The drive got new firmware (3F/01), and was restarted with it.</summary>
    public static DriveFault MicrocodeChanged => new()
    {
        Name = "microcode changed",
        Attention = SenseCode.MicrocodeHasBeenChanged,
        Happening = DriveHappening.Resets,
    };

    /// <summary>Becoming ready (04/01) for a while; the tape stays where it is.</summary>
    public static DriveFault BecomingReady(TimeSpan time) => new() { Name = "becoming ready", Activity = ActivityKind.Loading, ActivityTime = time };

    /// <summary>An LTO-9 drive measures a new tape: becoming ready with progress, activity 0Bh in log page 11h, up to two hours on a real one.</summary>
    public static DriveFault Initializing(TimeSpan time) => new() { Name = "initializing", Activity = ActivityKind.Initializing, ActivityTime = time };

    /// <summary>The drive wants to be cleaned; the command was carried out (RECOVERED ERROR 00/17).</summary>
    public static DriveFault CleaningRequested => new()
    {
        Name = "cleaning requested",
        IsCarriedOut = true,
        Status = ScsiStatus.CheckCondition,
        Sense = new SenseData { Key = SenseKey.RecoveredError, Code = SenseCode.CleaningRequested },
    };

    /// <summary>The block cannot be written (0C/00); the tape stands before it.</summary>
    public static DriveFault WriteError => Current("write error", SenseKey.MediumError, SenseCode.WriteError);

    /// <summary>A block cannot be read (11/00), however often; the tape stands behind it (SSC-5 READ).</summary>
    public static DriveFault ReadError(long objectId) => Current("read error", SenseKey.MediumError, SenseCode.UnrecoveredReadError) with
    {
        OperationCode = Read6.OperationCode,
        ObjectId = objectId,
        Count = int.MaxValue,
        Happening = DriveHappening.PassesObject,
    };

    /// <summary>The drive cannot find the place (15/01).</summary>
    public static DriveFault PositioningError => Current("positioning error", SenseKey.MediumError, SenseCode.MechanicalPositioningError);

    /// <summary>Nothing is recorded here (14/01).</summary>
    public static DriveFault BlankCheck => Current("blank check", SenseKey.BlankCheck, SenseCode.RecordNotFound);

    /// <summary>The end-of-data mark is missing (14/03): the last writer lost power.</summary>
    public static DriveFault EndOfDataMissing => Current("end of data missing", SenseKey.BlankCheck, SenseCode.EndOfDataNotFound);

    /// <summary>The tape ends (VOLUME OVERFLOW, 00/02).</summary>
    public static DriveFault VolumeOverflow => new()
    {
        Name = "volume overflow",
        Status = ScsiStatus.CheckCondition,
        Sense = new SenseData { Key = SenseKey.VolumeOverflow, Code = SenseCode.EndOfPartitionMediumDetected, EndOfMedium = true },
    };

    /// <summary>The drive is broken (44/00).</summary>
    public static DriveFault HardwareError => Current("hardware error", SenseKey.HardwareError, SenseCode.InternalTargetFailure);

    /// <summary>The drive gave the command up (ABORTED COMMAND 47/03: data came damaged).</summary>
    public static DriveFault AbortedCommand => Current("aborted command", SenseKey.AbortedCommand, SenseCode.InformationUnitIucrcErrorDetected);

    /// <summary>BUSY, so many times.</summary>
    public static DriveFault Busy(int times = 2) => new() { Name = "busy", Count = times, Status = ScsiStatus.Busy };

    /// <summary>TASK SET FULL, so many times.</summary>
    public static DriveFault TaskSetFull(int times = 2) => new() { Name = "task set full", Count = times, Status = ScsiStatus.TaskSetFull };

    /// <summary>Another host holds a reservation.</summary>
    public static DriveFault ReservationConflict => new() { Name = "reservation conflict", Count = int.MaxValue, Status = ScsiStatus.ReservationConflict };

    /// <summary>No answer comes.</summary>
    /// <param name="isCarriedOut">Whether the drive did what it was told.</param>
    public static DriveFault NoAnswer(bool isCarriedOut) => new()
    {
        Name = isCarriedOut ? "no answer, carried out" : "no answer, not carried out",
        IsUnanswered = true,
        IsCarriedOut = isCarriedOut,
    };

    private static DriveFault Current(string name, SenseKey key, SenseCode code) => new()
    {
        Name = name,
        Status = ScsiStatus.CheckCondition,
        Sense = new SenseData { Key = key, Code = code },
    };
}
