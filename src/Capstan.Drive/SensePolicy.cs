using Capstan.Scsi;

namespace Capstan.Drive;

/// <summary>What sense data means to a tape driver. One value a decision, not one a code.</summary>
internal enum SenseVerdict
{
    /// <summary>The command was carried out; the sense is information (recovered error, rounded parameter, cleaning wish).</summary>
    Done,
    Filemark,
    EndOfData,
    EarlyWarning,
    BeginningOfPartition,
    IncorrectLength,
    VolumeOverflow,

    /// <summary>A unit attention that changes nothing for us: the command was not carried out, send it again.</summary>
    Retry,

    /// <summary>Reset or power-on: position, mode settings and protection are gone.</summary>
    DeviceReset,
    MediumChanged,

    /// <summary>Another host took the drive: it preempted our reservation or registration. The command was not carried out.</summary>
    Preempted,
    BecomingReady,
    NeedsLoad,
    NotReady,
    NoMedium,
    RemovalPrevented,
    WriteProtected,
    DataProtected,

    /// <summary>A write-once cartridge: what was sent would overwrite.</summary>
    WriteOnce,

    /// <summary>Encryption stands between: no key, the wrong one, another mode than the block needs.</summary>
    KeyNeeded,

    /// <summary>There is no end-of-data mark: the last writer lost power, or the medium is cut.</summary>
    EndOfDataMissing,

    /// <summary>Medium of a kind or format this drive cannot use.</summary>
    IncompatibleMedium,
    MediumError,
    HardwareError,
    IllegalRequest,
    Aborted,

    /// <summary>An earlier command failed after it had been acknowledged; this one was not carried out.</summary>
    Deferred,
    Other,
}

/// <summary>What a unit attention says about blocks that the drive had acknowledged and not yet written. The larger, the worse.</summary>
internal enum BufferFate
{
    /// <summary>They are still in the drive's buffer, or on the medium.</summary>
    Kept,

    /// <summary>They may be lost, and mode settings with them: the drive was reset or switched off.</summary>
    MayBeLost,

    /// <summary>Somebody changed the medium or took the drive.</summary>
    NotOurs,
}

/// <summary>Turns sense data into a decision. Pure; the codes' names and their sources are in Capstan.Scsi.</summary>
internal static class SensePolicy
{
    public static SenseVerdict Judge(in SenseData sense)
    {
        // A deferred error belongs to an earlier command (SPC-5 4.4.6). Only a recovered one may be passed over.
        if (sense.IsDeferred)
            return sense.Key is SenseKey.RecoveredError ? SenseVerdict.Retry : SenseVerdict.Deferred;

        return sense.Key switch
        {
            SenseKey.NoSense => JudgeNoSense(sense),
            // Recovered: done, but filemark, ILI and EOM keep their meaning (SSC-5: "NO SENSE or RECOVERED ERROR, as appropriate").
            SenseKey.RecoveredError => JudgeFlags(sense) ?? SenseVerdict.Done,
            SenseKey.NotReady => JudgeNotReady(sense.Code),
            SenseKey.MediumError => JudgeMediumError(sense.Code),
            SenseKey.HardwareError => SenseVerdict.HardwareError,
            SenseKey.IllegalRequest => sense.Code == SenseCode.MediumRemovalPrevented
                ? SenseVerdict.RemovalPrevented
                : sense.Code.Asc == SenseCode.IncompatibleMediumInstalled.Asc
                    ? SenseVerdict.IncompatibleMedium
                    : SenseVerdict.IllegalRequest,
            SenseKey.UnitAttention => JudgeUnitAttention(sense.Code),
            SenseKey.DataProtect => sense.Code.Asc == SenseCode.WriteProtected.Asc
                ? SenseVerdict.WriteProtected
                : sense.Code == SenseCode.WormMediumOverwriteAttempted
                    ? SenseVerdict.WriteOnce
                : sense.Code.Asc == SenseCode.UnableToDecryptData.Asc && sense.Code != SenseCode.SecurityError
                    || sense.Code == SenseCode.DataEncryptionKeyInstanceCounterHasChanged
                    ? SenseVerdict.KeyNeeded
                    : SenseVerdict.DataProtected,
            SenseKey.BlankCheck => sense.Code == SenseCode.EndOfDataNotFound
                ? SenseVerdict.EndOfDataMissing
                : SenseVerdict.EndOfData,
            SenseKey.VolumeOverflow => SenseVerdict.VolumeOverflow,
            SenseKey.AbortedCommand => SenseVerdict.Aborted,
            SenseKey.Completed => SenseVerdict.Done,
            _ => SenseVerdict.Other,
        };
    }

    /// <summary>00/17, and 82/82 of IBM and HP LTO drives (LTO SCSI references, additional sense).</summary>
    public static bool AsksForCleaning(SenseCode code) => code == SenseCode.CleaningRequested || code == new SenseCode(VendorCleaning, VendorCleaning);

    private const byte VendorCleaning = 0x82;

