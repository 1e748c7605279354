using Capstan.Emulation.Library;
using Capstan.Scsi;

namespace Capstan.Emulation.Smc;

/// <summary>What SEND VOLUME TAG found: a search that REQUEST VOLUME ELEMENT ADDRESS reports.</summary>
/// <param name="Action">SEND ACTION CODE.</param>
/// <param name="Addresses">Elements whose tag fits.</param>
internal sealed record VolumeSearch(VolumeTagAction Action, HashSet<int> Addresses);

/// <summary>SEND VOLUME TAG and REQUEST VOLUME ELEMENT ADDRESS (SMC-3 6.18, 6.14): searches among primary tags, as LTO libraries have them.</summary>
internal readonly struct VolumeTagHandler : ICommandHandler<MediaChangerUnit, SendVolumeTag>, ICommandHandler<MediaChangerUnit, RequestVolumeElementAddress>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 300;

    public static void Execute(MediaChangerUnit unit, in SendVolumeTag command, ref CommandContext context)
    {
        // Labels are printed: none can be given, changed or taken away. Cartridges have one side.
        if (command.Action is not (VolumeTagAction.TranslateAll or VolumeTagAction.TranslatePrimary
            or VolumeTagAction.TranslateAllIgnoringSequence or VolumeTagAction.TranslatePrimaryIgnoringSequence))
        {
            context.Refuse(SendVolumeTag.ActionField);
            return;
        }
        if (context.DataOut.Length < command.ParameterListLengthBytes)
        {
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
            return;
        }
        if (command.ParameterListLengthBytes < VolumeTagTemplate.Length)
        {
            context.Check(SenseKey.IllegalRequest, SenseCode.ParameterListLengthError);
            return;
        }
        if (!VolumeTagTemplate.TryDecode(context.DataOut[..command.ParameterListLengthBytes], out VolumeTagTemplate template, out BitField invalid))
        {
            context.RefuseParameter(invalid.Byte);
            return;
        }
        ElementMap map = unit.Library.Elements;
        var found = new HashSet<int>();
        using (Inventory.Access inventory = unit.Library.EnterInventory())
        {
            foreach ((int address, ElementContent content) in inventory.Elements)
            {
                bool isAsked = address >= command.ElementAddress && (command.Type == ElementType.All || map.TypeOf(address) == command.Type);
                bool isReadable = VirtualLibrary.FailureAt(inventory.Robot, map, address, LibraryFailureKind.NoLabel) is null;
                if (isAsked && isReadable && template.Fits(VolumeTag.Of(content.Barcode)))
                    found.Add(address);
            }
        }
        unit.Searches[context.Nexus] = new VolumeSearch(command.Action, found);
        context.Good(command.ParameterListLengthBytes);
    }

    public static void Execute(MediaChangerUnit unit, in RequestVolumeElementAddress command, ref CommandContext context)
    {
        if (!unit.Searches.TryGetValue(context.Nexus, out VolumeSearch? search))
        {
            context.Check(SenseKey.IllegalRequest, SenseCode.CommandSequenceError);
            return;
        }
        var status = new ReadElementStatus(command.Type, command.ElementAddress, command.NumberOfElements, command.AllocationLengthBytes, command.VolumeTags);
        ReadElementStatusHandler.Answer(unit, status, search, command.AllocationLengthBytes, ref context);
    }
}

/// <summary>OPEN/CLOSE IMPORT/EXPORT ELEMENT (SMC-3 6.9): the door of the mail slots.</summary>
internal readonly struct OpenCloseImportExportElementHandler : ICommandHandler<MediaChangerUnit, OpenCloseImportExportElement>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 300;

    public static void Execute(MediaChangerUnit unit, in OpenCloseImportExportElement command, ref CommandContext context)
    {
        if (unit.Library.Elements.TypeOf(command.ElementAddress) != ElementType.ImportExport)
        {
            MoveMediumHandler.RefuseAddress(OpenCloseImportExportElement.ElementAddressField, ref context);
            return;
        }
        if (command.Action == ImportExportAction.Open)
        {
            using DoorLock? door = DoorLock.TryOpen(unit.Library.DirectoryPath);
            if (door is null)
            {
                context.Check(SenseKey.IllegalRequest, SenseCode.MediumRemovalPrevented);
                return;
            }
            unit.Library.Fail(new LibraryFailure(LibraryFailureKind.MailOpen));
        }
        else
            unit.Library.Repair(LibraryFailureKind.MailOpen);
        context.Good();
    }
}
