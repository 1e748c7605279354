using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Models;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>Cleaning cartridges: the drive cleans itself for a while, and pushes the cartridge out.</summary>
internal sealed partial class TapeDriveUnit
{
    /// <summary>So often a cleaning cartridge can be used (LTO cleaning cartridges: 15 to 50 times, HPE and IBM 50).</summary>
    internal const int CleaningUses = 50;

    // Once a cartridge, not once a block.
    private bool _isCleaningCartridge;

    private bool _needsCleaning;

    private bool IsCleaning => _isCleaningCartridge && Cartridge is not null;

    /// <summary>A cleaning cartridge was pulled in: its use is counted, whether it still cleans or not.</summary>
    private void BeginCleaning()
    {
        Medium = MediumState.Loaded;
        ToBeginning();
        if (Cartridge is Cartridge { LoadCount: >= CleaningUses })
        {
            // SSC-4 table 22: expired cleaning media. It is pushed out without having cleaned.
            Alerts.Raise(DriveAlerts.CleaningExpired);
            return;
        }
        Cartridge?.CountLoad();
        _ = Cartridge?.Sync();
        Activity.Begin(ActivityKind.Cleaning, Motion is null ? DriveActivity.DurationOf(ActivityKind.Cleaning) : TimeSpan.FromSeconds(DriveTiming.CleaningSeconds));
    }

    /// <summary>The cleaning cartridge is done, and is out for everybody who asks.</summary>
    internal bool HasCleaned => IsCleaning && Medium == MediumState.Loaded && Activity.Kind != ActivityKind.Cleaning;

    /// <summary>The drive asks to be cleaned: TapeAlert 20, log pages 0Ch and 11h, until it was.</summary>
    internal bool NeedsCleaning
    {
        get => _needsCleaning;
        set
        {
            if (value && !_needsCleaning)
                Alerts.Raise(DriveAlerts.CleanNow);
            _needsCleaning = value;
        }
    }

    private void NoteCleaned()
    {
        _needsCleaning = false;
        Alerts.NoteCleaned();
        Counters.CountCleaning();
        Bay?.Cleaned();
    }

    /// <summary>Before a command, or before the robot takes it: a cleaning that is over ends with the cartridge pushed out.</summary>
    internal void EndCleaning()
    {
        if (!HasCleaned)
            return;
        if (Alerts.Set.Contains(DriveAlerts.CleaningExpired))
            Attentions.EstablishIfNone(SenseCode.CleaningFailure);
        else
            NoteCleaned();
        PushOut(MediumState.Ejected);
    }
}
