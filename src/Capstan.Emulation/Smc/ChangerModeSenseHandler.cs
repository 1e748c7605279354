using Capstan.Emulation.Library;
using Capstan.Scsi;

namespace Capstan.Emulation.Smc;

/// <summary>The mode pages of a changer; none can be changed.</summary>
internal readonly struct ChangerModeSenseHandler : ICommandHandler<MediaChangerUnit, ModeSense6>, ICommandHandler<MediaChangerUnit, ModeSense10>
{
    private const byte AllPages = 0x3F;
    private const byte AllSubpages = 0xFF;
    internal const int MaxLength = 256;

    internal static readonly byte[] Pages = [ElementAddressAssignment.PageCode, TransportGeometry.PageCode, DeviceCapabilities.PageCode];

    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(MediaChangerUnit unit, in ModeSense6 command, ref CommandContext context) =>
        Sense(unit, ModeHeaderForm.Six, command.Page, command.Subpage, command.Control, command.AllocationLength, ref context);

    public static void Execute(MediaChangerUnit unit, in ModeSense10 command, ref CommandContext context) =>
        Sense(unit, ModeHeaderForm.Ten, command.Page, command.Subpage, command.Control, command.AllocationLength, ref context);

    private static void Sense(
        MediaChangerUnit unit, ModeHeaderForm form, byte page, byte subpage, PageControl control, int allocationLength, ref CommandContext context)
    {
        if (control == PageControl.Saved)
        {
            context.Check(SenseKey.IllegalRequest, SenseCode.SavingParametersNotSupported);
            return;
        }
        if (page != AllPages && !Pages.Contains(page))
        {
            context.Refuse(ModeSense6.PageCodeField);
            return;
        }
        if (subpage is not (0 or AllSubpages))
        {
            context.Refuse(ModeSense6.SubpageCodeField);
            return;
        }
        Span<byte> pages = stackalloc byte[MaxLength];
        int pagesLength = 0;
        foreach (byte candidate in Pages)
        {
            if (page != AllPages && candidate != page)
                continue;
            Span<byte> target = pages[pagesLength..];
            int length = Write(unit, candidate, target);
            if (control == PageControl.Changeable)
                target[2..length].Clear();
            pagesLength += length;
        }
        Span<byte> answer = stackalloc byte[MaxLength];
        int headerLength = new ModeParameterHeader().WriteTo(answer, form, pagesLength);
        pages[..pagesLength].CopyTo(answer[headerLength..]);
        context.Return(answer[..(headerLength + pagesLength)], allocationLength);
    }

    internal static int Write(MediaChangerUnit unit, byte page, Span<byte> target)
    {
        ElementMap map = unit.Library.Elements;
        return page switch
        {
            0x1D => new ElementAddressAssignment
            {
                MediumTransport = new((ushort)map.FirstTransport, ElementMap.TransportCount),
                Storage = new((ushort)map.FirstStorage, (ushort)map.StorageCount),
                ImportExport = new((ushort)map.FirstImportExport, (ushort)map.ImportExportCount),
                DataTransfer = new((ushort)map.FirstDrive, (ushort)map.DriveCount),
            }.WriteTo(target),
            0x1E => new TransportGeometry([default]).WriteTo(target),
            _ => new DeviceCapabilities
            {
                StoresDataTransfer = true,
                StoresImportExport = map.ImportExportCount > 0,
                StoresStorage = true,
                HasVolumeTagReader = true,
                HasSmc2Capabilities = true,
                Moves = ElementMoves.BetweenPlaces,
                Exchanges = unit.Model.Has(ExchangeMedium.OperationCode) ? ElementMoves.BetweenPlaces : default,
            }.WriteTo(target),
        };
    }
}
