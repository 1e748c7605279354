using System.Buffers.Binary;
using System.IO.Hashing;

namespace Capstan.Emulation.Cartridges;

/// <summary>
/// The chip in a cartridge: what drives note there and what hosts write. Kept in two slots of the cartridge file that are written in
/// turn, so that a torn write leaves the other one. All integers little-endian; reserved bytes are zero.
/// </summary>
// byte 0-7      magic "CAPSTMEM"
// byte 8-9      format version (1): a reader refuses a greater one
// byte 12-15    features a reader must know, one bit each (none yet)
// byte 16-23    write sequence: of two intact slots the greater one counts
// byte 24-39    identity of the cartridge: a memory belongs to one
// byte 40-43    volume change reference    byte 44-47  initialisations
// byte 48-55    bytes written in its life  byte 56-63  bytes read in its life
// byte 64-71    bytes written in the current or last load    byte 72-79  bytes read
// byte 80-87    what the tape's content was when the volume change reference was given out
// byte 88-247   the drives of the last four loads, newest first: vendor (8), serial number (32), zeros where there was none
// byte 256-259  length of the host's attributes
// byte 260-263  writes that failed in its life    byte 264-267  blocks that could not be read
// byte 268-271  the same of the current or last load, writes    byte 272-275  reads
// byte 276-283  bytes written in the load before    byte 284-291  bytes read    byte 292-295  failed writes    byte 296-299  failed reads
// byte 300-307  TapeAlert flags of the last load that ended, flag 1 in bit 0
// byte 512-     host's attributes: identifier (2), partition (1; FFh: the cartridge), format (1), length (2), reserved (2), value
// byte 16376-16383 XXH3-64 of bytes 0-16375, seeded with the first 8 bytes of the identity
internal sealed class CartridgeMemory
{
    /// <summary>Bytes of a slot.</summary>
    internal const int SlotLength = 16 * 1024;

    /// <summary>Where the first slot is in the file of the first partition.</summary>
    internal const int SlotOffset = 8192;

    internal const int SlotCount = 2;

    /// <summary>Of an attribute that belongs to the cartridge, not to one of its partitions.</summary>
    internal const byte WholeCartridge = 0xFF;

    /// <summary>How many loads back it is known in which drive.</summary>
    internal const int RememberedLoads = 4;

    internal const int DeviceLength = 40;

    private const ushort CurrentVersion = 1;
    private const int DevicesOffset = 88;
    private const int AttributesOffset = 512;
    private const int AttributeOverhead = 8;
    private const int ChecksumOffset = SlotLength - 8;

    private readonly SortedDictionary<(ushort Id, byte Partition), HostAttribute> _attributes = [];
    private readonly byte[] _devices = new byte[RememberedLoads * DeviceLength];
    private int _usedBytes;
    private ulong _contentStamp;

    /// <summary>A new memory, or one that was never written.</summary>
    internal CartridgeMemory(MediumType medium) => HostRoomBytes = HostRoomOf(medium);

    /// <summary>For a cartridge that never had a memory: it gets one with the first change.</summary>
    internal ulong Sequence { get; private set; }

    /// <summary>Changed since it was written to the file.</summary>
    internal bool IsDirty { get; private set; }

    /// <summary>A volume change reference was given out that the file does not have.</summary>
    internal bool HasNewReference { get; private set; }

    /// <summary>VOLUME CHANGE REFERENCE as it was last given out.</summary>
    internal uint VolumeChangeReference { get; private set; }

    /// <summary>How often the medium was initialised.</summary>
    internal uint InitializationCount { get; private set; } = 1;

    internal long BytesWrittenInLife { get; private set; }

    internal long BytesReadInLife { get; private set; }

    internal long BytesWrittenThisLoad { get; private set; }

    internal long BytesReadThisLoad { get; private set; }

    internal uint WriteErrorsInLife { get; private set; }

    internal uint ReadErrorsInLife { get; private set; }

    internal uint WriteErrorsThisLoad { get; private set; }

    internal uint ReadErrorsThisLoad { get; private set; }

    internal long BytesWrittenLoadBefore { get; private set; }

    internal long BytesReadLoadBefore { get; private set; }

    internal uint WriteErrorsLoadBefore { get; private set; }

