using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>The attributes of the cartridge in the drive: those that the drive computes, those of the medium, those that hosts write.</summary>
internal static class MemoryAttributes
{
    /// <summary>No value that the drive makes itself is longer.</summary>
    private const int MaxOwnValueLength = 64;

    /// <summary>SUPPORTED ATTRIBUTES, in the order of their identifiers: those of LTO drives (IBM LTO Ultrium SCSI Reference, READ ATTRIBUTE).</summary>
    internal static ImmutableArray<ushort> Supported { get; } =
    [
        AttributeTable.RemainingCapacity, AttributeTable.MaximumCapacity, AttributeTable.TapeAlertFlags, AttributeTable.LoadCount,
        AttributeTable.MemorySpaceRemaining, AttributeTable.AssigningOrganization, AttributeTable.FormattedDensityCode,
        AttributeTable.InitializationCount, AttributeTable.VolumeChangeReference,
        AttributeTable.DeviceAtLastLoad, AttributeTable.DeviceAtLastLoad + 1, AttributeTable.DeviceAtLastLoad + 2, AttributeTable.DeviceAtLastLoad + 3,
        AttributeTable.MegabytesWrittenInLife, AttributeTable.MegabytesReadInLife,
        AttributeTable.MegabytesWrittenThisLoad, AttributeTable.MegabytesReadThisLoad,
        AttributeTable.FirstEncryptedBlock, AttributeTable.FirstUnencryptedBlock,
        AttributeTable.MediumManufacturer, AttributeTable.MediumSerialNumber, AttributeTable.MediumLength, AttributeTable.MediumWidth,
        AttributeTable.MediumAssigningOrganization, AttributeTable.MediumDensityCode, AttributeTable.MediumManufactureDate,
        AttributeTable.MemoryCapacity, AttributeTable.MediumType, AttributeTable.MediumTypeInformation,
        AttributeTable.ApplicationVendor, AttributeTable.ApplicationName, AttributeTable.ApplicationVersion,
        AttributeTable.UserMediumTextLabel, AttributeTable.DateAndTimeLastWritten, AttributeTable.TextLocalizationIdentifier,
        AttributeTable.Barcode, AttributeTable.OwningHostTextualName, AttributeTable.MediaPool, AttributeTable.ApplicationFormatVersion,
        AttributeTable.VolumeCoherencyInformation, 0x0820, 0x0821, AttributeTable.VolumeLock,
    ];

    /// <summary>A drive threaded its tape.</summary>
    internal static void NoteLoad(TapeDriveUnit unit)
    {
        if (unit.Cartridge?.Memory is not { } memory)
            return;
        Span<byte> device = stackalloc byte[DeviceAtLoad.Length];
        new DeviceAtLoad(unit.Identity.Vendor, unit.Identity.SerialNumber).WriteTo(device);
        memory.NoteLoad(device);
    }

    /// <summary>How many partitions the tape has.</summary>
    internal static int PartitionCount(TapeDriveUnit unit) => unit.Cartridge?.PartitionCount ?? 0;

    /// <summary>Whose an attribute is that hosts write: volume coherency is about one partition, everything else about the cartridge.</summary>
    internal static byte ScopeOf(ushort id, byte partition) =>
        id == AttributeTable.VolumeCoherencyInformation ? partition : CartridgeMemory.WholeCartridge;

    /// <summary>Writes the attribute, with its header, behind each other; answers its length, 0 when it is not set.</summary>
    internal static int Write(TapeDriveUnit unit, CartridgeMemory memory, byte partition, ushort id, Span<byte> answer)
    {
        if (AttributeTable.OwnerOf(id) == AttributeOwner.Host)
        {
            return memory.TryGet(id, ScopeOf(id, partition), out HostAttribute host)
                ? MediumAttribute.Write(answer, id, isReadOnly: false, (AttributeFormat)host.Format, host.Value)
                : 0;
        }
        Span<byte> value = stackalloc byte[MaxOwnValueLength];
        value.Clear();
        AttributeDescriptor descriptor = AttributeTable.Find(id)!;
        int length = descriptor.Length > 0 ? descriptor.Length : sizeof(uint);
        Fill(unit.Cartridge!, memory, partition, id, value[..length]);
        return MediumAttribute.Write(answer, id, isReadOnly: true, descriptor.Format, value[..length]);
    }

