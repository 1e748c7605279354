using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Movement;

namespace Capstan.Cli.Mt;

/// <summary>Does one of mt's operations with mt's output and mt's exit statuses (mt(1)): 0 done, 1 wrong operation or device, 2 failed.</summary>
internal static class MtProgram
{
    private const int Done = 0;
    private const int Wrong = 1;
    private const int Failed = 2;

    /// <summary>mt's own, and undocumented: a count that is no number.</summary>
    private const int BadCount = 3;

    public static int Run(VerbRun run, string[] words)
    {
        MtCommandLine line = MtCommandLine.Parse(words);
        if (line.WantsVersion)
        {
            // Bacula's mtx-changer looks for "mt-st" to know what status prints.
            run.Text.WriteLine($"mt-st v. 1.7 (capstan {ProgramVersion.Text})");
            return Done;
        }

        if (line.WantsHelp)
        {
            Usage(run, withCommands: true);
            return Done;
        }

        if (line.Verb is not { } verb)
        {
            if (line.Problem is { Length: > 0 } problem)
                Say(run, "mt: " + problem);
            Usage(run, withCommands: line.Problem is { Length: > 0 } && !line.Problem.StartsWith("too many", StringComparison.Ordinal));
            return Wrong;
        }

        if (verb.Kind is MtKind.KernelDriver)
            return Do(run, verb, []);
        long[] counts = new long[line.Arguments.Count];
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = MtCommandLine.Count(line.Arguments[i], out string? problem);
            if (problem is null && (counts[i] >= 0 || verb.Kind == MtKind.MakePartitions))
                continue;
            Say(run, "mt: " + (problem ?? "negative repeat count"));
            return problem is null ? Wrong : BadCount;
        }

        return Guarded(run, verb, counts);
    }

    private static int Guarded(VerbRun run, MtVerb verb, long[] counts)
    {
        try
        {
            return Do(run, verb, counts);
        }
        catch (OperationException e) when (verb.Kind is MtKind.Erase or MtKind.MakePartitions && e.Status == ExitStatus.Usage)
        {
            Say(run, $"mt: {e.Message} In a script: `capstan drive {(verb.Kind == MtKind.Erase ? "erase" : "format")} --yes`.");
            return Failed;
        }
        catch (OperationException e)
        {
            Say(run, "mt: " + e.Message);
            // Linux's st refuses to be opened without a tape for what needs one, or for writing with a protected one; mt ends with 1 then.
            return !run.DriveWasOpened || (e.Status == ExitStatus.Tape && verb.Kind is MtKind.Move or MtKind.Weof or MtKind.Tell) ? Wrong : Failed;
        }
    }

    private static int Do(VerbRun run, MtVerb verb, long[] counts)
    {
        // mt's own defaults: asf and the partitions begin at 0, everything else is done once.
        long count = counts.Length > 0 ? counts[0] : verb is { Kind: MtKind.Move, Move: TapeMove.Asf } ? 0 : 1;
        switch (verb.Kind)
        {
            case MtKind.Erase or MtKind.MakePartitions:
                return MtSettings.Destroy(run, verb, count);
            case MtKind.BlockLength or MtKind.Compression or MtKind.Buffering or MtKind.Density:
                return MtSettings.Set(run, verb, count);
            case MtKind.Partition when (verb.MaxArguments == 1 ? count : counts.Length > 0 ? count : 0) is var partition and <= byte.MaxValue:
                return Moved(run, run.Operations.DriveMove(
                    run.Context, new MoveRequest(run.Device, TapeMove.Seek, counts.Length > 1 ? counts[1] : 0, (int)partition), run.Cancellation));
            case MtKind.Partition:
                Say(run, "mt: repeat count too large.");
                return BadCount;
            case MtKind.Move:
                return Moved(run, run.Operations.DriveMove(run.Context, new MoveRequest(run.Device, verb.Move, count), run.Cancellation));
            case MtKind.Weof when count > WeofOperation.MaxCount:
                Say(run, "mt: repeat count too large.");
                return BadCount;
            case MtKind.Weof:
                return Moved(run, run.Operations.DriveWeof(run.Context, new WeofRequest(run.Device, (int)count, OverwriteLabelled: false), run.Cancellation));
            case MtKind.Eject:
                run.Operations.DriveEject(run.Context, run.Device);
                return Done;
            case MtKind.Load:
                run.Operations.DriveLoad(run.Context, run.Device, null, run.Cancellation);
                return Done;
            case MtKind.Lock or MtKind.Unlock:
                run.Operations.DriveLock(run.Context, run.Device, verb.Kind == MtKind.Lock);
                return Done;
            case MtKind.Tell:
                TellReport told = run.Operations.DriveTell(run.Context, run.Device, run.Cancellation);
                if (told.Position is not { } position)
                {
                    Say(run, "mt: " + told.Reason);
                    return Failed;
                }

                run.Text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"At block {position.ObjectId}."));
                return Done;
            case MtKind.Status:
                MtStatus.Write(run.Text, run.Operations.DriveMtStatus(run.Context, run.Device));
                return Done;
            case MtKind.Densities:
                MtStatus.WriteDensities(run.Text);
                return Done;
            case MtKind.Setmarks:
                Say(run, $"mt: {verb.Name}: LTO tapes have no setmarks.");
                return Failed;
            default:
                Say(run, $"mt: {verb.Name} concerns Linux's tape driver st, which Capstan works without: there is nothing to set or to show.");
                return Failed;
        }
    }

    private static int Moved(VerbRun run, MoveReport report)
    {
        if (report.Reason is null)
            return Done;
        Say(run, "mt: " + report.Reason);
        return Failed;
    }

    internal static void Say(VerbRun run, string text) => run.Error.Writer.WriteLine(text);

    private static void Usage(VerbRun run, bool withCommands)
    {
        Say(run, "usage: mt [-v] [--version] [-h] [-f DEVICE] OPERATION [COUNT]");
        Say(run, "DEVICE: /dev/sgN, iscsi://HOST/TARGET/LUN or virtual:NAME; without -f the environment variables CAPSTAN_DRIVE and TAPE name it.");
        if (!withCommands)
            return;
        string line = "operations:";
        foreach (MtVerb verb in MtVerbs.All)
        {
            if (line.Length + verb.Name.Length > 78)
            {
                Say(run, line);
                line = "           ";
            }

            line += " " + verb.Name;
        }

        Say(run, line);
    }
}
