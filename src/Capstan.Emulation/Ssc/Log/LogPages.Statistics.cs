using System.Buffers.Binary;
using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

internal static partial class LogPages
{
    private const int TextLength = 32;

    // SSC-4 8.2.2.
    private static void DeviceStatistics(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        DriveCounters counters = unit.Counters;
        writer.AddUnsigned(0x0000, Counter, (ulong)counters.LifetimeLoads, 8);
        writer.AddUnsigned(0x0001, Counter, (ulong)counters.LifetimeCleanings, 8);
        writer.AddUnsigned(0x0002, Counter, (ulong)counters.PowerOnTime.TotalHours, 8);
        for (ushort code = 0x0003; code <= 0x000B; code++)
            writer.AddUnsigned(code, Counter, 0, 8);
        writer.AddUnsigned(0x000C, Counter, (ulong)counters.PowerCycles, 8);
        writer.AddUnsigned(0x000D, Counter, (ulong)counters.LoadsSinceReset, 8);
        writer.AddUnsigned(0x000E, Counter, counters.LifetimeWriteErrors, 8);
        writer.AddUnsigned(0x000F, Counter, counters.LifetimeReadErrors, 8);
        AddText(ref writer, 0x0040, unit.Identity.SerialNumber, TextLength);
        AddText(ref writer, 0x0041, unit.Identity.SerialNumber, TextLength);
        writer.AddUnsigned(0x0080, BinaryList, unit.IsRemovalPrevented ? 1u : 0u, 1);
        writer.AddUnsigned(0x0081, BinaryList, 0, 1);
    }

    // SSC-4 8.2.8.
    private static void VolumeStatistics(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        ITapeMedium? tape = unit.Medium == MediumState.Loaded ? unit.Cartridge : null;
        writer.AddUnsigned(0x0000, BinaryList, tape is null ? 0u : 1u, 1);
        if (tape is null)
            return;
        TapeLife life = TapeLife.Of(tape);
        AddUsage(ref writer, life, tape.LoadCount);
        writer.AddUnsigned(0x000C, BinaryList, life.LastMountWriteErrors, 2);
        writer.AddUnsigned(0x000D, BinaryList, life.LastMountReadErrors, 2);
        writer.AddUnsigned(0x000E, BinaryList, Megabytes(life.LastMountBytesWritten), 4);
        writer.AddUnsigned(0x000F, BinaryList, Megabytes(life.LastMountBytesRead), 4);
        writer.AddUnsigned(0x0010, BinaryList, Megabytes(life.BytesWritten), 8);
        writer.AddUnsigned(0x0011, BinaryList, Megabytes(life.BytesRead), 8);
        writer.AddUnsigned(0x0012, BinaryList, 100, 2);
        writer.AddUnsigned(0x0013, BinaryList, 100, 2);
        // A file is mounted at once.
        writer.AddUnsigned(0x0014, BinaryList, 0, 6);
        writer.AddUnsigned(0x0015, BinaryList, 0, 6);
        writer.AddUnsigned(0x0016, BinaryList, Megabytes(Sum(tape, static partition => partition.CapacityBytes)), 4);
        writer.AddUnsigned(0x0017, BinaryList, Megabytes(Sum(tape, static partition => partition.UsedBytes)), 4);
        AddIdentity(unit, ref writer, tape);
        AddPartitions(ref writer, tape);
        AddMountHistory(ref writer, tape);
    }

