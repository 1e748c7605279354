using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Capstan.Emulation.Cartridges;

/// <summary>
/// The description of a cartridge, kept in two slots that are written in turn, so that a torn write leaves the other one.
/// All integers little-endian; reserved bytes are zero.
/// </summary>
// byte 0-7      magic "CAPSTAPE"
// byte 8-9      format version (1): a reader refuses a greater one
// byte 10-11    reserved
// byte 12-15    features a reader must know, one bit each: bit 0 this file holds another partition than the first of a cartridge,
//               bit 1 there are encrypted records, bit 2 there are, or were, compressed ones
// byte 16-23    write sequence: of two intact slots the greater one counts
// byte 24-39    cartridge identity, random; seeds every checksum of the records
// byte 40-71    barcode, ASCII, space padded
// byte 72       density code        byte 73  medium type
// byte 74       flags: bit 0 write protect tab, bit 1 write once
// byte 75       number of partitions of the cartridge, 1 to 4; in the file of another partition than the first 1
// byte 76-79    number of loads
// byte 80-87    creation, seconds since 1970
// byte 88-95    layout: how often the cartridge was formatted; part of the names of the other partitions' files
// byte 96       number of the partition in this file
// byte 104-111  capacity of the whole tape         byte 112-119 its early warning; 0 in both: those of the partition
// byte 120-127  first encrypted object in this file, plus one; 0 when there is none
// byte 512-575  the partition in this file, see below
// byte 576-591, 640-655, 704-719  identities of the files of partitions 1, 2, 3
// byte 4088-4095 XXH3-64 of bytes 0-4087
// Partition:
// byte 0-7      offset of its first record      byte 8-15   capacity, bytes of records
// byte 16-23    early warning, bytes before the capacity
// byte 24-31    generation: grows whenever data are cut off
// Known to be durable (the watermark):
// byte 32-39    offset after the last record    byte 40-47  number of objects    byte 48-55  filemarks among them
// byte 56-63    objects that the index file is known to hold
internal struct Superblock
{
    internal const int Length = 4096;
    internal const int SlotCount = 2;
    internal const ushort CurrentVersion = 1;
    internal const int MaxBarcodeLength = 32;

    internal const int MaxPartitions = 4;

    private const uint OtherPartitionFeature = 1;
    private const uint EncryptionFeature = 2;
    private const uint CompressionFeature = 4;
    private const int PartitionOffset = 512;
    private const int PartitionLength = 64;
    private const int ChecksumOffset = Length - 8;

    internal ulong Sequence;
    internal UInt128 Identity;
    internal string Barcode;
    internal byte DensityCode;
    internal byte MediumTypeCode;
    internal bool WriteProtected;
    internal bool Worm;
    internal uint LoadCount;
    internal long CreatedUnixSeconds;
    internal int PartitionCount;
    internal long Layout;
    internal int Partition;
    internal long TapeCapacityBytes;
    internal long TapeEarlyWarningBytes;
    internal OtherIdentities Others;

    internal long FirstRecordOffset;
    internal long CapacityBytes;
    internal long EarlyWarningBytes;
    internal ulong Generation;
    internal long DataEnd;
    internal long ObjectCount;
    internal long FilemarkCount;
    internal long IndexedCount;

    /// <summary>There may be compressed records.</summary>
    internal bool HasCompressed;

    // Zero for none, so that a superblock that says nothing of it has none.
    private long _firstEncryptedPlusOne;

    /// <summary>Object identifier of the first encrypted block in this file; -1 when there is none.</summary>
    internal long FirstEncrypted
    {
        readonly get => _firstEncryptedPlusOne - 1;
        set => _firstEncryptedPlusOne = value + 1;
    }

    private readonly uint Features => (Partition > 0 ? OtherPartitionFeature : 0) | (_firstEncryptedPlusOne > 0 ? EncryptionFeature : 0)
        | (HasCompressed ? CompressionFeature : 0);

    private static ReadOnlySpan<byte> Magic => "CAPSTAPE"u8;

