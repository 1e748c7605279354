using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>
/// FORMAT MEDIUM and SET CAPACITY: new partitions, and everything on the tape is gone. A command without IMMED takes no time here;
/// with it the drive is busy for a while.
/// </summary>
internal readonly struct FormatMediumHandler : ICommandHandler<FormatMedium>
{
    private const byte Lto9Density = 0x60;

    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 3000;

    public static void Execute(TapeDriveUnit unit, in FormatMedium command, ref CommandContext context)
    {
        if (command.Verify)
            context.Refuse(FormatMedium.VerifyField);
        else if (command.TransferLength > 0)
            context.Refuse(FormatMedium.TransferLengthField);
        else if (MediumRemake.MayBegin(unit, ref context))
            Format(unit, command, ref context);
    }

    /// <summary>Type 1 leaves the measurements of an LTO-9 tape as they are.</summary>
    internal static bool Initializes(ITapeMedium tape, MediumFormat format) => tape.Medium.DensityCode >= Lto9Density && format != MediumFormat.Partition;

    private static void Format(TapeDriveUnit unit, in FormatMedium command, ref CommandContext context)
    {
        ITapeMedium tape = unit.Cartridge!;
        long[] capacities = [tape.TapeCapacityBytes];
        if (command.Format != MediumFormat.Default
            && !Partitioning.TryPlan(unit.Modes.Partitions.PlanFor(unit), tape, out capacities, out _))
        {
            // The page was fit for another tape.
            context.Check(SenseKey.IllegalRequest, SenseCode.ParameterValueInvalid);
            return;
        }
        if (!MediumRemake.TryFormat(unit, capacities, ref context))
            return;
        if (command.Immediate)
            unit.Activity.Begin(Initializes(tape, command.Format) ? ActivityKind.Initializing : ActivityKind.Formatting);
        context.Good();
    }
}

/// <summary>SET CAPACITY: a tape of one partition, shorter than it could be.</summary>
internal readonly struct SetCapacityHandler : ICommandHandler<SetCapacity>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 960;

    public static void Execute(TapeDriveUnit unit, in SetCapacity command, ref CommandContext context)
    {
        if (!MediumRemake.MayBegin(unit, ref context))
            return;
        long capacity = Math.Max(1, (long)((Int128)unit.Cartridge!.TapeCapacityBytes * command.Proportion / ushort.MaxValue));
        if (MediumRemake.TryFormat(unit, [capacity], ref context))
            context.Good();
    }
}

/// <summary>What the two commands share.</summary>
internal static class MediumRemake
{
    /// <summary>Completes the command when the tape is not to be changed so.</summary>
    internal static bool MayBegin(TapeDriveUnit unit, ref CommandContext context)
    {
        if (unit.IsTapeProtected)
            context.Check(SenseKey.DataProtect, SenseCode.WriteProtected);
        else if (unit.Cartridge!.IsWorm)
            context.Check(SenseKey.DataProtect, SenseCode.WormMediumOverwriteAttempted);
        else if (unit.Partition != 0 || unit.Position != 0)
            context.Check(SenseKey.IllegalRequest, SenseCode.PositionPastBeginningOfMedium);
        else
            return unit.Overwriting.MayFormat(ref context);
        return false;
    }

    /// <summary>Makes the partitions. Completes the command when that fails.</summary>
    internal static bool TryFormat(TapeDriveUnit unit, scoped ReadOnlySpan<long> capacities, ref CommandContext context)
    {
        if (!unit.TrySyncBeforeMoving(ref context))
            return false;
        AppendStatus status = unit.Cartridge!.Format(capacities);
        if (status != AppendStatus.Written)
        {
            WriteFailure.Complete(unit, status, null, 0, ref context);
            return false;
        }
        unit.MoveTo(0, 0);
        unit.Modes.Partitions.Reset(unit);
        return true;
    }
}
