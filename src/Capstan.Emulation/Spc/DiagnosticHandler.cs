using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

/// <summary>SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS. The self-test ends well unless the cartridge's file cannot be used.</summary>
internal readonly struct DiagnosticHandler : ICommandHandler<SendDiagnostic>, ICommandHandler<ReceiveDiagnosticResults>
{
    private const byte SupportedPages = 0x00;

    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 2100;

    public static void Execute(TapeDriveUnit unit, in SendDiagnostic command, ref CommandContext context)
    {
        if (command.SelfTestCode != 0)
        {
            // Short and extended tests, in the background or not: LTO drives have the default test only.
            context.Refuse(SendDiagnostic.SelfTestCodeField);
            return;
        }
        if (command.ParameterListLength > 0)
        {
            SendPage(command, ref context);
            return;
        }
        if (!unit.TrySyncBeforeMoving(ref context))
            return;
        if (unit.LoadFault is null)
            context.Good();
        else
            context.Check(SenseKey.HardwareError, SenseCode.LogicalUnitFailedSelfTest);
    }

    public static void Execute(TapeDriveUnit unit, in ReceiveDiagnosticResults command, ref CommandContext context)
    {
        if (command.PageCodeValid && command.PageCode != SupportedPages)
        {
            context.Refuse(ReceiveDiagnosticResults.PageCodeField);
            return;
        }
        // SPC-4 7.2.2: the list of pages, which is this one alone.
        ReadOnlySpan<byte> pages = [SupportedPages, 0, 0, 1, SupportedPages];
        context.Return(pages, command.AllocationLength);
    }

    private static void SendPage(in SendDiagnostic command, ref CommandContext context)
    {
        if (context.DataOut.Length < command.ParameterListLength)
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
        else if (!command.PageFormat)
            context.Refuse(SendDiagnostic.PageFormatField);
        else if (command.ParameterListLength < 4)
            context.Check(SenseKey.IllegalRequest, SenseCode.ParameterListLengthError);
        else if (context.DataOut[0] != SupportedPages)
            context.RefuseParameter(0);
        else
            context.Good(command.ParameterListLength);
    }
}
