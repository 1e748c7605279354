using Capstan.Scsi;

namespace Capstan.Changer;

/// <summary>What sense data means to the driver of a changer. One value a decision, not one a code.</summary>
internal enum ChangerVerdict
{
    /// <summary>The command was carried out; the sense is information.</summary>
    Done,

    /// <summary>A unit attention that changes nothing for us: the command was not carried out, send it again.</summary>
    Retry,

    /// <summary>
    /// A unit attention after which cartridges may be elsewhere: a reset, a door, a mail slot, a magazine. The command was not carried
    /// out, and who is about to move something has to look first.
    /// </summary>
    ContentsChanged,

    /// <summary>It takes its inventory, or starts up: wait.</summary>
    BecomingReady,
    StatusUnknown,
    NeedsOperator,
    NotReady,

    /// <summary>A drive is being cleaned and keeps the cleaning cartridge until it is done.</summary>
    Cleaning,
    SourceEmpty,
    DestinationFull,
    InvalidAddress,
    RemovalPrevented,
    DriveNotUnloaded,

    /// <summary>The drive tried to give its tape out and could not.</summary>
    TapeStuck,

    /// <summary>The drive tried to take a cartridge in and could not.</summary>
    LoadFailed,
    MagazineMissing,
    MailSlotOpen,
    ElementDisabled,
    Incompatible,
    Unsupported,
    HardwareError,
    Aborted,
    Other,
}

/// <summary>Turns sense data into a decision. Pure; the codes' names and their sources are in Capstan.Scsi.</summary>
internal static class ChangerSensePolicy
{
    private const byte FirstVendorValue = 0x80;

    /// <summary>What libraries say with these codes: SMC-3 6.8, and the SCSI references of IBM, Oracle and Quantum libraries.</summary>
    private static readonly (SenseCode Code, ChangerVerdict Verdict)[] Elements =
    [
        (SenseCode.MediumSourceElementEmpty, ChangerVerdict.SourceEmpty),
        (SenseCode.MediumDestinationElementFull, ChangerVerdict.DestinationFull),
        (SenseCode.InvalidElementAddress, ChangerVerdict.InvalidAddress),
        (SenseCode.MediumRemovalPrevented, ChangerVerdict.RemovalPrevented),
        (SenseCode.MediumRemovalPreventedByDataTransferElement, ChangerVerdict.RemovalPrevented),
        (SenseCode.MediumMagazineNotAccessible, ChangerVerdict.MagazineMissing),
        (SenseCode.MediumMagazineRemoved, ChangerVerdict.MagazineMissing),
        (SenseCode.MediumMagazineLocked, ChangerVerdict.MagazineMissing),
        (SenseCode.MediumMagazineUnlocked, ChangerVerdict.MagazineMissing),
        (SenseCode.ElementDisabled, ChangerVerdict.ElementDisabled),
        (SenseCode.MediumNotPresentTrayOpen, ChangerVerdict.MailSlotOpen),
        // Oracle's libraries, for a drive that has not given its tape out.
        (SenseCode.MediumNotPresent, ChangerVerdict.DriveNotUnloaded),
        (SenseCode.MediaLoadOrEjectFailed, ChangerVerdict.DriveNotUnloaded),
        (SenseCode.UnloadTapeFailure, ChangerVerdict.DriveNotUnloaded),
        (SenseCode.DataTransferDeviceErrorUnloadFailed, ChangerVerdict.DriveNotUnloaded),
        (SenseCode.DataTransferDeviceErrorUnloadMissing, ChangerVerdict.DriveNotUnloaded),
        (SenseCode.DataTransferDeviceErrorEjectFailed, ChangerVerdict.DriveNotUnloaded),
        // Vendors' own: Exabyte, IBM and Dell.
        (SenseCode.VendorSourceCartridgeLoaded, ChangerVerdict.DriveNotUnloaded),
        (SenseCode.VendorSourceNotReady, ChangerVerdict.DriveNotUnloaded),
        (SenseCode.VendorCartridgeStuckInDrive, ChangerVerdict.TapeStuck),
        (SenseCode.VendorElementOfAnotherLibrary, ChangerVerdict.InvalidAddress),
        (SenseCode.VendorSourceDriveNotInstalled, ChangerVerdict.InvalidAddress),
        (SenseCode.VendorDestinationDriveNotInstalled, ChangerVerdict.InvalidAddress),
        (SenseCode.ElementStatusUnknown, ChangerVerdict.StatusUnknown),
        (SenseCode.VolumeIdentifierMissing, ChangerVerdict.Incompatible),
        (SenseCode.VolumeIdentifierInvalid, ChangerVerdict.Incompatible),
        (SenseCode.LogicalUnitNotReadyManualInterventionRequired, ChangerVerdict.NeedsOperator),
        (SenseCode.LogicalUnitNotReadyInitializingCommandRequired, ChangerVerdict.StatusUnknown),
        (SenseCode.CleaningCartridgeInstalled, ChangerVerdict.Cleaning),
    ];

