using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Faults;

/// <summary>Carries a fault out on a drive.</summary>
internal static class FaultStrike
{
    /// <summary>Before the command. True when that was all: the command is complete or never will be.</summary>
    internal static bool Before(TapeDriveUnit unit, DriveFault fault, ref CommandContext context)
    {
        if (fault.IsCarriedOut)
            return false;
        Happen(unit, fault);
        if (fault.IsUnanswered)
        {
            context.Abandon();
            return true;
        }

        if (!fault.EndsCommand)
            return false;
        Answer(fault, ref context);
        return true;
    }

    /// <summary>Behind a command that was carried out.</summary>
    internal static void After(TapeDriveUnit unit, DriveFault fault, ref CommandContext context)
    {
        if (!fault.IsCarriedOut)
            return;
        bool wentWell = context.Status == ScsiStatus.Good;
        Happen(unit, fault);
        if (fault.IsUnanswered)
            context.Abandon();
        else if (fault.EndsCommand && wentWell)
            Answer(fault, ref context);
    }

    private static void Answer(DriveFault fault, ref CommandContext context) => context.Replace(fault.Status, fault.Sense);

    private static void Happen(TapeDriveUnit unit, DriveFault fault)
    {
        if ((fault.Happening & DriveHappening.LosesBuffer) != 0)
            unit.LoseFrom(null);
        if (fault.LostFrom is { } lost)
        {
            unit.LoseFrom(lost);
            unit.Defer(fault.Sense!.Value);
        }

        if ((fault.Happening & DriveHappening.Resets) != 0)
            unit.Reset(isTold: true);
        if ((fault.Happening & DriveHappening.ForeignModes) != 0)
            unit.BlockLengthBytes = DriveFault.ForeignBlockLengthBytes;
        if ((fault.Happening & DriveHappening.PassesObject) != 0)
            unit.Position++;
        if ((fault.Happening & DriveHappening.Rewinds) != 0)
            unit.MoveTo(0, 0);
        if (fault.Attention is { } attention)
            unit.Attend(attention);
        if (fault.Activity != ActivityKind.None)
            unit.Activity.Resume(fault.Activity, unit.Activity.Now, fault.ActivityTime);
    }
}
