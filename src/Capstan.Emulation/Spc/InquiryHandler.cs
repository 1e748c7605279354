using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

internal readonly struct InquiryHandler<TUnit> : ICommandHandler<TUnit, Inquiry> where TUnit : LogicalUnit
{
    public static CommandNeeds Needs => CommandNeeds.Unattended;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TUnit unit, in Inquiry command, ref CommandContext context)
    {
        Span<byte> answer = stackalloc byte[256];
        int length = unit.WriteInquiry(command.VpdPage, answer);
        if (length == 0)
            context.Refuse(Inquiry.PageCodeField);
        else
            context.Return(answer[..length], command.AllocationLength);
    }
}
