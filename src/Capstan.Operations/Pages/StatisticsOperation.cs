using Capstan.Drive;
using Capstan.Scsi;

namespace Capstan.Operations.Pages;

/// <summary>`capstan drive statistics`: log page 17h.</summary>
public static class StatisticsOperation
{
    private const byte VolumeStatisticsPage = 0x17;
    private const long Megabyte = 1_000_000;

    /// <exception cref="OperationException">The drive cannot be reached, or has no such page.</exception>
    public static StatisticsReport Run(OperationContext context, string? device)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            PageReply reply = open.Drive.ReadLogPage(VolumeStatisticsPage);
            if (reply.Data is not { } data || !LogDecoder.TryDecode(data, LogVendor.Any, out DecodedLogPage? page))
                throw LogOperation.CannotTell(open, VolumeStatisticsPage, 0, reply);
            return Report(open.Source.Device, null, page);
        });
    }

    /// <summary>Decodes a saved log page 17h.</summary>
    /// <exception cref="OperationException">These bytes are none.</exception>
    public static StatisticsReport Decode(string file, ReadOnlyMemory<byte> data)
    {
        DecodedLogPage? page = LogOperation.DecodeAll(file, data.Span, LogVendor.Any).Find(one => one is { Page: VolumeStatisticsPage, Subpage: 0 });
        return page is null
            ? throw new OperationException(ExitStatus.Failed, $"{file}: there is no volume statistics page (log page 17h) in it.")
            : Report(null, file, page);
    }

    private static StatisticsReport Report(string? device, string? file, DecodedLogPage page)
    {
        // Drives without the validity parameter do not withhold the page when it is not valid.
        bool isValid = page.Find(0x0000)?.Value.Flag ?? page.Parameters.Count > 0;
        return new StatisticsReport(
            device, file, isValid, Partitions(page), [.. page.Find(0x0300)?.Fields.Select(field => field.Value.ToString()) ?? []],
            [.. page.Parameters.Select(PageParameter.Of)]);
    }

    internal static List<PartitionStatistics> Partitions(DecodedLogPage page)
    {
        ushort[] codes = [0x0200, 0x0201, 0x0202, 0x0203, 0x0204];
        IEnumerable<int> numbers = codes.SelectMany(code => page.Find(code)?.Fields ?? []).Select(field => field.Partition).OfType<int>().Distinct().Order();
        return
        [
            .. numbers.Select(partition => new PartitionStatistics(
                partition, Bytes(0x0202, partition), Bytes(0x0203, partition), Bytes(0x0204, partition), Number(0x0200, partition), Number(0x0201, partition))),
        ];

        // Counters have up to eight bytes; no tape has so much of anything.
        decimal? Value(ushort code, int partition) => page.Find(code)?.Fields.FirstOrDefault(field => field.Partition == partition)?.Value.Number;

        long? Number(ushort code, int partition) => Value(code, partition) is { } number and <= long.MaxValue ? (long)number : null;

        long? Bytes(ushort code, int partition) => Value(code, partition) is { } number and <= long.MaxValue / Megabyte ? (long)number * Megabyte : null;
    }
}
