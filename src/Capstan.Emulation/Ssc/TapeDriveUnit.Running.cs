using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>What stands around every command: planned faults, and the time that a realistic drive takes.</summary>
internal sealed partial class TapeDriveUnit
{
    private void Run(ref CommandContext context)
    {
        context.DescriptorSense = Modes.Control.Value.DescriptorSense;
        EndCleaning();
        if (Motion is null)
            Carry(ref context);
        else
            CarryInTime(Motion, ref context);
        if (context.Status == ScsiStatus.CheckCondition)
            Alerts.Judge(this, context.Cdb[0], context.Sense);
    }

    private void Carry(ref CommandContext context)
    {
        if (Faults?.Next(this, context.Cdb) is { } fault)
            Execute(fault, ref context);
        else
            Dispatch(ref context);
    }

    private void CarryInTime(TapeMotion motion, ref CommandContext context)
    {
        (ITapeMedium? tape, long position, MediumState medium) = (_tape, Position, Medium);
        motion.Before(this, context.Cdb[0]);
        Carry(ref context);
        if (context.IsComplete && !context.IsAbandoned)
            motion.After(this, tape, position, medium, ref context);
    }
}
