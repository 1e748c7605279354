using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

internal readonly struct Read6Handler : ICommandHandler<Read6>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 2340;

    public static void Execute(TapeDriveUnit unit, in Read6 command, ref CommandContext context)
    {
        // Fixed blocks in variable-block mode: there is no length to read by.
        if (command.Fixed && unit.BlockLengthBytes == 0)
        {
            context.Refuse(Read6.FixedField);
            return;
        }
        if (command.TransferLength == 0)
        {
            context.Good();
            return;
        }
        long bytes = command.Fixed ? (long)command.TransferLength * unit.BlockLengthBytes : command.TransferLength;
        if (!command.Fixed && bytes > TapeDriveUnit.MaxBlockBytes)
        {
            context.Refuse(Read6.TransferLengthField);
            return;
        }
        if (context.DataIn.Length < bytes)
        {
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
            return;
        }
        if (!unit.MayUseKey(ref context) || !unit.TrySyncBeforeMoving(ref context))
            return;
        if (command.Fixed)
            BlockReader.ReadFixed(unit, command.TransferLength, context.DataIn, ref context);
        else
            BlockReader.ReadVariable(unit, command.TransferLength, command.SuppressIncorrectLength, context.DataIn[..(int)bytes], ref context);
    }
}
