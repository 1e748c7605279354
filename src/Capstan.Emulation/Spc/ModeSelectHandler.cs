using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

/// <summary>MODE SELECT(6) and (10). The whole list is checked before any of it counts.</summary>
internal readonly struct ModeSelectHandler : ICommandHandler<ModeSelect6>, ICommandHandler<ModeSelect10>
{
    private const byte DensityNoChange = 0x7F;

    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in ModeSelect6 command, ref CommandContext context) =>
        Select(unit, ModeHeaderForm.Six, command.ParameterListLength, command.PageFormat, command.SavePages, ref context);

    public static void Execute(TapeDriveUnit unit, in ModeSelect10 command, ref CommandContext context) =>
        Select(unit, ModeHeaderForm.Ten, command.ParameterListLength, command.PageFormat, command.SavePages, ref context);

    private static void Select(
        TapeDriveUnit unit, ModeHeaderForm form, int length, bool pageFormat, bool savePages, ref CommandContext context)
    {
        if (savePages)
        {
            context.Refuse(ModeSelect6.SavePagesField);
            return;
        }
        if (length == 0)
        {
            context.Good();
            return;
        }
        if (context.DataOut.Length < length)
        {
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
            return;
        }
        if (!ModeParameters.TryDecode(context.DataOut[..length], form, out ModeParameters list) || !list.IsWhole)
        {
            context.Check(SenseKey.IllegalRequest, SenseCode.ParameterListLengthError);
            return;
        }
        if (!pageFormat && !list.Pages.IsEmpty)
        {
            context.Refuse(ModeSelect6.PageFormatField);
            return;
        }
        if (!HeaderIsAcceptable(unit, list.Header, form, ref context))
            return;
        foreach (ModePage page in list)
        {
            if (unit.Modes.Check(page) is not { } refusal)
                continue;
            context.Check(refusal);
            return;
        }
        Apply(unit, list);
        context.Good(length);
    }

    private static bool HeaderIsAcceptable(TapeDriveUnit unit, in ModeParameterHeader header, ModeHeaderForm form, ref CommandContext context)
    {
        int specific = form == ModeHeaderForm.Six ? 2 : 3;
        int descriptor = ModeParameterHeader.BareLength(form);
        if (header.BufferedMode > 1)
            context.RefuseParameter(specific, 6);
        else if (header.Speed != 0)
            context.RefuseParameter(specific, 3);
        else if (header.BlockDescriptor is { } block)
        {
            byte density = (unit.Cartridge?.Medium ?? unit.Generation).DensityCode;
            if (block.DensityCode != 0 && block.DensityCode != DensityNoChange && block.DensityCode != density)
                context.RefuseParameter(descriptor);
            else if (block.BlockLengthBytes > TapeDriveUnit.MaxBlockBytes)
                context.RefuseParameter(descriptor + 5);
        }
        return !context.IsComplete;
    }

    private static void Apply(TapeDriveUnit unit, in ModeParameters list)
    {
        unit.BufferedMode = list.Header.BufferedMode;
        if (list.Header.BlockDescriptor is { } block)
            unit.BlockLengthBytes = block.BlockLengthBytes;
        foreach (ModePage page in list)
            unit.Modes.Apply(page);
    }
}