    public static ChangerVerdict Judge(in SenseData sense)
    {
        // A deferred error belongs to an earlier command (SPC-5 4.4.6). Changers answer a move when it is done: there is nothing to defer.
        if (sense.IsDeferred)
            return sense.Key is SenseKey.RecoveredError or SenseKey.NoSense ? ChangerVerdict.Retry : ChangerVerdict.HardwareError;

        return sense.Key switch
        {
            SenseKey.NoSense or SenseKey.RecoveredError or SenseKey.Completed => ChangerVerdict.Done,
            SenseKey.NotReady => JudgeNotReady(sense.Code),
            SenseKey.UnitAttention => JudgeUnitAttention(sense.Code),
            SenseKey.HardwareError or SenseKey.MediumError =>
                Find(sense.Code) is ChangerVerdict.DriveNotUnloaded or ChangerVerdict.TapeStuck ? ChangerVerdict.TapeStuck : ChangerVerdict.HardwareError,
            SenseKey.IllegalRequest => Find(sense.Code) ?? JudgeRequest(sense.Code),
            SenseKey.AbortedCommand => ChangerVerdict.Aborted,
            _ => Find(sense.Code) ?? JudgeRequest(sense.Code),
        };
    }

    /// <summary>Whether the changer refuses the command as such, so that another way can be tried.</summary>
    public static bool IsUnsupported(SenseCode code) =>
        code == SenseCode.InvalidCommandOperationCode || code == SenseCode.InvalidFieldInCdb || code == SenseCode.InvalidFieldInParameterList
        || code == SenseCode.ParameterNotSupported;

    private static ChangerVerdict JudgeNotReady(SenseCode code)
    {
        // What passes by itself.
        if (code == SenseCode.LogicalUnitIsInProcessOfBecomingReady || code == SenseCode.LogicalUnitNotReadyOperationInProgress
            || code == SenseCode.LogicalUnitNotReadySelfTestInProgress)
            return ChangerVerdict.BecomingReady;
        if (Find(code) is { } verdict)
            return verdict;
        // Vendors' own 04/8x and 04/Ax: a door is open, the library is off line, its magazines are unlocked. All of them are mended by hand.
        return code.Asc == SenseCode.LogicalUnitIsInProcessOfBecomingReady.Asc && code.Ascq >= FirstVendorValue
            ? ChangerVerdict.NeedsOperator
            : ChangerVerdict.NotReady;
    }

    private static ChangerVerdict JudgeUnitAttention(SenseCode code) =>
        code == SenseCode.ModeParametersChanged
        || code == SenseCode.ITNexusLossOccurred
        || code == SenseCode.InquiryDataHasChanged
        || code == SenseCode.ReportedLunsDataHasChanged
        || code == SenseCode.MicrocodeHasBeenChanged
        || code == SenseCode.ReservationsPreempted
        || code == SenseCode.ReservationsReleased
        || code == SenseCode.RegistrationsPreempted
        || code == SenseCode.LogParametersChanged
        || code == SenseCode.TargetOperatingConditionsHaveChanged
            ? ChangerVerdict.Retry
            : ChangerVerdict.ContentsChanged;

    private static ChangerVerdict JudgeRequest(SenseCode code) =>
        IsUnsupported(code) ? ChangerVerdict.Unsupported
        : code.Asc == SenseCode.IncompatibleMediumInstalled.Asc ? ChangerVerdict.Incompatible
        : ChangerVerdict.Other;

    private static ChangerVerdict? Find(SenseCode code)
    {
        foreach ((SenseCode known, ChangerVerdict verdict) in Elements)
        {
            if (known == code)
                return verdict;
        }

        return null;
    }
}
