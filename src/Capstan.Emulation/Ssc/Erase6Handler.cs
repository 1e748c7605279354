using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>
/// ERASE(6). Both forms record end of data here; what was behind it is gone from the file at once. With IMMED the long form keeps the
/// drive busy for a while, as overwriting a tape does.
/// </summary>
internal readonly struct Erase6Handler : ICommandHandler<Erase6>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 74341;

    public static void Execute(TapeDriveUnit unit, in Erase6 command, ref CommandContext context)
    {
        if (unit.IsTapeProtected)
        {
            context.Check(SenseKey.DataProtect, SenseCode.WriteProtected);
            return;
        }
        // Nothing on a write-once tape may be overwritten, not even what is empty.
        if (unit.Cartridge!.IsWorm)
        {
            context.Check(SenseKey.DataProtect, SenseCode.WormMediumOverwriteAttempted);
            return;
        }
        if (!unit.TrySyncBeforeMoving(ref context) || !unit.Overwriting.MayWrite(unit, ref context))
            return;
        AppendStatus status = unit.Tape.EraseFrom(unit.Position);
        if (status != AppendStatus.Written)
        {
            WriteFailure.Complete(unit, status, null, 0, ref context);
            return;
        }
        if (command is { Long: true, Immediate: true })
            unit.Activity.Begin(ActivityKind.Erasing);
        context.Good();
    }
}
