using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Library;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Smc;

/// <summary>READ ELEMENT STATUS (SMC-3 6.11): elements in ascending order of type and address, a page a type.</summary>
internal readonly struct ReadElementStatusHandler : ICommandHandler<MediaChangerUnit, ReadElementStatus>
{
    private static readonly ElementType[] Types = [ElementType.MediumTransport, ElementType.Storage, ElementType.ImportExport, ElementType.DataTransfer];

    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 300;

    public static void Execute(MediaChangerUnit unit, in ReadElementStatus command, ref CommandContext context)
    {
        // An answer that is cut inside of the header goes out as far as it reaches.
        Span<byte> small = stackalloc byte[ElementStatusReader.HeaderLength];
        int room = Math.Min(command.AllocationLengthBytes, context.DataIn.Length);
        Span<byte> target = room < small.Length ? small : context.DataIn[..room];
        var writer = new ElementStatusWriter(target);
        using (Inventory.Access inventory = unit.Library.EnterInventory())
        {
            int left = command.NumberOfElements;
            foreach (ElementType type in Types)
            {
                if (command.Type is ElementType.All || command.Type == type)
                    left -= Write(unit, command, type, left, inventory, ref writer);
            }
        }
        int length = writer.Complete();
        if (room < small.Length)
            context.Return(small, command.AllocationLengthBytes);
        else
            context.Good(length);
    }

    private static int Write(
        MediaChangerUnit unit, in ReadElementStatus command, ElementType type, int most, in Inventory.Access inventory, ref ElementStatusWriter writer)
    {
        (int first, int count) = unit.Library.Elements.RangeOf(type);
        int start = Math.Max(first, command.StartingElementAddress);
        int reported = Math.Min(first + count - start, most);
        if (reported <= 0)
            return 0;
        bool withDevice = command.DeviceIdentifiers && type == ElementType.DataTransfer;
        writer.BeginPage(type, new ElementDescriptorLayout(
            PrimaryVolumeTags: command.VolumeTags, IdentifierLengthBytes: withDevice ? ElementDeviceIdentifier.DeviceLength : 0));
        for (int address = start; address < start + reported; address++)
            writer.Add(Describe(unit.Library, type, address, inventory[address], command.VolumeTags, withDevice));
        return reported;
    }

    private static ElementStatus Describe(VirtualLibrary library, ElementType type, int address, ElementContent? content, bool withTag, bool withDevice)
    {
        var element = new ElementStatus(type, (ushort)address)
        {
            IsFull = content is not null,
            Source = content?.Source is { } source ? (ushort)source : null,
            IsAccessible = type != ElementType.MediumTransport,
            MediumType = content is { } there ? MediumTypeOf(there.Barcode) : ElementMediumType.Unspecified,
            PrimaryVolumeTag = withTag ? content is { Barcode: { } barcode } ? VolumeTag.Of(barcode) : VolumeTag.Blank : null,
        };
        return type switch
        {
            ElementType.ImportExport => element with { IsImportEnabled = true, IsExportEnabled = true, IsPlacedByOperator = content is { Source: null } },
            ElementType.DataTransfer => Drive(library, element, address - library.Elements.FirstDrive, withDevice),
            _ => element,
        };
    }

    private static ElementStatus Drive(VirtualLibrary library, ElementStatus element, int number, bool withDevice)
    {
        DeviceIdentity drive = library.IdentityOf(number);
        return element with
        {
            // The hand reaches a cartridge that the drive gave out.
            IsAccessible = !element.IsFull || library.StateOf(number) == MediumState.Ejected,
            Identifier = withDevice ? ElementDeviceIdentifier.OfDevice(drive.Vendor, drive.Product, drive.SerialNumber) : null,
        };
    }

    private static ElementMediumType MediumTypeOf(string barcode) =>
        barcode.StartsWith("CLN", StringComparison.Ordinal) ? ElementMediumType.Cleaning : ElementMediumType.Data;
}
