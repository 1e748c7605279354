using Capstan.Drive;
using Capstan.Scsi;

namespace Capstan.Operations.Pages;

/// <summary>What to do with TapeAlert flags.</summary>
/// <param name="IsAll">Tell all 64, set or not.</param>
/// <param name="Clears">Forget those that were seen and are not set any more.</param>
public sealed record AlertsRequest(string? Device, bool IsAll, bool Clears);

/// <summary>`capstan drive alerts`.</summary>
public static class AlertsOperation
{
    /// <exception cref="OperationException">The drive cannot be reached, or has no TapeAlert.</exception>
    public static AlertsReport Run(OperationContext context, AlertsRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() => Run(context, request, open));
    }

    /// <summary>Decodes a saved log page 12h or 2Eh.</summary>
    /// <exception cref="OperationException">These bytes are none.</exception>
    public static AlertsReport Decode(string file, ReadOnlyMemory<byte> data, bool isAll)
    {
        ReadOnlySpan<byte> rest = data.Span;
        while (LogPage.TryDecode(rest, out LogPage page))
        {
            if (TapeAlertSet.TryDecode(page, out TapeAlertSet set))
                return new AlertsReport(null, file, null, page.Page, List(set, [], isAll), 0);
            rest = rest[(LogPage.HeaderLength + page.Body.Length)..];
        }

        throw new OperationException(ExitStatus.Failed, $"{file}: there is no TapeAlert page (log page 12h or 2Eh) in it.");
    }

    private static AlertsReport Run(OperationContext context, AlertsRequest request, OpenDrive open)
    {
        DriveAlerts alerts = open.Drive.ReadTapeAlerts() ?? throw new OperationException(ExitStatus.Device,
            $"{open.Source.Device}: this drive cannot tell TapeAlert flags: it has neither log page 12h nor 2Eh.");
        int cleared = request.Clears ? AlertLatch.Clear(AlertLatch.PathOf(context.Home, open.Drive.Identity)) : 0;
        IReadOnlyList<KeptAlert> kept = AlertLatch.Keep(context, open, alerts.Set);
        return new AlertsReport(open.Source.Device, null, open.Drive.Identity.SerialNumber, alerts.Page, List(alerts.Set, kept, request.IsAll), cleared);
    }

    private static List<AlertReport> List(TapeAlertSet set, IReadOnlyList<KeptAlert> kept, bool isAll)
    {
        var list = new List<AlertReport>();
        foreach (TapeAlertFlag flag in TapeAlertFlag.All)
        {
            KeptAlert? seen = kept.FirstOrDefault(one => one.Flag == flag.Number);
            bool isActive = set.Contains(flag.Number);
            if (isAll || isActive || seen is not null)
            {
                list.Add(new AlertReport(
                    flag.Number, flag.Name, SeverityText(flag.Severity), flag.Meaning, flag.Advice, isActive, seen?.First, seen?.Last, seen?.Tape));
            }
        }

        return list;
    }

    private static string SeverityText(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Critical => "critical",
        AlertSeverity.Warning => "warning",
        _ => "information",
    };
}