    private static void Fill(ITapeMedium tape, CartridgeMemory memory, byte partition, ushort id, Span<byte> value)
    {
        switch (id)
        {
            case AttributeTable.AssigningOrganization:
            case AttributeTable.MediumAssigningOrganization:
                Text(value, "LTO-CVE");
                break;
            case AttributeTable.MediumManufacturer:
                Text(value, "CAPSTAN");
                break;
            case AttributeTable.MediumSerialNumber:
                Text(value, SerialNumberOf(tape.Identity));
                break;
            case AttributeTable.MediumManufactureDate:
                Text(value, tape.Created.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
                break;
            case >= AttributeTable.DeviceAtLastLoad and < AttributeTable.DeviceAtLastLoad + CartridgeMemory.RememberedLoads:
                memory.DeviceAt(id - AttributeTable.DeviceAtLastLoad).CopyTo(value);
                break;
            case AttributeTable.TapeAlertFlags:
                // Those of the load before; flag 1 is the most significant bit (Quantum LTO-4 SCSI reference, 3.17.8.1).
                var raised = new TapeAlertSet(memory.AlertsLoadBefore);
                for (int flag = 1; flag <= 64; flag++)
                {
                    if (raised.Contains(flag))
                        value[(flag - 1) / 8] |= (byte)(0x80 >> (flag - 1) % 8);
                }
                break;
            default:
                Number(value, NumberOf(tape, memory, partition, id));
                break;
        }
    }

    private static ulong NumberOf(ITapeMedium tape, CartridgeMemory memory, byte partition, ushort id) => id switch
    {
        AttributeTable.RemainingCapacity => Megabytes(Remaining(tape.GetPartition(partition))),
        AttributeTable.MaximumCapacity => Megabytes(tape.GetPartition(partition).CapacityBytes),
        AttributeTable.LoadCount => (ulong)tape.LoadCount,
        AttributeTable.MemorySpaceRemaining => (ulong)memory.HostFreeBytes,
        AttributeTable.FormattedDensityCode or AttributeTable.MediumDensityCode => tape.Medium.DensityCode,
        AttributeTable.InitializationCount => Math.Min(memory.InitializationCount, ushort.MaxValue),
        AttributeTable.VolumeChangeReference => memory.ReferenceOf(tape.ContentStamp),
        AttributeTable.MegabytesWrittenInLife => Megabytes(memory.BytesWrittenInLife),
        AttributeTable.MegabytesReadInLife => Megabytes(memory.BytesReadInLife),
        AttributeTable.MegabytesWrittenThisLoad => Megabytes(memory.BytesWrittenThisLoad),
        AttributeTable.MegabytesReadThisLoad => Megabytes(memory.BytesReadThisLoad),
        // SPC-4 7.4.2.2.9: all ones when nothing is encrypted; 7.4.2.2.10: one less when it is not known.
        AttributeTable.FirstEncryptedBlock => tape.GetPartition(partition).FirstEncryptedObject is >= 0 and var first ? (ulong)first : ulong.MaxValue,
        AttributeTable.FirstUnencryptedBlock => tape.GetPartition(partition).FirstEncryptedObject >= 0 ? ulong.MaxValue - 1 : ulong.MaxValue,
        AttributeTable.MediumLength => LengthMetres(tape.Medium.DensityCode),
        AttributeTable.MediumWidth => 127,
        AttributeTable.MemoryCapacity => (ulong)CartridgeMemory.ChipBytes(tape.Medium),
        AttributeTable.MediumType => tape.IsWorm ? 0x80u : 0x00u,
        _ => 0,
    };

    /// <summary>Sixteen hexadecimal digits of the identity: as unlikely to be another cartridge's as the identity itself is in practice.</summary>
    internal static string SerialNumberOf(UInt128 identity) => ((ulong)identity).ToString("X16", CultureInfo.InvariantCulture);

    /// <summary>Length of the tape by density code, as the makers' data sheets give it.</summary>
    private static uint LengthMetres(byte densityCode) => densityCode switch
    {
        0x40 or 0x42 => 609,
        0x44 => 680,
        0x46 => 820,
        0x58 or 0x5A => 846,
        0x5C or 0x5D or 0x5E => 960,
        0x63 => 1337,
        _ => 1035,
    };

    private static long Remaining(ITapeMedium partition) => Math.Max(0, partition.CapacityBytes - partition.UsedBytes);

    private static ulong Megabytes(long bytes) => (ulong)(bytes / 1_000_000);

    private static void Number(Span<byte> value, ulong number)
    {
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(wide, number);
        wide[^value.Length..].CopyTo(value);
    }

    private static void Text(Span<byte> value, string text)
    {
        value.Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, value);
    }
}
