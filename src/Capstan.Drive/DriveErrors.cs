using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>The one place that words errors: names the drive, the command, what the drive said, and the remedy.</summary>
internal static class DriveErrors
{
    public static TapeException Transport(string drive, string command, ScsiTransportException e) => e.Fault switch
    {
        TransportFault.NotSent => new TapeCommandException($"{drive}: {command} was not sent: {e.Message}"),
        TransportFault.Transient => new TapeCommandException($"{drive}: {command}: {e.Message} Its fate is unknown; read the position before going on.", null, isTransient: true, e),
        TransportFault.TimedOut => new TapeDeviceException(DeviceFault.Lost,
            $"{drive}: {command} was not answered in time: {e.Message} Its fate is unknown; read the position before going on.", null, e),
        TransportFault.PermissionDenied => new TapeDeviceException(DeviceFault.PermissionDenied, e.Message, null, e),
        TransportFault.Busy => new TapeDeviceException(DeviceFault.Busy, e.Message, null, e),
        TransportFault.NotFound => new TapeDeviceException(DeviceFault.NotFound, e.Message, null, e),
        _ => new TapeDeviceException(DeviceFault.Lost, $"{drive}: the drive is gone: {e.Message.TrimEnd('.')}. `dmesg` tells what the kernel saw; when the drive is back, run this again.", null, e),
    };

    public static TapeException Sense(string drive, string command, SenseVerdict verdict, in SenseData sense)
    {
        string said = $"{drive}: {command}: {sense}";
        return verdict switch
        {
            SenseVerdict.NoMedium => new TapeMediumException(MediumFault.NotPresent,
                $"{drive}: there is no tape in the drive. Insert one, or take an ejected one back in with `capstan drive load --device {drive}`.", sense),
            SenseVerdict.NeedsLoad => new TapeMediumException(MediumFault.NotLoaded,
                $"{drive}: the tape is ejected or not loaded. Load it with `capstan drive load --device {drive}`.", sense),
            SenseVerdict.WriteProtected => new TapeMediumException(MediumFault.WriteProtected,
                $"{drive}: the tape is write-protected. Slide the tab on the cartridge, or use another tape. ({sense})", sense),
            SenseVerdict.WriteOnce => new TapeMediumException(MediumFault.WriteOnce,
                $"{drive}: this is a write-once (WORM) cartridge: what is on it can neither be overwritten nor erased, and the drive refused {command}. Append to it, or use another cartridge. ({sense})", sense),
            SenseVerdict.DataProtected when sense.Code == SenseCode.WriteAppendPositionError => new TapeMediumException(MediumFault.WriteProtected,
                $"{drive}: the drive is in append-only mode and refused {command}, which would overwrite. Append at the end of data (`capstan drive eod --device {drive}`), or permit it once with `capstan drive append-only allow --device {drive}`; the mode ends with `capstan drive append-only off --device {drive}`. ({sense})", sense),
            SenseVerdict.DataProtected => new TapeMediumException(MediumFault.WriteProtected,
                $"{said}. The drive protects this data and refused.", sense),
            SenseVerdict.KeyNeeded => new TapeEncryptionException(EncryptionFault.NoKey,
                $"{said}. The drive's encryption does not allow it. `capstan drive encryption status` tells what is set.", sense),
            SenseVerdict.MediumChanged => new TapeMediumException(MediumFault.Changed,
                $"{drive}: the tape was changed while it was in use. Nothing more was written. Put the tape back that was in the drive, and run this again. ({sense})", sense),
            SenseVerdict.IncompatibleMedium => new TapeMediumException(MediumFault.Incompatible,
                $"{said}. This drive cannot use this cartridge or its format.", sense),
            SenseVerdict.EndOfDataMissing => new TapeMediumException(MediumFault.Damaged,
                $"{said}. The tape has no end-of-data mark: the last writer lost power, or the tape is cut. What can be reached still reads; it must not be appended to.", sense),
            SenseVerdict.MediumError => new TapeMediumException(MediumFault.Damaged, $"{said}. The tape is damaged or dirty here. Clean the drive; if it happens again, use another tape.", sense),
            SenseVerdict.RemovalPrevented => new TapeMediumException(MediumFault.RemovalPrevented,
                $"{drive}: the drive is locked against removal of its tape; whoever locked it must unlock it, or `capstan drive unlock --device {drive}` does. ({sense})", sense),
            SenseVerdict.DeviceReset => new TapeDeviceException(DeviceFault.Lost,
                $"{said}. The drive was reset or switched on again: its position and settings are lost.", sense),
            SenseVerdict.Preempted => new TapeDeviceException(DeviceFault.Busy,
                $"{said}. Another host took this drive over, and may have moved its tape. Nothing more was sent. When it is done, run this again.", sense),
            SenseVerdict.Deferred => Deferred(drive, command, sense),
            SenseVerdict.BecomingReady => new TapeDeviceException(DeviceFault.NotReady, $"{said}. The drive is not ready; `capstan drive status --device {drive}` tells when it is.", sense),
            SenseVerdict.NotReady => new TapeDeviceException(DeviceFault.NotReady, $"{said}. The drive is not ready.", sense),
            SenseVerdict.HardwareError => new TapeDeviceException(DeviceFault.HardwareFailure, $"{said}. The drive reports a hardware failure. Switch it off and on; if it happens again, it has to be repaired.", sense),
            SenseVerdict.Aborted => new TapeCommandException($"{said}. The drive gave the command up. Run this again; if it happens again, cable and host adapter are suspect.", sense, isTransient: true),
            SenseVerdict.IllegalRequest => new TapeCommandException($"{said}. The drive refuses this command or one of its fields.", sense),
            _ => new TapeCommandException(said, sense),
        };
    }

    /// <summary>The error of a write that had been answered with GOOD, in place of the answer to a command that has nothing to do with it.</summary>
    private static TapeException Deferred(string drive, string command, in SenseData sense)
    {
        string said = $"{drive}: instead of doing {command} the drive said that it could not write to the tape what it had taken before: {sense}";
        return sense.Key switch
        {
            SenseKey.HardwareError => new TapeDeviceException(DeviceFault.HardwareFailure, $"{said}. Switch it off and on; if it happens again, it has to be repaired.", sense),
            SenseKey.MediumError => new TapeMediumException(MediumFault.Damaged, $"{said}. The tape is damaged or dirty there. Clean the drive; if it happens again, use another tape.", sense),
            _ => new TapeCommandException(said, sense),
        };
    }
}