    private static SenseVerdict? JudgeFlags(in SenseData sense)
    {
        if (sense.Filemark)
            return SenseVerdict.Filemark;
        if (sense.IncorrectLengthIndicator)
            return SenseVerdict.IncorrectLength;
        if (!sense.EndOfMedium)
            return null;
        // A wish of whoever set PEWS, long before the end: everything was written (SSC-4 4.2.4.5).
        if (sense.Code == SenseCode.ProgrammableEarlyWarningDetected && sense.Information is null or 0L)
            return SenseVerdict.Done;
        return sense.Code == SenseCode.BeginningOfPartitionMediumDetected
            ? SenseVerdict.BeginningOfPartition
            : SenseVerdict.EarlyWarning;
    }

    private static SenseVerdict JudgeNoSense(in SenseData sense)
    {
        if (JudgeFlags(sense) is { } flagged)
            return flagged;
        if (sense.Code == SenseCode.FilemarkDetected)
            return SenseVerdict.Filemark;
        if (sense.Code == SenseCode.EndOfDataDetected)
            return SenseVerdict.EndOfData;
        if (sense.Code == SenseCode.EndOfPartitionMediumDetected)
            return SenseVerdict.EarlyWarning;
        return sense.Code == SenseCode.BeginningOfPartitionMediumDetected
            ? SenseVerdict.BeginningOfPartition
            : SenseVerdict.Done;
    }

    private static SenseVerdict JudgeNotReady(SenseCode code)
    {
        // The cartridge is in, but its tape is not threaded: LOAD brings it in (SSC-5 4.2.5, memory accessible or loadable).
        if (code == SenseCode.LogicalUnitNotReadyInitializingCommandRequired
            || code == SenseCode.MediumNotPresentMediumAuxiliaryMemoryAccessible
            || code == SenseCode.MediumNotPresentLoadable)
            return SenseVerdict.NeedsLoad;
        if (code.Asc == SenseCode.MediumNotPresent.Asc)
            return SenseVerdict.NoMedium;
        // A cleaning cartridge at work: it leaves by itself.
        if (code == SenseCode.CleaningCartridgeInstalled)
            return SenseVerdict.NotReady;
        if (code == SenseCode.LogicalUnitIsInProcessOfBecomingReady
            || code == SenseCode.LogicalUnitNotReadyOperationInProgress
            || code == SenseCode.LogicalUnitNotReadyFormatInProgress
            || code == SenseCode.LogicalUnitNotReadyCauseNotReportable)
            return SenseVerdict.BecomingReady;
        return code.Asc == SenseCode.IncompatibleMediumInstalled.Asc
            ? SenseVerdict.IncompatibleMedium
            : SenseVerdict.NotReady;
    }

    private static SenseVerdict JudgeMediumError(SenseCode code) =>
        code == SenseCode.EndOfDataNotFound ? SenseVerdict.EndOfDataMissing
        : code.Asc == SenseCode.IncompatibleMediumInstalled.Asc ? SenseVerdict.IncompatibleMedium
        : SenseVerdict.MediumError;

    private static SenseVerdict JudgeUnitAttention(SenseCode code)
    {
        if (code.Asc == SenseCode.PowerOnResetOrBusDeviceResetOccurred.Asc)
            return SenseVerdict.DeviceReset;
        if (code == SenseCode.NotReadyToReadyChangeMediumMayHaveChanged)
            return SenseVerdict.MediumChanged;
        if (code == SenseCode.ReservationsPreempted || code == SenseCode.RegistrationsPreempted)
            return SenseVerdict.Preempted;
        // New firmware means that the drive was started anew, whether or not it also says 29/xx.
        if (code == SenseCode.MicrocodeHasBeenChanged)
            return SenseVerdict.DeviceReset;
        // 06/00/02: early warning reported as a unit attention; the command has to be sent again, and the next write says EOM.
        return SenseVerdict.Retry;
    }

    /// <summary>Unit attentions that say that the drive's key may be another one now, or none.</summary>
    public static bool IsAboutKeys(SenseCode unitAttention) =>
        unitAttention == SenseCode.DataEncryptionParametersChangedByAnotherITNexus
        || unitAttention == SenseCode.DataEncryptionParametersChangedByVendorSpecificEvent
        || unitAttention == SenseCode.DataEncryptionKeyInstanceCounterHasChanged;

    /// <summary>
    /// An I_T nexus loss ends commands and nothing else (SAM-5 6.3.4); a reset sets the logical unit back (SAM-5 6.3.3). What is not
    /// known to be harmless is taken for a reset.
    /// </summary>
    public static BufferFate JudgeBuffer(SenseCode unitAttention)
    {
        if (unitAttention.Asc == SenseCode.NotReadyToReadyChangeMediumMayHaveChanged.Asc
            || unitAttention == SenseCode.ReservationsPreempted
            || unitAttention == SenseCode.ReservationsReleased
            || unitAttention == SenseCode.RegistrationsPreempted)
            return BufferFate.NotOurs;
        return unitAttention == SenseCode.ITNexusLossOccurred
            || unitAttention == SenseCode.ModeParametersChanged
            || IsAboutKeys(unitAttention)
            || unitAttention == SenseCode.LogParametersChanged
            || unitAttention == SenseCode.ReportedLunsDataHasChanged
            || unitAttention == SenseCode.EndOfPartitionMediumDetected
            || unitAttention == SenseCode.ProgrammableEarlyWarningDetected
            ? BufferFate.Kept
            : BufferFate.MayBeLost;
    }
}
