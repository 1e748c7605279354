using System.Globalization;

namespace Capstan.Transport.SgIo;

/// <summary>How much one command can carry. Pure but for sysfs: tested with trees that are none of a kernel's.</summary>
/// <remarks>0 is "not told" everywhere; with a reserved buffer every limit is told.</remarks>
/// <param name="CertainBytes">Goes through however the memory lies: every page a segment of its own. The limit of direct I/O.</param>
/// <param name="ClaimedBytes">What sg's own buffer holds; whether the adapter's segments hold it, only the kernel can say.</param>
/// <param name="Segments">The adapter's segment table; 0 when unknown.</param>
internal readonly record struct SgLimits(int CertainBytes, int ClaimedBytes, int Segments)
{
    private const int SectorBytes = 512;

    /// <summary>
    /// sg cuts its buffer to max_sectors, and to its segment table counted in pieces of 32 KiB (drivers/scsi/sg.c, sg_build_indirect,
    /// SG_SCATTER_SZ). An adapter whose segments must not cross a page (dma_boundary) takes fewer: a piece is then eight
    /// segments. dma_boundary is not in sysfs, and a tape drive has no queue directory on most kernels.
    /// </summary>
    /// <param name="sysfsDevice">The device's directory in sysfs.</param>
    /// <param name="sysfsHost">That of its host adapter; empty when unknown.</param>
    /// <param name="reservedBytes">SG_GET_RESERVED_SIZE; null when the node is not open.</param>
    /// <param name="tableSize">SG_GET_SG_TABLESIZE; null when refused.</param>
    public static SgLimits Read(string sysfsDevice, string sysfsHost, int? reservedBytes, int? tableSize, int pageBytes)
    {
        string queue = Path.Combine(sysfsDevice, "queue");
        long segments = Smallest(tableSize ?? 0, Number(queue, "max_segments"), sysfsHost.Length == 0 ? 0 : Number(sysfsHost, "sg_tablesize"));
        long segmentBytes = Smallest(pageBytes, Number(queue, "max_segment_size"));
        long claimed = Smallest(reservedBytes ?? 0, Number(queue, "max_sectors_kb") * 1024, Number(queue, "max_hw_sectors_kb") * 1024);
        long certain = Smallest(claimed, segments * segmentBytes);
        return new SgLimits(Whole(certain), Whole(claimed), (int)Math.Min(segments, int.MaxValue));
    }

    /// <summary>The largest whole number of pages, from the certain up to the claimed one, that fits.</summary>
    /// <param name="fits">Asks the kernel; null when it cannot tell (then the certain one stands).</param>
    public int FindLargest(int pageBytes, Func<int, bool?> fits)
    {
        if (CertainBytes >= ClaimedBytes)
            return ClaimedBytes;
        if (fits(ClaimedBytes) is not { } all)
            return CertainBytes;
        if (all)
            return ClaimedBytes;
        int good = CertainBytes, bad = ClaimedBytes;
        while (bad - good > pageBytes)
        {
            int middle = good + Math.Max(pageBytes, (bad - good) / 2 / pageBytes * pageBytes);
            if (fits(middle) is not { } fitting)
                return CertainBytes;
            if (fitting)
                good = middle;
            else
                bad = middle;
        }
        return good;
    }

    private static int Whole(long bytes) =>
        bytes == 0 ? 0 : (int)Math.Clamp(bytes / SectorBytes * SectorBytes, SectorBytes, int.MaxValue / SectorBytes * SectorBytes);

    private static long Smallest(params ReadOnlySpan<long> values)
    {
        long smallest = 0;
        foreach (long value in values)
        {
            if (value > 0 && (smallest == 0 || value < smallest))
                smallest = value;
        }
        return smallest;
    }

    private static long Number(string directory, string attribute) =>
        uint.TryParse(SgDevices.ReadText(directory, attribute), NumberStyles.None, CultureInfo.InvariantCulture, out uint value) ? value : 0;
}