    private static void AddIdentity(TapeDriveUnit unit, ref LogPageWriter writer, ITapeMedium tape)
    {
        AddText(ref writer, 0x0040, MemoryAttributes.SerialNumberOf(tape.Identity), TextLength);
        AddText(ref writer, 0x0042, tape.Barcode, TextLength);
        AddText(ref writer, 0x0043, "CAPSTAN", 8);
        AddText(ref writer, 0x0044, "VIRT", 4);
        AddText(ref writer, 0x0045, $"Ultrium-{tape.Medium.Name.AsSpan(tape.Medium.Name.IndexOf('-') + 1)}", 9);
        AddText(ref writer, 0x0046, tape.Created.UtcDateTime.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture), 8);
        writer.AddUnsigned(0x0080, BinaryList, unit.IsTapeProtected ? 1u : 0u, 1);
        writer.AddUnsigned(0x0081, BinaryList, tape.IsWorm ? 1u : 0u, 1);
        writer.AddUnsigned(0x0082, BinaryList, 0, 1);
        // Every thread of the tape passes its beginning.
        writer.AddUnsigned(0x0101, BinaryList, (ulong)tape.LoadCount, 4);
        writer.AddUnsigned(0x0102, BinaryList, 0, 4);
    }

    private static void AddPartitions(ref LogPageWriter writer, ITapeMedium tape)
    {
        AddFirstEncrypted(ref writer, tape);
        AddPerPartition(ref writer, 0x0202, tape, static partition => Megabytes(partition.CapacityBytes));
        // FFFFFFFFh: the end of data is lost, so how much is used is not known.
        AddPerPartition(ref writer, 0x0203, tape, static partition => partition.IsTruncated ? uint.MaxValue : Megabytes(partition.UsedBytes));
        AddPerPartition(ref writer, 0x0204, tape, static partition => Megabytes(Remaining(partition)));
    }

    // The same records with an object identifier of six bytes; all ones: none is encrypted.
    private static void AddFirstEncrypted(ref LogPageWriter writer, ITapeMedium tape)
    {
        const int length = 10;
        Span<byte> records = stackalloc byte[length * tape.PartitionCount];
        for (int i = 0; i < tape.PartitionCount; i++)
        {
            Span<byte> record = records.Slice(i * length, length);
            // The upper two bytes of the eight give way to the partition's number.
            BinaryPrimitives.WriteInt64BigEndian(record[2..], tape.GetPartition(i).FirstEncryptedObject);
            record[0] = length - 1;
            record[1] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)i);
        }

        writer.Add(0x0200, BinaryList, records);
    }

    /// <summary>One volume partition record a partition: length, reserved, partition, value (SSC-4 8.2.8.3).</summary>
    private static void AddPerPartition(ref LogPageWriter writer, ushort code, ITapeMedium tape, Func<ITapeMedium, ulong> value)
    {
        const int length = 8;
        Span<byte> records = stackalloc byte[length * tape.PartitionCount];
        records.Clear();
        for (int i = 0; i < tape.PartitionCount; i++)
        {
            Span<byte> record = records.Slice(i * length, length);
            record[0] = length - 1;
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)i);
            BinaryPrimitives.WriteUInt32BigEndian(record[4..], (uint)Math.Min(value(tape.GetPartition(i)), uint.MaxValue));
        }

        writer.Add(code, BinaryList, records);
    }

    // SSC-4 8.2.8.4: length, reserved, index, vendor and serial number of the drives of the last loads, the newest first.
    private static void AddMountHistory(ref LogPageWriter writer, ITapeMedium tape)
    {
        const int length = 4 + CartridgeMemory.DeviceLength;
        if (tape.Memory is not { } memory)
            return;
        Span<byte> records = stackalloc byte[length * CartridgeMemory.RememberedLoads];
        records.Clear();
        int count = 0;
        for (; count < CartridgeMemory.RememberedLoads && memory.DeviceAt(count).ContainsAnyExcept((byte)0); count++)
        {
            Span<byte> record = records.Slice(count * length, length);
            record[0] = length - 1;
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)count);
            memory.DeviceAt(count).CopyTo(record[4..]);
        }

        if (count > 0)
            writer.Add(0x0300, BinaryList, records[..(count * length)]);
    }

    /// <summary>What 17h and 30h have in common, 0001h to 0009h.</summary>
    private static void AddUsage(ref LogPageWriter writer, in TapeLife life, long loads)
    {
        writer.AddUnsigned(0x0001, BinaryList, (ulong)loads, 4);
        writer.AddUnsigned(0x0002, BinaryList, life.DataSets(life.BytesWritten), 8);
        writer.AddUnsigned(0x0003, BinaryList, 0, 4);
        writer.AddUnsigned(0x0004, BinaryList, life.WriteErrors, 2);
        writer.AddUnsigned(0x0005, BinaryList, 0, 2);
        writer.AddUnsigned(0x0006, BinaryList, 0, 2);
        writer.AddUnsigned(0x0007, BinaryList, life.DataSets(life.BytesRead), 8);
        writer.AddUnsigned(0x0008, BinaryList, 0, 4);
        writer.AddUnsigned(0x0009, BinaryList, life.ReadErrors, 2);
    }

    // IBM and HP; the same numbers as in 17h.
    private static void TapeUsage(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        TapeLife life = unit.Cartridge is { } tape ? TapeLife.Of(tape) : default;
        AddUsage(ref writer, life, unit.Cartridge?.LoadCount ?? 0);
        writer.AddUnsigned(0x000A, BinaryList, 0, 2);
        writer.AddUnsigned(0x000B, BinaryList, 0, 2);
    }

    // IBM and HP, in MiB: 1 and 2 remaining, 3 and 4 maximum of partitions 0 and 1; 5 to 8 of 2 and 3 where there are so many.
    private static void TapeCapacity(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        int pairs = unit.Cartridge is { PartitionCount: > 2 } ? 2 : 1;
        for (int i = 0; i < 4 * pairs; i++)
        {
            int number = i / 4 * 2 + i % 2;
            ITapeMedium? partition = unit.Cartridge is { } tape && number < tape.PartitionCount ? tape.GetPartition(number) : null;
            writer.AddUnsigned((ushort)(i + 1), BinaryList, (ulong)((i % 4 < 2 ? Remaining(partition) : partition?.CapacityBytes ?? 0) >> 20), 4);
        }
    }

    // SSC-4 8.2.9: ratios times 100; MB rounded, and the bytes that are over or missing.
    private static void DataCompression(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        DriveCounters counters = unit.Counters;
        writer.AddUnsigned(0x0000, BinaryList, Ratio(counters.CompressedToHost, counters.CompressedFromTape), 2);
        writer.AddUnsigned(0x0001, BinaryList, Ratio(counters.CompressedFromHost, counters.CompressedToTape), 2);
        AddRounded(ref writer, 0x0002, counters.CompressedToHost);
        AddRounded(ref writer, 0x0004, counters.CompressedFromTape);
        AddRounded(ref writer, 0x0006, counters.CompressedFromHost);
        AddRounded(ref writer, 0x0008, counters.CompressedToTape);
        if (writer.Page == 0x1B)
            writer.AddUnsigned(0x0100, BinaryList, unit.Modes.Compression.Value.CompressionEnabled ? 1u : 0u, 1);
    }

    /// <summary>Times 100; 100 while nothing went either way.</summary>
    private static ulong Ratio(long hostBytes, long tapeBytes) => tapeBytes == 0 ? 100 : (ulong)Math.Min(ushort.MaxValue, hostBytes * 100.0 / tapeBytes);

    private static void AddRounded(ref LogPageWriter writer, ushort code, long bytes)
    {
        long megabytes = (bytes + 500_000) / 1_000_000;
        writer.AddUnsigned(code, BinaryList, (ulong)megabytes, 4);
        Span<byte> rest = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(rest, (int)(bytes - megabytes * 1_000_000));
        writer.Add((ushort)(code + 1), BinaryList, rest);
    }

    // IBM 3592 and LTO SCSI References: since the tape was loaded.
    private static void Transferred(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        DriveCounters counters = unit.Counters;
        TapeLife life = unit.Cartridge is { } tape ? TapeLife.Of(tape) : default;
        writer.AddUnsigned(0x0000, Counter, (ulong)counters.BlocksWritten, 8);
        writer.AddUnsigned(0x0001, Counter, (ulong)(counters.BlockBytesWritten >> 10), 8);
        writer.AddUnsigned(0x0002, Counter, (ulong)counters.BlocksRead, 8);
        writer.AddUnsigned(0x0003, Counter, (ulong)(counters.BlockBytesRead >> 10), 8);
        for (ushort pair = 0x0004; pair <= 0x0008; pair += 4)
        {
            writer.AddUnsigned(pair, Counter, life.DataSets(counters.BlockBytesWritten), 8);
            writer.AddUnsigned((ushort)(pair + 1), Counter, (ulong)(counters.BlockBytesWritten >> 10), 8);
            writer.AddUnsigned((ushort)(pair + 2), Counter, life.DataSets(counters.BlockBytesRead), 8);
            writer.AddUnsigned((ushort)(pair + 3), Counter, (ulong)(counters.BlockBytesRead >> 10), 8);
        }

        if (unit.Medium != MediumState.Loaded || unit.Cartridge is not { } volume)
            return;
        ITapeMedium partition = volume.GetPartition(unit.Partition);
        writer.AddUnsigned(0x000C, BinaryList, (ulong)(partition.CapacityBytes >> 10), 8);
        writer.AddUnsigned(0x000E, BinaryList, (ulong)(Sum(volume, static one => one.CapacityBytes) >> 10), 8);
        writer.AddUnsigned(0x0010, BinaryList, (ulong)(Sum(volume, Remaining) >> 10), 8);
        writer.AddUnsigned(0x0011, BinaryList, (ulong)(Remaining(partition) >> 10), 8);
    }

    private static void AddText(ref LogPageWriter writer, ushort code, string text, int length)
    {
        Span<byte> field = stackalloc byte[TextLength];
        WriteText(field[..length], text);
        writer.Add(code, AsciiList, field[..length]);
    }

    private static long Sum(ITapeMedium tape, Func<ITapeMedium, long> value)
    {
        long sum = 0;
        for (int i = 0; i < tape.PartitionCount; i++)
            sum += value(tape.GetPartition(i));
        return sum;
    }

    private static long Remaining(ITapeMedium? partition) =>
        partition is null ? 0 : Math.Max(0, partition.CapacityBytes - partition.UsedBytes);
}
