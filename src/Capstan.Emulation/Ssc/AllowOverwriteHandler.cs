using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

internal readonly struct AllowOverwriteHandler : ICommandHandler<AllowOverwrite>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in AllowOverwrite command, ref CommandContext context)
    {
        // SSC-4 7.1: there is nothing to permit where everything is.
        if (!unit.Overwriting.IsAppendOnly && command.Scope != OverwriteScope.Disabled)
            context.Refuse(AllowOverwrite.ScopeField);
        else if (unit.Cartridge!.IsWorm && command.Scope != OverwriteScope.Disabled)
            context.Check(SenseKey.DataProtect, SenseCode.WormMediumOverwriteAttempted);
        else if (command.Scope == OverwriteScope.CurrentPosition
            && (command.Partition != unit.Partition || command.LogicalObjectId != (ulong)unit.Position))
            context.Check(SenseKey.IllegalRequest, SenseCode.SequentialPositioningError);
        else
        {
            unit.Overwriting.Permit(command.Scope, unit.Partition, unit.Position);
            context.Good();
        }
    }
}
