using Capstan.Operations;
using Capstan.Operations.Erasing;

namespace Capstan.Cli.Mt;

/// <summary>mt's operations that destroy what is on a tape. mt does not ask; here a person is asked all the same, and without one it is refused.</summary>
internal static class MtErasing
{
    private const long Megabyte = 1_000_000;

    /// <summary>`erase [0]`: long unless the count is 0. `mkpartition N`: a second partition of N megabytes; negative the first one of as many; 0 one partition.</summary>
    /// <returns>Whether it was done.</returns>
    public static bool Run(VerbRun run, MtKind kind, long count)
    {
        var consent = new Consent(false, null, null, run.Ask);
        ErasureReport report = kind == MtKind.Erase
            ? run.Operations.DriveErase(run.Context, new EraseRequest(run.Device, count != 0, true, consent), run.Cancellation)
            : run.Operations.DriveFormat(run.Context, new FormatRequest(run.Device, count == 0 ? 1 : 2, Sizes(count), false, true, consent), run.Cancellation);
        return report.Status == ExitStatus.Success;
    }

    private static long?[] Sizes(long megabytes) => megabytes switch
    {
        0 => [],
        > 0 => [null, megabytes * Megabyte],
        _ => [-megabytes * Megabyte, null],
    };
}
