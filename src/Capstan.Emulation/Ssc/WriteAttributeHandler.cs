using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>WRITE ATTRIBUTE. The whole list is checked before any of it counts (SPC-4 6.47).</summary>
internal readonly struct WriteAttributeHandler : ICommandHandler<WriteAttribute>
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 150;

    public static void Execute(TapeDriveUnit unit, in WriteAttribute command, ref CommandContext context)
    {
        if (!MemoryAccess.TryReach(unit, SenseCode.AuxiliaryMemoryWriteError, command.Partition, WriteAttribute.PartitionField,
                command.Volume, WriteAttribute.VolumeField, ref context))
            return;
        if (command.ParameterListLength == 0)
        {
            context.Good();
            return;
        }
        if (unit.IsTapeProtected)
        {
            context.Check(SenseKey.DataProtect, SenseCode.WriteProtected);
            return;
        }
        if (context.DataOut.Length < command.ParameterListLength)
        {
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
            return;
        }
        ReadOnlySpan<byte> list = context.DataOut[..(int)command.ParameterListLength];
        CartridgeMemory memory = unit.Cartridge!.Memory!;
        if (!IsAcceptable(memory, command.Partition, list, ref context))
            return;
        foreach (MediumAttribute attribute in AttributesOf(list))
            memory.Set(attribute.Id, MemoryAttributes.ScopeOf(attribute.Id, command.Partition), (byte)attribute.Format, attribute.Value);
        if (unit.Cartridge!.SaveMemory(command.WriteThrough))
        {
            context.Good(list.Length);
            return;
        }
        unit.NoteHostError();
        context.Check(SenseKey.MediumError, SenseCode.AuxiliaryMemoryWriteError);
    }

    /// <summary>
    /// PARAMETER DATA LENGTH says again what PARAMETER LIST LENGTH says, and drives ignore it (HP Ultrium SCSI Reference, WRITE ATTRIBUTE):
    /// there are hosts that count its four bytes, too.
    /// </summary>
    private static AttributeData AttributesOf(ReadOnlySpan<byte> list) => AttributeData.OfList(list);

    private static bool IsAcceptable(CartridgeMemory memory, byte partition, ReadOnlySpan<byte> list, ref CommandContext context)
    {
        if (list.Length < AttributeData.HeaderLength)
        {
            context.Check(SenseKey.IllegalRequest, SenseCode.ParameterListLengthError);
            return false;
        }
        int needed = 0;
        AttributeData.Enumerator attributes = AttributesOf(list).GetEnumerator();
        while (attributes.MoveNext())
        {
            MediumAttribute attribute = attributes.Current;
            if (attribute.IsCutOff)
            {
                context.Check(SenseKey.IllegalRequest, SenseCode.ParameterListLengthError);
                return false;
            }
            if (FindFault(attribute, list) is { } offset)
            {
                context.RefuseParameter(attribute.Offset + offset);
                return false;
            }
            needed += CartridgeMemory.RoomOf(attribute.Value) - memory.RoomOf(attribute.Id, MemoryAttributes.ScopeOf(attribute.Id, partition));
        }
        if (attributes.Leftover > 0)
            context.Check(SenseKey.IllegalRequest, SenseCode.ParameterListLengthError);
        else if (needed > memory.HostFreeBytes)
            context.Check(SenseKey.IllegalRequest, SenseCode.AuxiliaryMemoryOutOfSpace);
        return !context.IsComplete;
    }

    /// <summary>Which byte of an attribute is wrong; null when none is.</summary>
    private static int? FindFault(in MediumAttribute attribute, ReadOnlySpan<byte> list)
    {
        // Twice in one list: which of them is meant?
        if (AttributesOf(list).TryFind(attribute.Id, out MediumAttribute first) && first.Offset < attribute.Offset)
            return 0;
        if (!MemoryAttributes.Supported.Contains(attribute.Id) || AttributeTable.Find(attribute.Id) is not { IsWritable: true } descriptor)
            return 0;
        if (attribute.Value.IsEmpty)
            return null;
        if (attribute.Format != descriptor.Format)
            return 2;
        return descriptor.Length > 0 && attribute.Value.Length != descriptor.Length ? 3 : null;
    }
}
