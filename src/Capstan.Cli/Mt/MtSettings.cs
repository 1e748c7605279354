using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Erasing;
using Capstan.Operations.Modes;

namespace Capstan.Cli.Mt;

/// <summary>mt's operations that set the drive, and those that destroy what is on the tape.</summary>
internal static class MtSettings
{
    private const int Done = 0;
    private const int Failed = 2;

    /// <summary>A megabyte as mt's mkpartition and MODE SELECT have it (mode page 11h, PSUM 6): a power of 1,000.</summary>
    private const long Megabyte = 1_000_000;

    /// <summary>setblk, compression, drvbuffer, setdensity. They last until the drive is switched off, as with the kernel's driver.</summary>
    public static int Set(VerbRun run, MtVerb verb, long count)
    {
        switch (verb.Kind)
        {
            case MtKind.BlockLength when count > 0xFF_FFFF:
                MtProgram.Say(run, string.Create(CultureInfo.InvariantCulture, $"mt: setblk {count}: a block has 16777215 bytes at most."));
                return Failed;
            case MtKind.BlockLength:
                run.Operations.DriveOptions(run.Context, new OptionsRequest(run.Device, null, (int)count, null));
                return Done;
            case MtKind.Compression:
                run.Operations.DriveOptions(run.Context, new OptionsRequest(run.Device, count != 0, null, null));
                return Done;
            case MtKind.Buffering when count > 1:
                MtProgram.Say(run, string.Create(CultureInfo.InvariantCulture, $"mt: drvbuffer {count}: an LTO drive has 0 (every write waits for the tape) and 1."));
                return Failed;
            case MtKind.Buffering:
                run.Operations.DriveOptions(run.Context, new OptionsRequest(run.Device, null, null, count != 0));
                return Done;
            default:
                return SetDensity(run, count);
        }
    }

    /// <summary>erase (0: quickly) and mkpartition (0: one, N: the second one has N MB, -N: the first one has N MB).</summary>
    public static int Destroy(VerbRun run, MtVerb verb, long count)
    {
        var consent = new Consent(Yes: false, null, null, run.Ask);
        ErasureReport report = verb.Kind == MtKind.Erase
            ? run.Operations.DriveErase(run.Context, new EraseRequest(run.Device, IsLong: count != 0, Waits: true, consent), run.Cancellation)
            : run.Operations.DriveFormat(run.Context, new FormatRequest(run.Device, count == 0 ? 1 : 2,
                count == 0 ? [] : count > 0 ? [null, count * Megabyte] : [-count * Megabyte, null], IsFull: false, Waits: true, consent), run.Cancellation);
        return report.Status == ExitStatus.Success ? Done : Failed;
    }

    /// <summary>An LTO drive writes in the density of its tape, and takes no other one.</summary>
    private static int SetDensity(VerbRun run, long code)
    {
        byte? now = run.Operations.DriveMtStatus(run.Context, run.Device).DensityCode;
        // 0 is the drive's default, 7Fh keeps what is (SSC-5 mode parameter block descriptor).
        if (code == now || code is 0 or 0x7F)
            return Done;
        MtProgram.Say(run, string.Create(CultureInfo.InvariantCulture,
            $"mt: setdensity 0x{code:x}: an LTO drive writes in the density of its tape{(now is { } density ? $", which is 0x{density:x}" : "")}."));
        return Failed;
    }
}
