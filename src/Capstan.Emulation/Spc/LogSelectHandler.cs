using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

/// <summary>LOG SELECT as LTO drives have it: it resets counters, and takes no parameters.</summary>
internal readonly struct LogSelectHandler : ICommandHandler<LogSelect>
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in LogSelect command, ref CommandContext context)
    {
        if (command.ParameterListLength != 0)
            context.Refuse(LogSelect.ParameterListLengthField);
        else if (command.Subpage != 0)
            context.Refuse(LogSelect.SubpageCodeField);
        else if (command.ResetsParameters && !LogPages.TryReset(unit, command.Page))
            context.Refuse(LogSelect.PageCodeField);
        else
            context.Good();
    }
}
