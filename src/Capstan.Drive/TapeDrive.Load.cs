using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

public sealed partial class TapeDrive
{
    /// <summary>Loads the cartridge that sits in the drive, and waits until it is usable.</summary>
    /// <exception cref="TapeMediumException">There is no cartridge, or it cannot be used.</exception>
    public void Load(IProgress<DriveReadiness>? progress = null, CancellationToken cancellation = default)
    {
        _nextObjectId = null;
        _endOfDataId = null;
        _partition = null;
        _isStreaming = false;
        SenseVerdict verdict;
        int attempt = 0;
        // "Medium may have changed" is good news here, but the command that met it was not carried out.
        do
            verdict = Run(new LoadUnload(Load: true), DataTransfer.None, _timeouts.LoadSeconds);
        while (verdict is SenseVerdict.MediumChanged or SenseVerdict.DeviceReset && ++attempt < MaxRetries);
        if (verdict is not (SenseVerdict.Done or SenseVerdict.BecomingReady))
            throw DriveErrors.Sense(Name, LoadUnload.Name, verdict, _sense);
        WaitUntilReady(progress, cancellation);
        // A loaded tape stands at its beginning (SSC-5 LOAD UNLOAD); where nobody tells, it is made sure of.
        if (!ReportsPosition)
            Rewind();
    }

    /// <summary>Writes the buffer out, rewinds, and ejects the cartridge.</summary>
    /// <exception cref="TapeMediumException">No cartridge, or removal is prevented.</exception>
    public void Unload()
    {
        _partition = null;
        _nextObjectId = null;
        _endOfDataId = null;
        _isStreaming = false;
        SenseVerdict verdict = Run(new LoadUnload(Load: false), DataTransfer.None, _timeouts.UnloadSeconds + _timeouts.RewindSeconds);
        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, LoadUnload.Name, verdict, _sense);
    }

    /// <summary>Locks or frees the cartridge (PREVENT ALLOW MEDIUM REMOVAL).</summary>
    public void PreventRemoval(bool prevent)
    {
        RunOrThrow(new PreventAllowMediumRemoval(prevent), DataTransfer.None, _timeouts.HousekeepingSeconds);
        _preventsRemoval = prevent;
    }
}
