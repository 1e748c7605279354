using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>The log pages of the drive, made when they are asked for.</summary>
internal static class LogPages
{
    private const byte SupportedPages = 0x00;
    private const byte SequentialAccessDevice = 0x0C;
    private const byte DeviceStatus = 0x11;
    private const byte VolumeStatistics = 0x17;
    private const byte TapeAlert = 0x2E;
    private const byte TapeCapacity = 0x31;

    private const byte BinaryList = 0x03;
    private const byte Counter = 0x40;

    /// <summary>Writes a page from a parameter on.</summary>
    /// <returns>Its length; 0 when there is no such page, -1 when there is no parameter from the pointer on.</returns>
    internal static int Write(TapeDriveUnit unit, byte page, ushort parameterPointer, Span<byte> answer)
    {
        var writer = new LogPageWriter(answer, page);
        switch (page)
        {
            case SupportedPages:
                writer.AddRaw([SupportedPages, SequentialAccessDevice, DeviceStatus, VolumeStatistics, TapeAlert, TapeCapacity]);
                return parameterPointer == 0 ? writer.Finish() : -1;
            case SequentialAccessDevice:
                AddSequentialAccess(ref writer, unit);
                break;
            case DeviceStatus:
                AddDeviceStatus(ref writer, unit);
                break;
            case VolumeStatistics:
                AddVolumeStatistics(ref writer, unit);
                break;
            case TapeAlert:
                for (ushort flag = 1; flag <= 64; flag++)
                    writer.AddUnsigned(flag, Counter, 0, 1);
                break;
            case TapeCapacity:
                AddTapeCapacity(ref writer, unit);
                break;
            default:
                return 0;
        }
        return SkipTo(parameterPointer, answer, writer.Finish());
    }

    /// <summary>Leaves out the parameters before the pointer (SPC-4 6.8).</summary>
    private static int SkipTo(ushort parameterPointer, Span<byte> answer, int length)
    {
        if (parameterPointer == 0)
            return length;
        int skipped = LogPage.HeaderLength;
        while (skipped < length && (answer[skipped] << 8 | answer[skipped + 1]) < parameterPointer)
            skipped += 4 + answer[skipped + 3];
        if (skipped >= length)
            return -1;
        answer[skipped..length].CopyTo(answer[LogPage.HeaderLength..]);
        length -= skipped - LogPage.HeaderLength;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(answer[2..], (ushort)(length - LogPage.HeaderLength));
        return length;
    }

    // SSC-4 8.2.3: bytes from the initiator, to the medium, from the medium, to the initiator; capacities in MB.
    private static void AddSequentialAccess(ref LogPageWriter writer, TapeDriveUnit unit)
    {
        writer.AddUnsigned(0x0000, Counter, (ulong)unit.Counters.BytesFromHost, 8);
        writer.AddUnsigned(0x0001, Counter, (ulong)unit.Counters.BytesFromHost, 8);
        writer.AddUnsigned(0x0002, Counter, (ulong)unit.Counters.BytesToHost, 8);
        writer.AddUnsigned(0x0003, Counter, (ulong)unit.Counters.BytesToHost, 8);
        if (unit.Cartridge?.GetPartition(unit.Partition) is { } tape)
        {
            writer.AddUnsigned(0x0004, Counter, Megabytes(tape.CapacityBytes), 4);
            writer.AddUnsigned(0x0005, Counter, Megabytes(tape.CapacityBytes - tape.EarlyWarningBytes), 4);
            writer.AddUnsigned(0x0006, Counter, Megabytes(tape.EarlyWarningBytes), 4);
            writer.AddUnsigned(0x0007, Counter, Megabytes(tape.UsedBytesAt(unit.Position)), 4);
        }
        // Cleaning is never required.
        writer.AddUnsigned(0x0100, Counter, 0, 8);
    }

