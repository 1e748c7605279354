using System.Buffers.Binary;
using Capstan.Emulation.Models;
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
            Return(unit, answer, length, command.AllocationLength, ref context);
        // Who asked for the header only, to learn the length, has not been told the flags.
        if (command is { Page: LogPages.TapeAlertPage, Subpage: 0 } && length > 0 && command.AllocationLength >= length)
            unit.Alerts.Clear();
    }

    private static void Return(TapeDriveUnit unit, scoped Span<byte> answer, int length, int allocationLength, ref CommandContext context)
    {
        if ((unit.Quirks & VirtualQuirks.LogPageLengthCountsHeader) != 0)
            BinaryPrimitives.WriteUInt16BigEndian(answer[2..], (ushort)length);
        context.Return(answer[..length], allocationLength);
        // Device status and volume statistics, as Quantum's LTO-7 drives answer them.
        if ((unit.Quirks & VirtualQuirks.AllocationLengthAnswered) != 0 && answer[0] is 0x11 or 0x17)
            context.FillUp(allocationLength);
    }
}
