using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

internal readonly struct Verify6Handler : ICommandHandler<Verify6>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 63300;

    public static void Execute(TapeDriveUnit unit, in Verify6 command, ref CommandContext context)
    {
        if (command.ByteCompare)
            context.Refuse(Verify6.ByteCompareField);
        else if (command.Fixed && unit.BlockLengthBytes == 0)
            context.Refuse(Verify6.FixedField);
        else if (command.ByFilemarks && !unit.Model.HasExtendedFormat)
            // LTO-4 verifies blocks only.
            context.Refuse(Verify6.ByFilemarksField);
        else if (command.ToEndOfData && !unit.Model.HasExtendedFormat)
            context.Refuse(Verify6.ToEndOfDataField);
        else if (command.Length == 0 && !command.ToEndOfData)
            context.Good();
        else if (!unit.MayUseKey(ref context) || !unit.TrySyncBeforeMoving(ref context))
            return;
        else if (command.ToEndOfData)
            BlockReader.VerifyToEndOfData(unit, ref context);
        else if (command.ByFilemarks)
            BlockReader.VerifyFilemarks(unit, command.Length, ref context);
        else if (command.Fixed)
            BlockReader.ReadFixed(unit, command.Length, default, ref context);
        else
            BlockReader.ReadVariable(unit, command.Length, suppressLength: false, default, ref context);
    }
}
