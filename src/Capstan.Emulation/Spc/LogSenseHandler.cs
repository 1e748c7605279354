using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

internal readonly struct LogSenseHandler : ICommandHandler<LogSense>
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 150;

    public static void Execute(TapeDriveUnit unit, in LogSense command, ref CommandContext context)
    {
        Span<byte> answer = stackalloc byte[LogPages.MaxLength];
        int length = LogPages.Write(unit, command.Page, command.Subpage, command.ParameterPointer, answer);
        if (length == 0)
            context.Refuse(LogSense.PageCodeField);
        else if (length == -1)
            context.Refuse(LogSense.SubpageCodeField);
        else if (length < 0)
            context.Refuse(LogSense.ParameterPointerField);
        else
            context.Return(answer[..length], command.AllocationLength);
    }
}