    // ADC-3 6.1.2.2, very high frequency data: byte 0 7 PAMR 6 HUI 5 MACC 4 CMPR 3 WRTP 2 CRQST 1 CRQRD 0 DINIT,
    // byte 1 5 RAA 4 MPRSNT 2 MSTD 1 MTHRD 0 MOUNTED, byte 2 activity (0: none), byte 3 flags.
    private static void AddDeviceStatus(ref LogPageWriter writer, TapeDriveUnit unit)
    {
        bool seated = unit.Medium is MediumState.Loaded or MediumState.Seated;
        int state = 0x01 | 0x10;
        if (seated)
            state |= 0x20;
        if (unit.IsTapeProtected && seated)
            state |= 0x08;
        if (unit.IsRemovalPrevented)
            state |= 0x80;
        int medium = unit.Medium switch
        {
            MediumState.Loaded => 0x10 | 0x04 | 0x02 | 0x01,
            MediumState.Seated => 0x10 | 0x04,
            MediumState.Ejected => 0x10 | 0x20,
            _ => 0x20,
        };
        writer.Add(0x0000, BinaryList, [(byte)state, (byte)medium, (byte)unit.Activity.Kind, 0]);
    }

    private static void AddVolumeStatistics(ref LogPageWriter writer, TapeDriveUnit unit)
    {
        ITapeMedium? tape = unit.Medium == MediumState.Loaded ? unit.Cartridge : null;
        writer.AddUnsigned(0x0000, BinaryList, tape is null ? 0u : 1u, 1);
        if (tape is null)
            return;
        writer.AddUnsigned(0x0001, BinaryList, (ulong)tape.LoadCount, 4);
        writer.AddUnsigned(0x0010, BinaryList, Megabytes(unit.Counters.BytesFromHost), 8);
        writer.AddUnsigned(0x0011, BinaryList, Megabytes(unit.Counters.BytesToHost), 8);
        writer.AddUnsigned(0x0016, BinaryList, Megabytes(tape.CapacityBytes), 4);
        writer.AddUnsigned(0x0017, BinaryList, Megabytes(tape.UsedBytes), 4);
        Span<byte> barcode = stackalloc byte[32];
        barcode.Fill((byte)' ');
        System.Text.Encoding.ASCII.GetBytes(tape.Barcode, barcode);
        writer.Add(0x0042, 0x01, barcode);
        writer.AddUnsigned(0x0080, BinaryList, unit.IsTapeProtected ? 1u : 0u, 1);
        writer.AddUnsigned(0x0081, BinaryList, tape.IsWorm ? 1u : 0u, 1);
        AddPerPartition(ref writer, 0x0202, tape, static partition => Megabytes(partition.CapacityBytes));
        // FFFFFFFFh: the end of data is lost, so how much is used is not known.
        AddPerPartition(ref writer, 0x0203, tape, static partition => partition.IsTruncated ? uint.MaxValue : Megabytes(partition.UsedBytes));
        AddPerPartition(ref writer, 0x0204, tape, static partition => Megabytes(Remaining(partition)));
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
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)i);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(record[4..], (uint)Math.Min(value(tape.GetPartition(i)), uint.MaxValue));
        }
        writer.Add(code, BinaryList, records);
    }

    // IBM and HP: 1 remaining and 3 maximum of partition 0, 2 and 4 of partition 1, in MiB.
    private static void AddTapeCapacity(ref LogPageWriter writer, TapeDriveUnit unit)
    {
        ITapeMedium? second = unit.Cartridge is { PartitionCount: > 1 } tape ? tape.GetPartition(1) : null;
        writer.AddUnsigned(1, Counter, (ulong)(Remaining(unit.Cartridge) >> 20), 4);
        writer.AddUnsigned(2, Counter, (ulong)(Remaining(second) >> 20), 4);
        writer.AddUnsigned(3, Counter, (ulong)((unit.Cartridge?.CapacityBytes ?? 0) >> 20), 4);
        writer.AddUnsigned(4, Counter, (ulong)((second?.CapacityBytes ?? 0) >> 20), 4);
    }

    private static long Remaining(ITapeMedium? partition) =>
        partition is null ? 0 : Math.Max(0, partition.CapacityBytes - partition.UsedBytes);

    private static ulong Megabytes(long bytes) => (ulong)(bytes / 1_000_000);
}
