using Capstan.Drive;
using Capstan.Scsi;

namespace Capstan.Operations.Pages;

/// <summary>`capstan drive inquiry`.</summary>
public static class InquiryOperation
{
    private const byte SupportedPages = 0x00;

    /// <param name="page">One VPD page; null for the standard data and every page that the drive lists.</param>
    /// <exception cref="OperationException">The drive cannot be reached, or does not have the page that was named.</exception>
    public static InquiryReport Run(OperationContext context, string? device, byte? page)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() => page is { } one ? One(open, one) : All(open));
    }

    /// <summary>Decodes saved INQUIRY data, or VPD pages one behind the other.</summary>
    /// <param name="page">Which one it is, where that is known; null to find out.</param>
    /// <exception cref="OperationException">These bytes are none.</exception>
    public static InquiryReport Decode(string file, ReadOnlyMemory<byte> data, byte? page)
    {
        var pages = new List<InquiryPage>();
        ReadOnlySpan<byte> bytes = data.Span;
        int at = SavedPages.BehindPadding(bytes, 0);
        for (; InquiryDecoder.TryDecode(bytes[at..], page is null ? null : true, out DecodedInquiry? decoded); at = SavedPages.BehindPadding(bytes, at + decoded.Bytes.Length))
            pages.Add(Report(decoded));
        if (pages.Count == 0)
            throw new OperationException(ExitStatus.Failed, $"{file}: this is neither INQUIRY data nor a VPD page: {data.Length} bytes.");
        if (page is { } wanted && pages[0].Page != wanted)
            throw new OperationException(ExitStatus.Failed, $"{file}: this is not VPD page {wanted:X2}h: its page code is {pages[0].Page:X2}h.");
        return new InquiryReport(null, file, pages, []);
    }

    private static InquiryReport One(OpenDrive open, byte page)
    {
        PageReply reply = open.Drive.ReadInquiry(page);
        if (reply.Data is { } data && InquiryDecoder.TryDecode(data, isPage: true, out DecodedInquiry? decoded))
            return new InquiryReport(open.Source.Device, null, [Report(decoded)], []);
        string why = reply.Refusal is { } sense ? sense.ToString() : "it answered without data";
        throw new OperationException(ExitStatus.Device,
            $"{open.Source.Device}: this drive cannot tell {(InquiryDecoder.IsNamed(page) ? $"its {InquiryDecoder.NameOf(page)}: it has no VPD page {page:X2}h" : $"VPD page {page:X2}h: it has none")} ({why}). `capstan drive inquiry --page 00` shows the pages it has.");
    }

    private static InquiryReport All(OpenDrive open)
    {
        var pages = new List<InquiryPage>();
        var refused = new List<LogPageName>();
        if (open.Drive.ReadInquiry(null).Data is { } standard && InquiryDecoder.TryDecode(standard, isPage: false, out DecodedInquiry? inquiry))
            pages.Add(Report(inquiry));
        if (open.Drive.ReadInquiry(SupportedPages).Data is { } list && SupportedVpdPages.TryDecode(list, out SupportedVpdPages supported))
        {
            foreach (byte page in supported.Pages)
            {
                PageReply reply = open.Drive.ReadInquiry(page);
                if (reply.Data is { } data && InquiryDecoder.TryDecode(data, isPage: true, out DecodedInquiry? decoded))
                    pages.Add(Report(decoded));
                else
                    refused.Add(new LogPageName(page, 0, InquiryDecoder.NameOf(page), reply.Refusal?.ToString() ?? "answered without data"));
            }
        }

        return new InquiryReport(open.Source.Device, null, pages, refused);
    }

    private static InquiryPage Report(DecodedInquiry decoded) =>
        new(decoded.Page, decoded.Name, [.. decoded.Fields.Select(PageField.Of)], Convert.ToHexStringLower(decoded.Bytes.Span));
}
