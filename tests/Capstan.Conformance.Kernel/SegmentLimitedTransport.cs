using System.Globalization;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Conformance.Kernel;

/// <summary>
/// A path that promises no more than it carries for certain. The kernel tells the queue's max_sectors; where a segment is a page at
/// most (tcm_loop's dma_boundary), the host's sg_tablesize ends it earlier, and the sg driver cannot be asked for that.
/// </summary>
internal sealed class SegmentLimitedTransport(IScsiTransport inner, string path) : IScsiTransport
{
    public string Name => inner.Name;

    public int MaxTransferBytes { get; } = Math.Min(inner.MaxTransferBytes, CarriedBytes(path));

    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout) => inner.Execute(cdb, data, sense, timeout);

    public void Dispose() => inner.Dispose();

    private static int CarriedBytes(string path)
    {
        // HOST:CHANNEL:TARGET:LUN
        string? device = Directory.ResolveLinkTarget($"/sys/class/scsi_generic/{Path.GetFileName(path)}/device", returnFinalTarget: true)?.Name;
        string table = $"/sys/class/scsi_host/host{device?.Split(':')[0]}/sg_tablesize";
        return File.Exists(table) && int.TryParse(File.ReadAllText(table), NumberStyles.None | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int segments)
            ? (int)Math.Min((long)segments * Environment.SystemPageSize, int.MaxValue)
            : int.MaxValue;
    }
}
