using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>Sense for writes of blocks and filemarks that did not go as they should.</summary>
internal static class WriteFailure
{
    /// <summary>All was written, and the end is near (SSC-4 5.6): nothing is left over.</summary>
    internal static SenseData EarlyWarning => new()
    {
        Key = SenseKey.NoSense,
        Code = SenseCode.EndOfPartitionMediumDetected,
        EndOfMedium = true,
        Information = 0,
    };

    /// <summary>All was written, and the zone that the initiator asked to be told of begins: once, when it is entered (SSC-4 4.2.4.5).</summary>
    internal static SenseData ProgrammableEarlyWarning => new()
    {
        Key = SenseKey.NoSense,
        Code = SenseCode.ProgrammableEarlyWarningDetected,
        EndOfMedium = true,
        Information = 0,
    };

    /// <summary>Whether the drive's position is before the zone that PEWS asks for; false where none is asked for.</summary>
    internal static bool IsBeforeProgrammableWarning(TapeDriveUnit unit)
    {
        long size = unit.Modes.Extension.Value.ProgrammableEarlyWarningMegabytes * 1_000_000L;
        ITapeMedium tape = unit.Tape;
        return size > 0 && tape.UsedBytesAt(unit.Position) <= tape.CapacityBytes - tape.EarlyWarningBytes - size;
    }

    /// <param name="unit">The drive.</param>
    /// <param name="status">Anything but Written.</param>
    /// <param name="residue">What was not written: bytes, blocks or filemarks; null where there is no count.</param>
    /// <param name="transferredBytes">Bytes taken from the initiator.</param>
    /// <param name="context">Is completed.</param>
    internal static void Complete(TapeDriveUnit unit, AppendStatus status, long? residue, int transferredBytes, ref CommandContext context)
    {
        unit.NoteHostError();
        SenseData sense = status switch
        {
            AppendStatus.EndOfMedium => new SenseData
            {
                Key = SenseKey.VolumeOverflow,
                Code = SenseCode.EndOfPartitionMediumDetected,
                EndOfMedium = true,
            },
            AppendStatus.WriteProtected => new SenseData { Key = SenseKey.DataProtect, Code = SenseCode.WriteProtected },
            AppendStatus.WriteOnce => new SenseData { Key = SenseKey.DataProtect, Code = SenseCode.WormMediumOverwriteAttempted },
            AppendStatus.EndOfDataNotFound => new SenseData { Key = SenseKey.MediumError, Code = SenseCode.WriteAppendError },
            AppendStatus.EarlierLost => unit.HostFailure() with { IsDeferred = true },
            _ => unit.HostFailure(),
        };
        context.Check(sense.IsDeferred ? sense : sense with { Information = residue }, transferredBytes);
    }
}
