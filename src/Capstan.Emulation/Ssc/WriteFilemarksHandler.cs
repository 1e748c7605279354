using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>WRITE FILEMARKS(6), and (16) as far as it is the same: at the current position.</summary>
internal readonly struct WriteFilemarksHandler : ICommandHandler<WriteFilemarks6>, ICommandHandler<WriteFilemarks16>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 1620;

    public static void Execute(TapeDriveUnit unit, in WriteFilemarks6 command, ref CommandContext context) =>
        Write(unit, command.Count, command.Immediate, ref context);

    public static void Execute(TapeDriveUnit unit, in WriteFilemarks16 command, ref CommandContext context)
    {
        // The drive is in implicit address mode: the sequence bits belong to the explicit one.
        if (command.FirstCommandInSequence)
            context.Refuse(WriteFilemarks16.FcsField);
        else if (command.LastCommandInSequence)
            context.Refuse(WriteFilemarks16.LcsField);
        else
            Write(unit, command.Count, command.Immediate, ref context);
    }

    private static void Write(TapeDriveUnit unit, int count, bool immediate, ref CommandContext context)
    {
        AppendResult result = default;
        bool wasAhead = WriteFailure.IsBeforeProgrammableWarning(unit);
        if (count > 0)
        {
            if (unit.IsTapeProtected)
            {
                context.Check(SenseKey.DataProtect, SenseCode.WriteProtected);
                return;
            }
            if (!unit.Overwriting.MayWrite(unit, ref context))
                return;
            result = unit.Tape.WriteFilemarks(unit.Position, count);
            unit.Position += result.Count;
            if (result.Count > 0)
                unit.MarkDirty();
            if (result.Status != AppendStatus.Written)
            {
                WriteFailure.Complete(unit, result.Status, count - result.Count, 0, ref context);
                return;
            }
        }
        if ((!immediate || unit.BufferedMode == 0) && !unit.TrySync())
            context.Check(unit.HostFailure() with { Information = count });
        else if (result.EarlyWarning)
            context.Check(WriteFailure.EarlyWarning);
        else if (wasAhead && !WriteFailure.IsBeforeProgrammableWarning(unit))
            context.Check(WriteFailure.ProgrammableEarlyWarning);
        else
            context.Good();
    }
}
