using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

internal readonly struct ModeSenseHandler : ICommandHandler<ModeSense6>, ICommandHandler<ModeSense10>
{
    /// <summary>More than all pages with their header, in bytes.</summary>
    private const int MaxLength = 1024;

    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in ModeSense6 command, ref CommandContext context) => Sense(
        unit, ModeHeaderForm.Six, command.Page, command.Subpage, command.Control, command.DisableBlockDescriptors, command.AllocationLength, ref context);

    public static void Execute(TapeDriveUnit unit, in ModeSense10 command, ref CommandContext context) => Sense(
        unit, ModeHeaderForm.Ten, command.Page, command.Subpage, command.Control, command.DisableBlockDescriptors, command.AllocationLength, ref context);

    /// <summary>What MODE SENSE says in front of the pages.</summary>
    internal static ModeParameterHeader HeaderOf(TapeDriveUnit unit, bool withBlockDescriptor) => new()
    {
        MediumType = MediumTypeOf(unit),
        WriteProtected = unit.IsTapeProtected,
        BufferedMode = unit.BufferedMode,
        BlockDescriptor = withBlockDescriptor
            ? new ModeBlockDescriptor((unit.Cartridge?.Medium ?? unit.Generation).DensityCode, 0, unit.BlockLengthBytes)
            : null,
    };

    /// <summary>IBM: generation in the high digit, 8 data or C WORM. HP: 00h data, 01h WORM.</summary>
    private static byte MediumTypeOf(TapeDriveUnit unit) => unit.Cartridge is not { } tape ? (byte)0
        : unit.Model.NamesMediumGeneration ? (byte)(tape.Medium.MediumTypeCode | (tape.IsWorm ? 0x04 : 0))
        : tape.IsWorm ? (byte)1 : (byte)0;

    private static void Sense(
        TapeDriveUnit unit, ModeHeaderForm form, byte page, byte subpage, PageControl control, bool withoutDescriptor, int allocationLength,
        ref CommandContext context)
    {
        // Page and subpage codes are at the same place in both CDBs.
        if (control == PageControl.Saved)
        {
            context.Check(SenseKey.IllegalRequest, SenseCode.SavingParametersNotSupported);
            return;
        }
        // Page 00h is IBM's way to ask for the header alone.
        if (page != 0 && !unit.Modes.Has(page))
        {
            context.Refuse(ModeSense6.PageCodeField);
            return;
        }
        if (page == 0 ? subpage != 0 : !unit.Modes.Has(page, subpage))
        {
            context.Refuse(ModeSense6.SubpageCodeField);
            return;
        }
        Span<byte> pages = stackalloc byte[MaxLength];
        int pagesLength = page == 0 ? 0 : unit.Modes.Write(page, subpage, control, pages);
        ModeParameterHeader header = HeaderOf(unit, !withoutDescriptor);
        if (form == ModeHeaderForm.Six && header.LengthIn(form) + pagesLength > byte.MaxValue + 1)
        {
            // MODE DATA LENGTH is one byte here: all subpages go only into the long form.
            context.Refuse(ModeSense6.SubpageCodeField);
            return;
        }
        Span<byte> answer = stackalloc byte[MaxLength];
        int length = header.WriteTo(answer, form, pagesLength);
        pages[..pagesLength].CopyTo(answer[length..]);
        context.Return(answer[..(length + pagesLength)], allocationLength);
    }
}