    internal uint ReadErrorsLoadBefore { get; private set; }

    /// <summary>Bytes that hosts may fill with attributes, their headers included.</summary>
    internal int HostRoomBytes { get; }

    /// <summary>Bytes that are left of <see cref="HostRoomBytes"/>.</summary>
    internal int HostFreeBytes => HostRoomBytes - _usedBytes;

    private static ReadOnlySpan<byte> Magic => "CAPSTMEM"u8;

    internal void NoteWritten(int bytes)
    {
        BytesWrittenInLife += bytes;
        BytesWrittenThisLoad += bytes;
        IsDirty = true;
    }

    internal void NoteRead(int bytes)
    {
        BytesReadInLife += bytes;
        BytesReadThisLoad += bytes;
        IsDirty = true;
    }

    /// <summary>Something could not be written to the tape.</summary>
    internal void NoteWriteError()
    {
        WriteErrorsInLife++;
        WriteErrorsThisLoad++;
        IsDirty = true;
    }

    /// <summary>Something could not be read from the tape.</summary>
    internal void NoteReadError()
    {
        ReadErrorsInLife++;
        ReadErrorsThisLoad++;
        IsDirty = true;
    }

    /// <summary>TapeAlert flags that were raised in the last load that ended, flag 1 in bit 0.</summary>
    internal ulong AlertsLoadBefore { get; private set; }

    /// <summary>A load ends in which these flags were raised.</summary>
    internal void NoteAlerts(ulong flags)
    {
        IsDirty |= AlertsLoadBefore != flags;
        AlertsLoadBefore = flags;
    }

    /// <summary>A drive threaded the tape: it becomes the newest of the last four, and the counters of a load begin anew.</summary>
    /// <param name="device">Vendor and serial number, <see cref="DeviceLength"/> bytes.</param>
    internal void NoteLoad(ReadOnlySpan<byte> device)
    {
        _devices.AsSpan(0, (RememberedLoads - 1) * DeviceLength).CopyTo(_devices.AsSpan(DeviceLength));
        device[..DeviceLength].CopyTo(_devices);
        (BytesWrittenLoadBefore, BytesReadLoadBefore) = (BytesWrittenThisLoad, BytesReadThisLoad);
        (WriteErrorsLoadBefore, ReadErrorsLoadBefore) = (WriteErrorsThisLoad, ReadErrorsThisLoad);
        (BytesWrittenThisLoad, BytesReadThisLoad) = (0, 0);
        (WriteErrorsThisLoad, ReadErrorsThisLoad) = (0, 0);
        IsDirty = true;
    }

    /// <summary>The medium was initialised (FORMAT MEDIUM): what hosts noted of its partitions is about data that are gone.</summary>
    internal void NoteInitialization()
    {
        InitializationCount++;
        foreach ((ushort Id, byte Partition) key in _attributes.Keys.Where(static key => key.Partition != WholeCartridge).ToArray())
            _ = Remove(key);
        IsDirty = true;
    }

    /// <summary>
    /// The reference of the content that the tape has now: another one than every content before it had (SPC-5, VOLUME CHANGE REFERENCE). It is
    /// counted up when it is asked for and the content changed since, so that writing costs nothing.
    /// </summary>
    /// <param name="contentStamp">Differs whenever the content does.</param>
    internal uint ReferenceOf(ulong contentStamp)
    {
        if (_contentStamp == contentStamp && VolumeChangeReference != 0)
            return VolumeChangeReference;
        VolumeChangeReference = VolumeChangeReference == uint.MaxValue ? 1 : VolumeChangeReference + 1;
        _contentStamp = contentStamp;
        HasNewReference = true;
        IsDirty = true;
        return VolumeChangeReference;
    }

    /// <summary>Vendor and serial number of the drive of a load.</summary>
    /// <param name="loadsAgo">0 for the newest, to 3.</param>
    internal ReadOnlySpan<byte> DeviceAt(int loadsAgo) => _devices.AsSpan(loadsAgo * DeviceLength, DeviceLength);

    /// <summary>Finds an attribute that a host wrote.</summary>
    internal bool TryGet(ushort id, byte partition, out HostAttribute attribute) => _attributes.TryGetValue((id, partition), out attribute);