    internal readonly void Encode(Span<byte> slot)
    {
        slot[..Length].Clear();
        Magic.CopyTo(slot);
        BinaryPrimitives.WriteUInt16LittleEndian(slot[8..], CurrentVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[12..], Features);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[16..], Sequence);
        BinaryPrimitives.WriteUInt128LittleEndian(slot[24..], Identity);
        slot.Slice(40, MaxBarcodeLength).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Barcode, slot.Slice(40, MaxBarcodeLength));
        slot[72] = DensityCode;
        slot[73] = MediumTypeCode;
        slot[74] = (byte)((WriteProtected ? 1 : 0) | (Worm ? 2 : 0));
        slot[75] = (byte)PartitionCount;
        BinaryPrimitives.WriteUInt32LittleEndian(slot[76..], LoadCount);
        BinaryPrimitives.WriteInt64LittleEndian(slot[80..], CreatedUnixSeconds);
        BinaryPrimitives.WriteInt64LittleEndian(slot[88..], Layout);
        slot[96] = (byte)Partition;
        BinaryPrimitives.WriteInt64LittleEndian(slot[104..], TapeCapacityBytes);
        BinaryPrimitives.WriteInt64LittleEndian(slot[112..], TapeEarlyWarningBytes);
        BinaryPrimitives.WriteInt64LittleEndian(slot[120..], _firstEncryptedPlusOne);
        for (int i = 1; i < MaxPartitions; i++)
            BinaryPrimitives.WriteUInt128LittleEndian(slot[(PartitionOffset + i * PartitionLength)..], Others[i - 1]);
        Span<byte> partition = slot[PartitionOffset..];
        BinaryPrimitives.WriteInt64LittleEndian(partition, FirstRecordOffset);
        BinaryPrimitives.WriteInt64LittleEndian(partition[8..], CapacityBytes);
        BinaryPrimitives.WriteInt64LittleEndian(partition[16..], EarlyWarningBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(partition[24..], Generation);
        BinaryPrimitives.WriteInt64LittleEndian(partition[32..], DataEnd);
        BinaryPrimitives.WriteInt64LittleEndian(partition[40..], ObjectCount);
        BinaryPrimitives.WriteInt64LittleEndian(partition[48..], FilemarkCount);
        BinaryPrimitives.WriteInt64LittleEndian(partition[56..], IndexedCount);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[ChecksumOffset..], XxHash3.HashToUInt64(slot[..ChecksumOffset]));
    }

    internal static SlotState TryDecode(ReadOnlySpan<byte> slot, out Superblock superblock)
    {
        superblock = default;
        if (slot.Length < Length || !slot.StartsWith(Magic))
            return SlotState.Foreign;
        if (BinaryPrimitives.ReadUInt64LittleEndian(slot[ChecksumOffset..]) != XxHash3.HashToUInt64(slot[..ChecksumOffset]))
            return SlotState.Damaged;
        uint features = BinaryPrimitives.ReadUInt32LittleEndian(slot[12..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(slot[8..]) != CurrentVersion
            || (features & ~(OtherPartitionFeature | EncryptionFeature | CompressionFeature)) != 0
            || slot[75] is < 1 or > MaxPartitions)
            return SlotState.Newer;
        ReadOnlySpan<byte> partition = slot[PartitionOffset..];
        superblock = new Superblock
        {
            Sequence = BinaryPrimitives.ReadUInt64LittleEndian(slot[16..]),
            Identity = BinaryPrimitives.ReadUInt128LittleEndian(slot[24..]),
            Barcode = Encoding.ASCII.GetString(slot.Slice(40, MaxBarcodeLength)).TrimEnd(' '),
            DensityCode = slot[72],
            MediumTypeCode = slot[73],
            WriteProtected = (slot[74] & 1) != 0,
            Worm = (slot[74] & 2) != 0,
            LoadCount = BinaryPrimitives.ReadUInt32LittleEndian(slot[76..]),
            CreatedUnixSeconds = BinaryPrimitives.ReadInt64LittleEndian(slot[80..]),
            PartitionCount = slot[75],
            Layout = BinaryPrimitives.ReadInt64LittleEndian(slot[88..]),
            Partition = slot[96],
            TapeCapacityBytes = BinaryPrimitives.ReadInt64LittleEndian(slot[104..]),
            TapeEarlyWarningBytes = BinaryPrimitives.ReadInt64LittleEndian(slot[112..]),
            FirstRecordOffset = BinaryPrimitives.ReadInt64LittleEndian(partition),
            CapacityBytes = BinaryPrimitives.ReadInt64LittleEndian(partition[8..]),
            EarlyWarningBytes = BinaryPrimitives.ReadInt64LittleEndian(partition[16..]),
            Generation = BinaryPrimitives.ReadUInt64LittleEndian(partition[24..]),
            DataEnd = BinaryPrimitives.ReadInt64LittleEndian(partition[32..]),
            ObjectCount = BinaryPrimitives.ReadInt64LittleEndian(partition[40..]),
            FilemarkCount = BinaryPrimitives.ReadInt64LittleEndian(partition[48..]),
            IndexedCount = BinaryPrimitives.ReadInt64LittleEndian(partition[56..]),
            HasCompressed = (features & CompressionFeature) != 0,
            _firstEncryptedPlusOne = BinaryPrimitives.ReadInt64LittleEndian(slot[120..]),
        };
        for (int i = 1; i < MaxPartitions; i++)
            superblock.Others[i - 1] = BinaryPrimitives.ReadUInt128LittleEndian(slot[(PartitionOffset + i * PartitionLength)..]);
        return superblock.IsPlausible && features == superblock.Features
            ? SlotState.Intact
            : SlotState.Damaged;
    }

    /// <summary>A checksum proves what was written, not that it was sensible.</summary>
    private readonly bool IsPlausible =>
        FirstRecordOffset >= SlotCount * Length && DataEnd >= FirstRecordOffset && ObjectCount >= 0
        && FilemarkCount >= 0 && FilemarkCount <= ObjectCount && IndexedCount >= 0 && IndexedCount <= ObjectCount
        && CapacityBytes > 0 && EarlyWarningBytes >= 0
        && _firstEncryptedPlusOne >= 0 && Layout >= 0 && Partition < MaxPartitions && TapeCapacityBytes >= 0 && TapeEarlyWarningBytes >= 0
        && (DataEnd - FirstRecordOffset) / RecordHeader.Length >= ObjectCount;
}

/// <summary>Identities of the files that hold partitions 1 to 3.</summary>
[System.Runtime.CompilerServices.InlineArray(Superblock.MaxPartitions - 1)]
internal struct OtherIdentities
{
    private UInt128 _first;
}

/// <summary>What was found where a superblock should be.</summary>
internal enum SlotState
{
    Foreign,
    Damaged,
    Newer,
    Intact,
}
