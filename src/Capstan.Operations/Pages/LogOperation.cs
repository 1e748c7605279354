using Capstan.Drive;
using Capstan.Scsi;

namespace Capstan.Operations.Pages;

/// <summary>Which log pages.</summary>
/// <param name="Page">One page; null for all, or for the list.</param>
/// <param name="IsAll">Every page that the drive lists.</param>
/// <param name="Resets">Set the page's counters to zero after they were read (LOG SELECT with PCR).</param>
public sealed record LogRequest(string? Device, (byte Page, byte Subpage)? Page, bool IsAll, bool Resets = false);

/// <summary>`capstan drive log`.</summary>
public static class LogOperation
{
    private const byte AlertPage = 0x2E;
    private const byte SupportedSubpages = 0xFF;

    /// <exception cref="OperationException">The drive cannot be reached, or does not have the page that was named.</exception>
    public static LogReport Run(OperationContext context, LogRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() => Run(context, request, open));
    }

    /// <summary>Decodes saved pages, one behind the other.</summary>
    /// <param name="file">Where they are from, for messages.</param>
    /// <param name="vendor">Whose: as INQUIRY says it, such as "IBM"; null when that is not known.</param>
    /// <exception cref="OperationException">These bytes are no log page.</exception>
    public static LogReport Decode(string file, ReadOnlyMemory<byte> data, string? vendor)
    {
        var pages = new List<LogPageReport>();
        foreach (DecodedLogPage page in DecodeAll(file, data.Span, VendorOf(vendor)))
            pages.Add(Report(page));
        return new LogReport(null, file, [], pages, []);
    }

    internal static List<DecodedLogPage> DecodeAll(string file, ReadOnlySpan<byte> data, LogVendor vendor)
    {
        var pages = new List<DecodedLogPage>();
        for (int at = 0; LogDecoder.TryDecode(data[at..], vendor, out DecodedLogPage? page); at = SavedPages.BehindPadding(data, at + page.Length))
            pages.Add(page);
        return pages.Count > 0 ? pages
            : throw new OperationException(ExitStatus.Failed, $"{file}: this is no log page: {data.Length} bytes, and a page has a header of {LogPage.HeaderLength}.");
    }

    internal static LogPageReport Report(DecodedLogPage page) =>
        new(page.Page, page.Subpage, page.Name, page.IsTruncated, [.. page.Parameters.Select(PageParameter.Of)]);

    /// <summary>The drive does not have this page: what it is, and which it has.</summary>
    internal static OperationException CannotTell(OpenDrive open, byte page, byte subpage, PageReply reply)
    {
        bool isNamed = LogDecoder.IsNamed(page, subpage, VendorOf(open));
        string what = isNamed ? $"its {LogDecoder.NameOf(page, subpage, VendorOf(open))}" : $"log page {Code(page, subpage)}";
        // Nothing else about log pages can be the remedy then.
        if (reply.Refusal is { Code: var code } && code == SenseCode.InvalidCommandOperationCode)
            return new OperationException(ExitStatus.Device, $"{open.Source.Device}: this drive cannot tell {what}: it has no log pages at all, no LOG SENSE ({reply.Refusal}).");
        string why = reply.Refusal is { } sense ? sense.ToString() : "it answered without data";
        return new OperationException(ExitStatus.Device,
            $"{open.Source.Device}: this drive cannot tell {what}: it has {(isNamed ? $"no log page {Code(page, subpage)}" : "none")} ({why}). `capstan drive log --list` shows the pages it has.");
    }

    internal static LogVendor VendorOf(OpenDrive open) => LogVendors.Of(open.Drive.Identity.Vendor, open.Drive.Identity.Product);

    internal static string Code(int page, int subpage) => subpage == 0 ? $"{page:X2}h" : $"{page:X2}h/{subpage:X2}h";

    private static LogVendor VendorOf(string? vendor) => vendor is null ? LogVendor.Any : LogVendors.Of(vendor, vendor);

    private static LogReport Run(OperationContext context, LogRequest request, OpenDrive open)
    {
        LogVendor vendor = VendorOf(open);
        if (request.Page is { } one)
        {
            PageReply reply = open.Drive.ReadLogPage(one.Page, one.Subpage);
            if (reply.Data is not { } data || !LogDecoder.TryDecode(data, vendor, out DecodedLogPage? page))
                throw CannotTell(open, one.Page, one.Subpage, reply);
            Keep(context, open, data);
            if (request.Resets)
                Reset(open, one.Page, one.Subpage);
            return new LogReport(open.Source.Device, null, [], [Report(page)], []);
        }

        IReadOnlyList<(byte Page, byte Subpage)> list = open.Drive.ReadLogPageList()
            ?? throw new OperationException(ExitStatus.Device, $"{open.Source.Device}: this drive cannot list its log pages: it has no LOG SENSE, or no page 00h.");
        if (!request.IsAll)
            return new LogReport(open.Source.Device, null, [.. list.Select(entry => new LogPageName(entry.Page, entry.Subpage, LogDecoder.NameOf(entry.Page, entry.Subpage, vendor)))], [], []);
        return All(context, open, vendor, list);
    }

    private static LogReport All(OperationContext context, OpenDrive open, LogVendor vendor, IReadOnlyList<(byte Page, byte Subpage)> list)
    {
        var pages = new List<LogPageReport>();
        var refused = new List<LogPageName>();
        foreach ((byte code, byte subpage) in list)
        {
            // Lists of subpages say what this list says.
            if (subpage == SupportedSubpages)
                continue;
            PageReply reply = open.Drive.ReadLogPage(code, subpage);
            if (reply.Data is { } data && LogDecoder.TryDecode(data, vendor, out DecodedLogPage? page))
            {
                Keep(context, open, data);
                pages.Add(Report(page));
            }
            else
            {
                refused.Add(new LogPageName(code, subpage, LogDecoder.NameOf(code, subpage, vendor), reply.Refusal?.ToString() ?? "answered without data"));
            }
        }

        return new LogReport(open.Source.Device, null, [], pages, refused);
    }

    /// <summary>Reading page 2Eh may clear the flags in the drive: what it said is kept for `capstan drive alerts`.</summary>
    private static void Keep(OperationContext context, OpenDrive open, byte[] data)
    {
        if (LogPage.TryDecode(data, out LogPage page) && page.Page == AlertPage && TapeAlertSet.TryDecode(page, out TapeAlertSet set))
            AlertLatch.Keep(context, open, set);
    }

    private static void Reset(OpenDrive open, byte page, byte subpage)
    {
        if (open.Drive.ResetLogPage(page, subpage) is { } refusal)
        {
            throw new OperationException(ExitStatus.Device,
                $"{open.Source.Device}: this drive cannot reset log page {Code(page, subpage)} ({refusal}).");
        }
    }
}
