using System.Buffers;
using System.Collections.Immutable;
using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>READ ATTRIBUTE. The memory can be read as soon as the cartridge is seated; the tape need not be threaded (SPC-4 5.14).</summary>
internal readonly struct ReadAttributeHandler : ICommandHandler<ReadAttribute>
{
    /// <summary>The whole of a memory, with a header for each attribute, is shorter.</summary>
    private const int MaxAnswerLength = 2 * CartridgeMemory.SlotLength;

    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 150;

    public static void Execute(TapeDriveUnit unit, in ReadAttribute command, ref CommandContext context)
    {
        if (!MemoryAccess.TryReach(unit, SenseCode.AuxiliaryMemoryReadError, command.Partition, ReadAttribute.PartitionField,
                command.Volume, ReadAttribute.VolumeField, ref context))
            return;
        CartridgeMemory memory = unit.Cartridge!.Memory!;
        switch (command.Action)
        {
            case AttributeServiceAction.Values:
                Values(unit, memory, command, ref context);
                break;
            case AttributeServiceAction.VolumeList:
                Range(new NumberRange(0, 1), command.AllocationLength, ref context);
                break;
            case AttributeServiceAction.PartitionList:
                Range(new NumberRange(0, (byte)MemoryAttributes.PartitionCount(unit)), command.AllocationLength, ref context);
                break;
            default:
                List(unit, memory, command, ref context);
                break;
        }
    }

    private static void Values(TapeDriveUnit unit, CartridgeMemory memory, in ReadAttribute command, ref CommandContext context)
    {
        byte[] answer = ArrayPool<byte>.Shared.Rent(MaxAnswerLength);
        try
        {
            int length = AttributeData.HeaderLength;
            bool isFirst = true;
            foreach (ushort id in MemoryAttributes.Supported)
            {
                if (id < command.FirstAttribute)
                    continue;
                int added = MemoryAttributes.Write(unit, memory, command.Partition, id, answer.AsSpan(length));
                // SPC-4 6.17.2: the first attribute has to exist.
                if (isFirst && (id != command.FirstAttribute || added == 0))
                    break;
                isFirst = false;
                length += added;
            }
            // A reference that was given out must never stand for other data, not even after a crash.
            if (memory.HasNewReference && !unit.Cartridge!.SaveMemory(isDurable: true))
                unit.NoteHostError();
            if (isFirst)
            {
                context.Refuse(ReadAttribute.FirstAttributeField);
                return;
            }
            AttributeData.WriteLength(answer.AsSpan(0, length));
            context.Return(answer.AsSpan(0, length), command.AllocationLength);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(answer);
        }
    }

    /// <summary>ATTRIBUTE LIST: what is there; SUPPORTED ATTRIBUTES: what could be.</summary>
    private static void List(TapeDriveUnit unit, CartridgeMemory memory, in ReadAttribute command, ref CommandContext context)
    {
        byte partition = command.Partition;
        ImmutableArray<ushort> ids = command.Action == AttributeServiceAction.Supported
            ? MemoryAttributes.Supported
            : [.. MemoryAttributes.Supported.Where(id => AttributeTable.OwnerOf(id) != AttributeOwner.Host
                || memory.TryGet(id, MemoryAttributes.ScopeOf(id, partition), out _))];
        Span<byte> answer = stackalloc byte[AttributeData.HeaderLength + 2 * ids.Length];
        context.Return(answer[..new AttributeList(ids).WriteTo(answer)], command.AllocationLength);
    }

    private static void Range(NumberRange range, uint allocationLength, ref CommandContext context)
    {
        Span<byte> answer = stackalloc byte[NumberRange.Length];
        context.Return(answer[..range.WriteTo(answer)], allocationLength);
    }
}

/// <summary>What READ ATTRIBUTE and WRITE ATTRIBUTE check before they act.</summary>
internal static class MemoryAccess
{
    /// <summary>Completes the command when there is no memory to be reached, or no such partition.</summary>
    internal static bool TryReach(
        TapeDriveUnit unit, SenseCode failure, byte partition, BitField partitionField, byte volume, BitField volumeField, ref CommandContext context)
    {
        if (unit.Medium is not (MediumState.Seated or MediumState.Loaded))
            context.Check(SenseKey.NotReady, SenseCode.MediumNotPresent);
        else if (volume != 0)
            context.Refuse(volumeField);
        else if (unit.Cartridge is { } tape && partition >= MemoryAttributes.PartitionCount(unit))
            context.Refuse(partitionField);
        else if (unit.Cartridge?.Memory is null)
            context.Check(SenseKey.MediumError, failure);
        return !context.IsComplete;
    }
}
