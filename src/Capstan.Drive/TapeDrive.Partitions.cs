using System.Buffers.Binary;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <remarks>
/// A tape from LTO-5 on can have partitions. REWIND, SPACE, and LOCATE without CP stay in the one where the tape stands; a loaded tape
/// stands in partition 0, and whoever had the drive before may have left it in another one.
/// </remarks>
public sealed partial class TapeDrive
{
    private const byte VolumeStatisticsPage = 0x17;
    private const ushort PartitionCapacities = 0x0202;
    private const ushort PartitionUsage = 0x0203;
    private const ushort PartitionRemains = 0x0204;

    /// <summary>Where the caller brought the tape, or last heard that it stands; null before the first question.</summary>
    private int? _partition;

    /// <summary>Where the running stream of writes goes.</summary>
    private int _streamPartition;

    /// <summary>Moves so that the given object of a partition is the next one, and checks that the drive got there. LOCATE names the partition only where it is another one.</summary>
    /// <param name="partition">0 to 255.</param>
    /// <param name="objectId">In that partition.</param>
    /// <exception cref="TapeCommandException">There is no such partition or object.</exception>
    /// <exception cref="TapeDeviceException">The drive has no partitions at all.</exception>
    public void Locate(int partition, long objectId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partition, byte.MaxValue);
        ArgumentOutOfRangeException.ThrowIfNegative(objectId);
        if (!ReportsPosition)
        {
            if (partition != 0)
                throw new TapeDeviceException(DeviceFault.Unsupported, $"{Name}: this drive ({Identity.Vendor} {Identity.Product}) cannot change partitions: it does not even tell where its tape stands.");
            Locate(objectId);
            return;
        }

        if (ReadPosition().Partition == partition)
        {
            Locate(objectId);
            return;
        }

        _partition = partition;
        Again(Locate16.Name, isAbsolute: true, () => LocateOnce(objectId, (byte)partition));
    }

    /// <summary>Stands at the beginning of the partition when it is not there already; in the right one it stays where it stands.</summary>
    public void ChangePartition(int partition)
    {
        if (!ReportsPosition ? partition != 0 : ReadPosition().Partition != partition)
            Locate(partition, 0);
    }

    /// <summary>
    /// The partitions of the tape: how many there are and can be, how large they are, and what is left of them; null where the drive has no
    /// such mode page. Moves no tape.
    /// </summary>
    public PartitionTable? ReadPartitions() => Again(ModeSense10.Name, isAbsolute: false, AskPartitions);

    private PartitionTable? AskPartitions()
    {
        if (!TryReadPartitionPage(out MediumPartition page))
            return null;
        int count = page.AdditionalPartitionsDefined + 1;
        long unit = UnitOf(page);
        ReadOnlySpan<ushort> sizes = [page.PartitionSize0, page.PartitionSize1, page.PartitionSize2, page.PartitionSize3];
        var partitions = new TapePartition[count];
        for (int i = 0; i < count; i++)
        {
            long? size = i < sizes.Length && sizes[i] is > 0 and < ushort.MaxValue ? sizes[i] * unit : null;
            partitions[i] = new TapePartition(i, size, null, null);
        }

        FillFromStatistics(partitions);
        return new PartitionTable(page.MaximumAdditionalPartitions + 1, partitions);
    }

    /// <summary>Log page 17h has megabytes a partition; by the length of each record, not by the generation (LTO-6 drives report four of them, too).</summary>
    private void FillFromStatistics(TapePartition[] partitions)
    {
        Span<byte> answer = stackalloc byte[4096];
        answer.Clear();
        SenseVerdict verdict = Run(new LogSense(VolumeStatisticsPage, 0, LogPageControl.Cumulative, 0, (ushort)answer.Length),
            DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        ThrowIfSurprised(LogSense.Name, verdict);
        if (verdict != SenseVerdict.Done || !LogPage.TryDecode(answer[..Received(answer.Length)], out LogPage page))
            return;
        for (int i = 0; i < partitions.Length; i++)
        {
            partitions[i] = partitions[i] with
            {
                CapacityBytes = PerPartition(page, PartitionCapacities, i) ?? partitions[i].CapacityBytes,
                UsedBytes = PerPartition(page, PartitionUsage, i),
                RemainingBytes = PerPartition(page, PartitionRemains, i),
            };
        }
    }

    /// <summary>A volume statistics partition record (SSC-4 8.2.8.3): length, reserved, partition, value. FFFFFFFFh says that it is not known.</summary>
    private static long? PerPartition(in LogPage page, ushort code, int partition)
    {
        if (!page.TryFind(code, out LogParameter parameter))
            return null;
        ReadOnlySpan<byte> records = parameter.Value;
        while (records.Length >= 8 && records[0] >= 7)
        {
            int length = Math.Min(records[0] + 1, records.Length);
            if (BinaryPrimitives.ReadUInt16BigEndian(records[2..]) == partition)
            {
                uint megabytes = BinaryPrimitives.ReadUInt32BigEndian(records[4..]);
                return megabytes == uint.MaxValue ? null : megabytes * 1_000_000L;
            }

            records = records[length..];
        }

        return null;
    }

    private bool TryReadPartitionPage(out MediumPartition page)
    {
        Span<byte> answer = stackalloc byte[255];
        answer.Clear();
        page = default;
        ModeHeaderForm form = ModeHeaderForm.Ten;
        SenseVerdict verdict = Run(new ModeSense10(MediumPartition.PageCode, 0, false, PageControl.Current, (ushort)answer.Length),
            DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (verdict == SenseVerdict.IllegalRequest)
        {
            form = ModeHeaderForm.Six;
            verdict = Run(new ModeSense6(MediumPartition.PageCode, 0, false, PageControl.Current, (byte)answer.Length),
                DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        }

        ThrowIfSurprised(ModeSense10.Name, verdict);
        if (verdict == SenseVerdict.IllegalRequest)
            return false;
        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, ModeSense10.Name, verdict, _sense);
        if (!ModeParameters.TryDecode(answer[..Received(answer.Length)], form, out ModeParameters parameters))
            return false;
        foreach (ModePage candidate in parameters)
        {
            if (candidate.Page == MediumPartition.PageCode && candidate.Subpage == 0)
                return MediumPartition.TryDecode(candidate.Bytes, out page);
        }

        return false;
    }

    private static long UnitOf(in MediumPartition page) => page.PartitionSizeUnit switch
    {
        0 => 1,
        1 => 1_000,
        2 => 1_000_000,
        _ => Power(page.PartitionUnits),
    };

    private static long Power(int exponent)
    {
        long power = 1;
        for (int i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}

/// <summary>The partitions of a tape.</summary>
/// <param name="MaximumCount">As many as it can have.</param>
/// <param name="Partitions">Those it has, by number.</param>
public sealed record PartitionTable(int MaximumCount, IReadOnlyList<TapePartition> Partitions);

/// <summary>One partition; sizes in bytes, null where the drive does not tell.</summary>
/// <param name="Number">From 0.</param>
/// <param name="CapacityBytes">Native.</param>
/// <param name="UsedBytes">Before its end of data.</param>
/// <param name="RemainingBytes">Behind it.</param>
public readonly record struct TapePartition(int Number, long? CapacityBytes, long? UsedBytes, long? RemainingBytes);
