using System.Buffers.Binary;
using System.IO.Hashing;

namespace Capstan.Emulation.Cartridges;

public sealed partial class Cartridge
{
    private CartridgeMemory? _memory;
    private byte[]? _memorySlot;

    /// <summary>The chip; null when what the file has of it is damaged, or when there is no room for one.</summary>
    /// <remarks>It is in the file of the first partition.</remarks>
    internal CartridgeMemory? Memory => (_first ?? this)._memory;

    CartridgeMemory? ITapeMedium.Memory => Memory;

    /// <summary>What is wrong with the memory, as a sentence; null when nothing is.</summary>
    public string? MemoryDamage { get; private set; }

    /// <summary>Random, made with the cartridge: the serial number of the medium comes from it.</summary>
    UInt128 ITapeMedium.Identity => (_first ?? this)._superblock.Identity;

    DateTimeOffset ITapeMedium.Created => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(_superblock.CreatedUnixSeconds, 0, 253_402_300_799));

    /// <summary>Differs whenever the content of the tape, all partitions together, does: what is cut off or overwritten changes the generation, what is appended the number of objects.</summary>
    ulong ITapeMedium.ContentStamp
    {
        get
        {
            Cartridge first = _first ?? this;
            Span<byte> state = stackalloc byte[8 + 16 * Superblock.MaxPartitions];
            state.Clear();
            BinaryPrimitives.WriteInt64LittleEndian(state, first._superblock.Layout);
            for (int i = 0; i < first.PartitionCount; i++)
            {
                Cartridge partition = first.GetPartition(i);
                BinaryPrimitives.WriteUInt64LittleEndian(state[(8 + 16 * i)..], partition._superblock.Generation);
                BinaryPrimitives.WriteInt64LittleEndian(state[(16 + 16 * i)..], partition._objectCount);
            }
            return XxHash3.HashToUInt64(state);
        }
    }

    /// <summary>Brings the memory into the file when it changed.</summary>
    /// <param name="isDurable">Wait until it survives a power cut.</param>
    /// <returns>False when the host refused; see <see cref="HostError"/>.</returns>
    internal bool SaveMemory(bool isDurable)
    {
        if (_first is not null)
            return _first.SaveMemory(isDurable);
        if (_memory is null || _isReadOnly)
            return true;
        if (_memory.IsDirty)
        {
            _memorySlot ??= new byte[CartridgeMemory.SlotLength];
            int slot = _memory.Encode(_memorySlot, _superblock.Identity);
            // Other than lost data this leaves the tape as good as it was.
            if (HostFailed(_file.Write(_memorySlot, CartridgeMemory.SlotOffset + (long)slot * CartridgeMemory.SlotLength)))
                return false;
            _memory.Written();
        }
        return !isDurable || !Fails(_file.DataSync());
    }

    bool ITapeMedium.SaveMemory(bool isDurable) => SaveMemory(isDurable);

    /// <summary>Writes both slots: a full disk is not to be found out by a memory that has to be saved.</summary>
    private bool MakeMemory()
    {
        _memory = new CartridgeMemory(Medium);
        _ = _memory.ReferenceOf(((ITapeMedium)this).ContentStamp);
        if (!SaveMemory(isDurable: false))
            return false;
        _memory.Touch();
        return SaveMemory(isDurable: false);
    }

    /// <summary>Finds the memory in the file. A file of an earlier version has none, and gets one with the first change.</summary>
    private void OpenMemory()
    {
        // Where records begin before the slots end there is no place for them.
        if (_superblock.FirstRecordOffset < CartridgeMemory.SlotOffset + CartridgeMemory.SlotCount * CartridgeMemory.SlotLength)
        {
            MemoryDamage = $"{_path}: this cartridge file has no room for a memory";
            return;
        }
        var slot = new byte[CartridgeMemory.SlotLength];
        bool damaged = false;
        for (int i = 0; i < CartridgeMemory.SlotCount; i++)
        {
            if (_file.Read(slot, CartridgeMemory.SlotOffset + (long)i * CartridgeMemory.SlotLength, out int got) != Errno.None)
            {
                damaged = true;
                continue;
            }
            SlotState state = CartridgeMemory.TryDecode(slot.AsSpan(0, got), _superblock.Identity, Medium, out CartridgeMemory? candidate);
            if (state == SlotState.Intact && (_memory is null || candidate!.Sequence > _memory.Sequence))
                _memory = candidate;
            else if (state == SlotState.Newer)
                MemoryDamage = $"{_path}: the cartridge's memory was written by a newer version of this program";
            else
                damaged |= state == SlotState.Damaged || state == SlotState.Foreign && slot.AsSpan(0, got).ContainsAnyExcept((byte)0);
        }
        if (MemoryDamage is not null)
            _memory = null;
        else if (_memory is null && damaged)
            MemoryDamage = $"{_path}: both copies of the cartridge's memory are damaged";
        else
            _memory ??= new CartridgeMemory(Medium);
    }
}
