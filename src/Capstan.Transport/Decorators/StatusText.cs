using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

internal static class StatusText
{
    /// <summary>The status as SAM-6 5.3.1 names it; hexadecimal when it names none.</summary>
    public static string Of(ScsiStatus status) => status switch
    {
        ScsiStatus.Good => "GOOD",
        ScsiStatus.CheckCondition => "CHECK CONDITION",
        ScsiStatus.ConditionMet => "CONDITION MET",
        ScsiStatus.Busy => "BUSY",
        ScsiStatus.ReservationConflict => "RESERVATION CONFLICT",
        ScsiStatus.TaskSetFull => "TASK SET FULL",
        ScsiStatus.AcaActive => "ACA ACTIVE",
        ScsiStatus.TaskAborted => "TASK ABORTED",
        _ => $"status {(byte)status:X2}h",
    };
}
