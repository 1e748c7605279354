using System.Buffers.Binary;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
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
        if (!IsRefused(command, unit.Ways, ref context))
            Answer(unit, command, null, (unit.Ways & ChangerQuirks.AllocationLengthOfTwoBytes) != 0 ? command.AllocationLengthBytes & 0xFFFF : command.AllocationLengthBytes, ref context);
    }

    /// <summary>Writes the answer.</summary>
    /// <param name="unit">The changer.</param>
    /// <param name="command">What is asked for.</param>
    /// <param name="search">Only these elements, in the answer to REQUEST VOLUME ELEMENT ADDRESS; null for all.</param>
    /// <param name="allocationLength">In bytes.</param>
    /// <param name="context">Is completed.</param>
    internal static void Answer(MediaChangerUnit unit, in ReadElementStatus command, VolumeSearch? search, int allocationLength, ref CommandContext context)
    {
        ChangerQuirks quirks = unit.Ways;
        // An answer that is cut inside of the header goes out as far as it reaches.
        Span<byte> small = stackalloc byte[ElementStatusReader.HeaderLength];
        int room = Math.Min(allocationLength, context.DataIn.Length);
        Span<byte> target = room < small.Length ? small : context.DataIn[..room];
        var writer = new ElementStatusWriter(target);
        using (Inventory.Access inventory = unit.Library.EnterInventory())
        {
            int left = command.NumberOfElements;
            foreach (ElementType type in Types)
            {
                if (command.Type is ElementType.All || command.Type == type)
                    left -= search is null ? Write(unit, command, type, left, inventory, ref writer) : Write(unit, command, type, left, search, inventory, ref writer);
            }
        }
        int length = writer.Complete((byte)(search?.Action ?? 0));
        Distort(target[..length], quirks);
        if (room < small.Length)
            context.Return(small, allocationLength);
        else
            context.Good(length);
    }

    private static bool IsRefused(in ReadElementStatus command, ChangerQuirks quirks, ref CommandContext context)
    {
        if (command.DeviceIdentifiers && ((quirks & ChangerQuirks.IdentifiersRefused) != 0
            || (quirks & ChangerQuirks.IdentifiersOfDrivesOnly) != 0 && command.Type != ElementType.DataTransfer
            || (quirks & ChangerQuirks.IdentifiersWithoutTags) != 0 && command.VolumeTags))
            context.Refuse(ReadElementStatus.DeviceIdentifierField);
        else if ((quirks & ChangerQuirks.ThousandElementsAtMost) != 0 && command.NumberOfElements > 1000)
            context.Refuse(ReadElementStatus.NumberOfElementsField);
        return context.IsComplete;
    }

    /// <summary>What some changers get wrong about lengths.</summary>
    private static void Distort(Span<byte> answer, ChangerQuirks quirks)
    {
        if ((quirks & ChangerQuirks.DescriptorLengthZero) != 0)
        {
            for (int page = ElementStatusReader.HeaderLength; page + ElementStatusReader.PageHeaderLength <= answer.Length;)
            {
                answer.Slice(page + 2, 2).Clear();
                page += ElementStatusReader.PageHeaderLength + (answer[page + 5] << 16 | BinaryPrimitives.ReadUInt16BigEndian(answer[(page + 6)..]));
            }
        }
        if ((quirks & ChangerQuirks.ByteCountWithHeader) != 0)
        {
            int count = (answer[5] << 16 | BinaryPrimitives.ReadUInt16BigEndian(answer[6..])) + ElementStatusReader.HeaderLength;
            answer[5] = (byte)(count >> 16);
            BinaryPrimitives.WriteUInt16BigEndian(answer[6..], (ushort)count);
        }
    }

    private static int Write(
        MediaChangerUnit unit, in ReadElementStatus command, ElementType type, int most, in Inventory.Access inventory, ref ElementStatusWriter writer)
    {
        (int first, int count) = unit.Library.Elements.RangeOf(type);
        int start = Math.Max(first, command.StartingElementAddress);
        int reported = Math.Min(first + count - start, most);
        if (reported <= 0)
            return 0;
        bool withDevice = command.DeviceIdentifiers && type == ElementType.DataTransfer && (unit.Ways & ChangerQuirks.IdentifiersLeftOut) == 0;
        writer.BeginPage(type, new ElementDescriptorLayout(
            PrimaryVolumeTags: command.VolumeTags, IdentifierLengthBytes: withDevice ? IdentifierLength(unit) : 0));
        for (int address = start; address < start + reported; address++)
            writer.Add(Describe(unit, type, address, inventory, command.VolumeTags, withDevice));
        return reported;
    }

    private static int Write(
        MediaChangerUnit unit, in ReadElementStatus command, ElementType type, int most, VolumeSearch search, in Inventory.Access inventory, ref ElementStatusWriter writer)
    {
        (int first, int count) = unit.Library.Elements.RangeOf(type);
        int reported = 0;
        for (int address = Math.Max(first, command.StartingElementAddress); address < first + count && reported < most; address++)
        {
            if (!search.Addresses.Contains(address) || inventory[address] is null)
                continue;
            if (reported++ == 0)
                writer.BeginPage(type, new ElementDescriptorLayout(PrimaryVolumeTags: command.VolumeTags));
            writer.Add(Describe(unit, type, address, inventory, command.VolumeTags, withDevice: false));
        }
        return reported;
    }

    private static ElementDeviceIdentifier Identify(MediaChangerUnit unit, int drive)
    {
        DeviceIdentity identity = unit.Library.IdentityOf(drive);
        return (unit.Ways & ChangerQuirks.IdentifiersOfSerialNumber) != 0
            ? ElementDeviceIdentifier.OfSerialNumber(identity.SerialNumber)
            : ElementDeviceIdentifier.OfDevice(identity.Vendor, identity.Product, identity.SerialNumber);
    }

    /// <summary>All descriptors of a page are of one length.</summary>
    private static int IdentifierLength(MediaChangerUnit unit)
    {
        int length = 0;
        for (int drive = 0; drive < unit.Library.DriveCount; drive++)
            length = Math.Max(length, Identify(unit, drive).Value.Length);
        return length;
    }

    private static ElementStatus Describe(MediaChangerUnit unit, ElementType type, int address, in Inventory.Access inventory, bool withTag, bool withDevice)
    {
        RobotDocument robot = inventory.Robot;
        ElementMap map = unit.Library.Elements;
        // A magazine takes its cartridges with it.
        bool isDisabled = VirtualLibrary.FailureAt(robot, map, address, LibraryFailureKind.Magazine) is not null;
        LibraryFailure? exception = VirtualLibrary.FailureAt(robot, map, address, LibraryFailureKind.Exception);
        bool isOpen = VirtualLibrary.FailureAt(robot, map, address, LibraryFailureKind.MailOpen) is not null;
        bool isLabelled = VirtualLibrary.FailureAt(robot, map, address, LibraryFailureKind.NoLabel) is null;
        ElementContent? content = isDisabled ? null : inventory[address];
        var element = new ElementStatus(type, (ushort)address)
        {
            IsFull = content is not null,
            Source = content?.Source is { } source ? (ushort)source : null,
            IsException = exception is not null,
            ExceptionCode = exception is null ? default : new SenseCode(exception.Asc, exception.Ascq),
            IsDisabled = isDisabled,
            IsAccessible = type != ElementType.MediumTransport && !isDisabled && !isOpen,
            MediumType = content is { } there ? MediumTypeOf(there.Barcode) : ElementMediumType.Unspecified,
            PrimaryVolumeTag = withTag ? content is { Barcode: { } barcode } && isLabelled ? VolumeTag.Of(barcode) : VolumeTag.Blank : null,
        };
        return type switch
        {
            ElementType.ImportExport => element with { IsImportEnabled = true, IsExportEnabled = true, IsPlacedByOperator = content is { Source: null } },
            ElementType.DataTransfer => Drive(unit, element, address - unit.Library.Elements.FirstDrive, withDevice),
            _ => element,
        };
    }

    private static ElementStatus Drive(MediaChangerUnit unit, ElementStatus element, int number, bool withDevice) => element with
    {
        // The hand reaches a cartridge that the drive gave out.
        IsAccessible = !element.IsFull || unit.Library.StateOf(number) == MediumState.Ejected,
        Identifier = withDevice ? Identify(unit, number) : null,
    };

    private static ElementMediumType MediumTypeOf(string barcode) =>
        barcode.StartsWith("CLN", StringComparison.Ordinal) ? ElementMediumType.Cleaning : ElementMediumType.Data;
}