    /// <summary>Bytes that an attribute takes of the room.</summary>
    internal int RoomOf(ushort id, byte partition) => _attributes.TryGetValue((id, partition), out HostAttribute attribute) ? RoomOf(attribute.Value) : 0;

    /// <summary>Bytes that a value takes of the room; none when it is empty, because that deletes the attribute.</summary>
    internal static int RoomOf(ReadOnlySpan<byte> value) => value.IsEmpty ? 0 : AttributeOverhead + value.Length;

    /// <summary>Sets or, with an empty value, deletes a host's attribute. Whether there is room was asked before.</summary>
    internal void Set(ushort id, byte partition, byte format, ReadOnlySpan<byte> value)
    {
        _ = Remove((id, partition));
        IsDirty = true;
        if (value.IsEmpty)
            return;
        _attributes.Add((id, partition), new HostAttribute(format, value.ToArray()));
        _usedBytes += RoomOf(value);
    }

    /// <summary>Writes the slot that the next write goes to.</summary>
    /// <returns>Which one.</returns>
    internal int Encode(Span<byte> slot, UInt128 identity)
    {
        Sequence++;
        slot[..SlotLength].Clear();
        Magic.CopyTo(slot);
        BinaryPrimitives.WriteUInt16LittleEndian(slot[8..], CurrentVersion);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[16..], Sequence);
        BinaryPrimitives.WriteUInt128LittleEndian(slot[24..], identity);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[40..], VolumeChangeReference);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[44..], InitializationCount);
        BinaryPrimitives.WriteInt64LittleEndian(slot[48..], BytesWrittenInLife);
        BinaryPrimitives.WriteInt64LittleEndian(slot[56..], BytesReadInLife);
        BinaryPrimitives.WriteInt64LittleEndian(slot[64..], BytesWrittenThisLoad);
        BinaryPrimitives.WriteInt64LittleEndian(slot[72..], BytesReadThisLoad);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[80..], _contentStamp);
        _devices.CopyTo(slot[DevicesOffset..]);
        int end = AttributesOffset;
        foreach (((ushort id, byte partition), HostAttribute attribute) in _attributes)
        {
            Span<byte> entry = slot[end..];
            BinaryPrimitives.WriteUInt16LittleEndian(entry, id);
            entry[2] = partition;
            entry[3] = attribute.Format;
            BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], (ushort)attribute.Value.Length);
            attribute.Value.CopyTo(entry[AttributeOverhead..]);
            end += RoomOf(attribute.Value);
        }
        BinaryPrimitives.WriteInt32LittleEndian(slot[256..], end - AttributesOffset);
        WriteErrorCounters(slot);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[ChecksumOffset..], XxHash3.HashToUInt64(slot[..ChecksumOffset], (long)(ulong)identity));
        return (int)(Sequence % SlotCount);
    }

    /// <summary>It is in the file as it is now.</summary>
    internal void Written()
    {
        IsDirty = false;
        HasNewReference = false;
    }

    /// <summary>Has it written once more, so that both slots have their place on the disk.</summary>
    internal void Touch() => IsDirty = true;

    /// <summary>Reads a slot.</summary>
    internal static SlotState TryDecode(ReadOnlySpan<byte> slot, UInt128 identity, MediumType medium, out CartridgeMemory? memory)
    {
        memory = null;
        if (slot.Length < SlotLength || !slot.StartsWith(Magic))
            return SlotState.Foreign;
        if (BinaryPrimitives.ReadUInt64LittleEndian(slot[ChecksumOffset..])
                != XxHash3.HashToUInt64(slot[..ChecksumOffset], (long)(ulong)identity)
            || BinaryPrimitives.ReadUInt128LittleEndian(slot[24..]) != identity)
            return SlotState.Damaged;
        if (BinaryPrimitives.ReadUInt16LittleEndian(slot[8..]) != CurrentVersion || BinaryPrimitives.ReadUInt32LittleEndian(slot[12..]) != 0)
            return SlotState.Newer;
        var read = new CartridgeMemory(medium)
        {
            Sequence = BinaryPrimitives.ReadUInt64LittleEndian(slot[16..]),
            VolumeChangeReference = BinaryPrimitives.ReadUInt32LittleEndian(slot[40..]),
            InitializationCount = BinaryPrimitives.ReadUInt32LittleEndian(slot[44..]),
            BytesWrittenInLife = BinaryPrimitives.ReadInt64LittleEndian(slot[48..]),
            BytesReadInLife = BinaryPrimitives.ReadInt64LittleEndian(slot[56..]),
            BytesWrittenThisLoad = BinaryPrimitives.ReadInt64LittleEndian(slot[64..]),
            BytesReadThisLoad = BinaryPrimitives.ReadInt64LittleEndian(slot[72..]),
            _contentStamp = BinaryPrimitives.ReadUInt64LittleEndian(slot[80..]),
        };
        slot.Slice(DevicesOffset, RememberedLoads * DeviceLength).CopyTo(read._devices);
        int length = BinaryPrimitives.ReadInt32LittleEndian(slot[256..]);
        if (length < 0 || length > ChecksumOffset - AttributesOffset || !read.TryReadAttributes(slot.Slice(AttributesOffset, length)))
            return SlotState.Damaged;
        read.ReadErrorCounters(slot);
        read.IsDirty = false;
        memory = read;
        return SlotState.Intact;
    }

    private void WriteErrorCounters(Span<byte> slot)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(slot[260..], WriteErrorsInLife);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[264..], ReadErrorsInLife);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[268..], WriteErrorsThisLoad);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[272..], ReadErrorsThisLoad);
        BinaryPrimitives.WriteInt64LittleEndian(slot[276..], BytesWrittenLoadBefore);
        BinaryPrimitives.WriteInt64LittleEndian(slot[284..], BytesReadLoadBefore);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[292..], WriteErrorsLoadBefore);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[296..], ReadErrorsLoadBefore);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[300..], AlertsLoadBefore);
    }

    private void ReadErrorCounters(ReadOnlySpan<byte> slot)
    {
        WriteErrorsInLife = BinaryPrimitives.ReadUInt32LittleEndian(slot[260..]);
        ReadErrorsInLife = BinaryPrimitives.ReadUInt32LittleEndian(slot[264..]);
        WriteErrorsThisLoad = BinaryPrimitives.ReadUInt32LittleEndian(slot[268..]);
        ReadErrorsThisLoad = BinaryPrimitives.ReadUInt32LittleEndian(slot[272..]);
        BytesWrittenLoadBefore = BinaryPrimitives.ReadInt64LittleEndian(slot[276..]);
        BytesReadLoadBefore = BinaryPrimitives.ReadInt64LittleEndian(slot[284..]);
        WriteErrorsLoadBefore = BinaryPrimitives.ReadUInt32LittleEndian(slot[292..]);
        ReadErrorsLoadBefore = BinaryPrimitives.ReadUInt32LittleEndian(slot[296..]);
        AlertsLoadBefore = BinaryPrimitives.ReadUInt64LittleEndian(slot[300..]);
    }

    /// <summary>Bytes of the chip that hosts may fill: half of it; the drives need the rest for themselves.</summary>
    private static int HostRoomOf(MediumType medium) => ChipBytes(medium) / 2;

    /// <summary>MAM CAPACITY: LTO-4 and LTO-5 have 8 KiB, later generations 16 KiB (IBM LTO Ultrium SCSI Reference, attribute 0407h).</summary>
    internal static int ChipBytes(MediumType medium) => medium.DensityCode is 0x40 or 0x42 or 0x44 ? 4096 : medium.DensityCode is 0x46 or 0x58 ? 8192 : 16384;

    private bool TryReadAttributes(ReadOnlySpan<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            if (rest.Length < AttributeOverhead)
                return false;
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
            if (length == 0 || rest.Length < AttributeOverhead + length)
                return false;
            Set(BinaryPrimitives.ReadUInt16LittleEndian(rest), rest[2], rest[3], rest.Slice(AttributeOverhead, length));
            rest = rest[(AttributeOverhead + length)..];
        }
        return true;
    }

    private bool Remove((ushort Id, byte Partition) key)
    {
        if (!_attributes.Remove(key, out HostAttribute old))
            return false;
        _usedBytes -= RoomOf(old.Value);
        return true;
    }
}

/// <summary>What a host wrote.</summary>
/// <param name="Format">FORMAT of the attribute.</param>
/// <param name="Value">At least one byte.</param>
internal readonly record struct HostAttribute(byte Format, byte[] Value);
