using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>Between the Medium Partition mode page and the partitions of a tape (SSC-4 8.3.4).</summary>
internal static class Partitioning
{
    private const ushort Rest = 0xFFFF;

    /// <summary>A partition that the drive chooses itself is two of the eighty wraps of an LTO-5 tape, or as much of another one.</summary>
    private const int SmallPartitionsPerTape = 40;

    /// <summary>What the page says of a tape; of none, that there are no partitions.</summary>
    internal static MediumPartition PageOf(ITapeMedium? tape)
    {
        int units = UnitsOf(tape?.TapeCapacityBytes ?? long.MaxValue);
        int count = tape?.PartitionCount ?? 1;
        return new MediumPartition
        {
            MaximumAdditionalPartitions = (byte)((tape?.MaxPartitions ?? 1) - 1),
            AdditionalPartitionsDefined = (byte)(count - 1),
            FixedDataPartitions = count == 1,
            InitiatorDefinedPartitions = count > 1,
            PartitionSizeUnit = 3,
            PartitionOnFormat = true,
            MediumFormatRecognition = 3,
            PartitionUnits = units,
            PartitionSize0 = SizeOf(tape, 0, units),
            PartitionSize1 = SizeOf(tape, 1, units),
            PartitionSize2 = SizeOf(tape, 2, units),
            PartitionSize3 = SizeOf(tape, 3, units),
        };
    }

    /// <summary>What partitions a page asks for.</summary>
    /// <param name="page">As the initiator sent it.</param>
    /// <param name="tape">The tape they are for.</param>
    /// <param name="capacities">Bytes of each partition, when the answer is true.</param>
    /// <param name="invalid">The field of the page that cannot be, when it is false.</param>
    internal static bool TryPlan(in MediumPartition page, ITapeMedium tape, out long[] capacities, out BitField invalid)
    {
        capacities = [];
        invalid = MediumPartition.AdditionalPartitionsDefinedField;
        int count = page.AdditionalPartitionsDefined + 1;
        if (count > tape.MaxPartitions)
            return false;
        int modes = (page.FixedDataPartitions ? 1 : 0) + (page.SelectDataPartitions ? 1 : 0) + (page.InitiatorDefinedPartitions ? 1 : 0);
        invalid = MediumPartition.FixedDataPartitionsField;
        if (modes != 1)
            return false;
        long total = tape.TapeCapacityBytes;
        capacities = new long[count];
        if (page.InitiatorDefinedPartitions)
            return TryDivide(page, total, capacities, out invalid);
        // FDP: small ones, and the first has the rest. SDP: all the same.
        long one = page.FixedDataPartitions ? total / SmallPartitionsPerTape : total / count;
        Array.Fill(capacities, Math.Max(1, one));
        capacities[0] = total - capacities.AsSpan(1).ToArray().Sum();
        return capacities[0] > 0;
    }

    private static bool TryDivide(in MediumPartition page, long total, long[] capacities, out BitField invalid)
    {
        ReadOnlySpan<ushort> sizes = [page.PartitionSize0, page.PartitionSize1, page.PartitionSize2, page.PartitionSize3];
        long unit = page.PartitionSizeUnit switch
        {
            0 => 1,
            1 => 1_000,
            2 => 1_000_000,
            _ => Power(page.PartitionUnits),
        };
        int rest = -1;
        long left = total;
        invalid = default;
        for (int i = 0; i < capacities.Length; i++)
        {
            invalid = BitField.WholeByte(8 + 2 * i);
            bool isRest = sizes[i] == Rest;
            if (sizes[i] == 0 || (isRest && rest >= 0))
                return false;
            if (isRest)
            {
                rest = i;
                continue;
            }
            capacities[i] = sizes[i] > left / unit ? 0 : sizes[i] * unit;
            if (capacities[i] == 0)
                return false;
            left -= capacities[i];
        }
        if (rest < 0)
        {
            // Sizes are told in whole units: what is over belongs to the first partition, so that a page read can be written back.
            capacities[0] += left < unit ? left : 0;
            return true;
        }
        invalid = BitField.WholeByte(8 + 2 * rest);
        capacities[rest] = left;
        return left > 0;
    }

    private static ushort SizeOf(ITapeMedium? tape, int number, int units) =>
        tape is null || number >= tape.PartitionCount
            ? (ushort)0
            : (ushort)Math.Min(tape.GetPartition(number).CapacityBytes / Power(units), Rest - 1);

    /// <summary>Gigabytes for a tape of a real size; for a small one what two bytes can still count.</summary>
    private static int UnitsOf(long bytes)
    {
        int units = 9;
        while (units > 0 && bytes / Power(units - 3) < Rest)
            units -= 3;
        return units;
    }

    private static long Power(int exponent)
    {
        long power = 1;
        for (int i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}
