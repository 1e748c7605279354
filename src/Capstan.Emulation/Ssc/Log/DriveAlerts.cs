using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>
/// The drive's TapeAlert flags (SSC-4 4.2.20). A flag that was raised stays until log page 2Eh is read, or, where it is about the tape,
/// until another tape is loaded.
/// </summary>
internal sealed class DriveAlerts
{
    internal const int HardError = 3;
    internal const int ReadFailure = 5;
    internal const int WriteFailure = 6;
    internal const int MediumLife = 7;
    internal const int WriteProtect = 9;
    internal const int RemovalPrevented = 10;
    internal const int MemoryChipFailure = 15;
    internal const int NearingMediumLife = 19;
    internal const int CleanNow = 20;
    internal const int CleaningRequested = 21;
    internal const int CleaningExpired = 22;
    internal const int SystemAreaReadFailure = 53;
    internal const int LoadingFailure = 55;
    internal const int WormOverwriteAttempted = 60;
    internal const int EncryptionPolicyViolation = 61;

    // Flags about a volume end with it (SSC-4 table 22, deactivation at a volume load).
    private static readonly TapeAlertSet AboutVolume = new TapeAlertSet()
        .With(1).With(2).With(HardError).With(4).With(ReadFailure).With(WriteFailure).With(MediumLife).With(8).With(WriteProtect).With(RemovalPrevented)
        .With(11).With(12).With(13).With(14).With(15).With(16).With(17).With(18).With(NearingMediumLife).With(51).With(52).With(SystemAreaReadFailure).With(54)
        .With(LoadingFailure).With(59).With(WormOverwriteAttempted).With(EncryptionPolicyViolation);

    /// <summary>The flags that this drive can raise.</summary>
    internal static TapeAlertSet Supported { get; } = new TapeAlertSet()
        .With(HardError).With(ReadFailure).With(WriteFailure).With(MediumLife).With(WriteProtect).With(RemovalPrevented).With(NearingMediumLife)
        .With(CleanNow).With(CleaningRequested).With(CleaningExpired).With(SystemAreaReadFailure).With(WormOverwriteAttempted).With(EncryptionPolicyViolation).With(MemoryChipFailure);

    private bool _hasChanged;

    /// <summary>The flags that are set.</summary>
    internal TapeAlertSet Set { get; private set; }

    /// <summary>The flags that were raised since the tape was loaded, read or not: what the cartridge's memory keeps of the load.</summary>
    internal TapeAlertSet SinceLoad { get; private set; }

    /// <summary>Raises what a refusal or failure of a command means for whoever watches the drive; counts errors of the tape.</summary>
    /// <param name="unit">The drive.</param>
    /// <param name="operationCode">Of the command.</param>
    /// <param name="sense">What it ended with.</param>
    internal void Judge(TapeDriveUnit unit, byte operationCode, in SenseData sense)
    {
        if (sense.Key is SenseKey.MediumError or SenseKey.HardwareError)
            JudgeFailure(unit, operationCode, sense);
        else if (sense.Code == SenseCode.WriteProtected)
            Raise(WriteProtect);
        else if (sense.Code == SenseCode.WormMediumOverwriteAttempted)
            Raise(WormOverwriteAttempted);
        else if (sense.Code == SenseCode.MediumRemovalPrevented)
            Raise(RemovalPrevented);
        else if (sense.Code == SenseCode.CleaningRequested)
            Raise(CleaningRequested);
    }

    internal void Raise(int flag)
    {
        if (Set.Contains(flag))
            return;
        Set = Set.With(flag);
        SinceLoad = SinceLoad.With(flag);
        _hasChanged = true;
    }

    /// <summary>The drive is clean.</summary>
    internal void NoteCleaned() => Set = new TapeAlertSet(Set.Bits & ~new TapeAlertSet().With(CleanNow).With(CleaningRequested).With(CleaningExpired).Bits);

    /// <summary>They were told.</summary>
    internal void Clear() => Set = TapeAlertSet.None;

    /// <summary>TAFC: whether a flag was raised since this was last asked.</summary>
    internal bool TakeChanged()
    {
        bool hasChanged = _hasChanged;
        _hasChanged = false;
        return hasChanged;
    }

    /// <summary>A tape was loaded: what was said of the one before means nothing for it.</summary>
    internal void NoteLoad()
    {
        Set = new TapeAlertSet(Set.Bits & ~AboutVolume.Bits);
        SinceLoad = TapeAlertSet.None;
    }

    private void JudgeFailure(TapeDriveUnit unit, byte operationCode, in SenseData sense)
    {
        if (sense.Code == SenseCode.MediumFormatCorrupted)
        {
            Raise(SystemAreaReadFailure);
            return;
        }

        var error = new TapeError(
            sense.Key, sense.Code, operationCode, unit.Cartridge?.Medium.DensityCode ?? 0, unit.Cartridge?.Medium.MediumTypeCode ?? 0, unit.Cartridge?.Barcode ?? "");
        Raise(HardError);
        // A deferred error is one of writing, whatever command heard of it.
        if (sense.IsDeferred || sense.Code == SenseCode.WriteError || IsWriting(operationCode))
        {
            Raise(WriteFailure);
            unit.Counters.CountWriteError(error);
            unit.Cartridge?.Memory?.NoteWriteError();
        }
        else
        {
            Raise(ReadFailure);
            unit.Counters.CountReadError(error);
            unit.Cartridge?.Memory?.NoteReadError();
        }
    }

    private static bool IsWriting(byte operationCode) =>
        operationCode == Write6.OperationCode || operationCode == WriteFilemarks6.OperationCode || operationCode == WriteFilemarks16.OperationCode
        || operationCode == Erase6.OperationCode || operationCode == FormatMedium.OperationCode;

    internal void Restore(ulong bits) => SinceLoad = Set = new TapeAlertSet(bits);
}
