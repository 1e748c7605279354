using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>A page as the drive gave it, or its refusal.</summary>
/// <param name="Data">The page with its header; null when the drive does not have it.</param>
/// <param name="Refusal">What the drive said instead; null for an answer without data.</param>
public readonly record struct PageReply(byte[]? Data, SenseData? Refusal)
{
    /// <summary>Whether there is a page.</summary>
    public bool IsGiven => Data is not null;
}

/// <summary>TapeAlert flags that are set now.</summary>
/// <param name="Set">The flags.</param>
/// <param name="Page">The log page that told: 12h, which leaves them set, or 2Eh, which may clear them.</param>
public readonly record struct DriveAlerts(TapeAlertSet Set, byte Page);

public sealed partial class TapeDrive
{
    private const byte AlertResponsePage = 0x12;
    private const byte AlertPage = 0x2E;
    private const int FirstPageBytes = 16 << 10;

    /// <summary>Reads a log page, whole, whatever its length. Moves no tape and needs none.</summary>
    /// <param name="page">PAGE CODE, 0 to 3Fh.</param>
    /// <param name="subpage">SUBPAGE CODE; FFh lists the subpages.</param>
    /// <param name="control">Cumulative values, which is what the counters are, or thresholds.</param>
    /// <exception cref="TapeException">The drive did not refuse the page but failed.</exception>
    public PageReply ReadLogPage(byte page, byte subpage = 0, LogPageControl control = LogPageControl.Cumulative) =>
        Again(LogSense.Name, isAbsolute: false, () =>
        {
            // A page longer than that is asked for again with its own length: not every path carries 64 KiB.
            PageReply reply = AskLogPage(page, subpage, control, (ushort)Math.Min(FirstPageBytes, MaxTransferBytes));
            if (reply.Data is { Length: >= LogPage.HeaderLength } data && LogPage.TryDecode(data, out LogPage decoded) && decoded.IsTruncated)
            {
                int whole = LogPage.HeaderLength + (data[2] << 8 | data[3]);
                if (Math.Min(Math.Min(whole, ushort.MaxValue), MaxTransferBytes) is var length && length > data.Length)
                    return AskLogPage(page, subpage, control, (ushort)length);
            }

            return reply;
        });

    /// <summary>
    /// The log pages that the drive has, by page 00h with its subpages, or without where the drive knows no subpages; null when it lists
    /// none.
    /// </summary>
    public IReadOnlyList<(byte Page, byte Subpage)>? ReadLogPageList()
    {
        if (ReadLogPage(0x00, 0xFF).Data is { } whole && LogPage.TryDecode(whole, out LogPage list) && list is { Subpage: 0xFF, Body.Length: >= 2 })
            return LogDecoder.ReadPageList(list);
        return ReadLogPage(0x00).Data is { } data && LogPage.TryDecode(data, out LogPage page) ? LogDecoder.ReadPageList(page) : null;
    }

    /// <summary>
    /// The TapeAlert flags: from page 12h, which does not clear them (SSC-4 4.2.20.2), else from 2Eh, which may; whoever gets them must
    /// keep them then. Null when the drive has neither page.
    /// </summary>
    public DriveAlerts? ReadTapeAlerts()
    {
        foreach (byte page in (ReadOnlySpan<byte>)[AlertResponsePage, AlertPage])
        {
            if (ReadLogPage(page).Data is { } data && LogPage.TryDecode(data, out LogPage decoded) && decoded.Page == page
                && TapeAlertSet.TryDecode(decoded, out TapeAlertSet set))
                return new DriveAlerts(set, page);
        }

        return null;
    }

    /// <summary>Sets the counters of a log page to zero (LOG SELECT with PCR and no parameters); null when that is done, else the refusal.</summary>
    public SenseData? ResetLogPage(byte page, byte subpage = 0)
    {
        SenseVerdict verdict = Run(new LogSelect(page, subpage, LogPageControl.Cumulative, 0, ResetsParameters: true), DataTransfer.None, _timeouts.HousekeepingSeconds);
        return verdict == SenseVerdict.Done ? null : Refused(LogSelect.Name, verdict).Refusal;
    }

    /// <summary>Standard INQUIRY data, or a vital product data page, as the drive gives it.</summary>
    public PageReply ReadInquiry(byte? vpdPage) => Again(Inquiry.Name, isAbsolute: false, () =>
    {
        // More than 255 bytes are asked for only where a page is longer: old devices read one byte of the length.
        PageReply reply = AskInquiry(vpdPage, 0xFF);
        if (vpdPage is not null && reply.Data is { Length: 0xFF } data && (data[2] << 8 | data[3]) + 4 is var whole && whole > data.Length)
            return AskInquiry(vpdPage, (ushort)Math.Min(whole, ushort.MaxValue));
        return reply;
    });

    private PageReply AskLogPage(byte page, byte subpage, LogPageControl control, ushort allocationLength)
    {
        byte[] answer = new byte[allocationLength];
        SenseVerdict verdict = Run(new LogSense(page, subpage, control, 0, allocationLength), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (verdict != SenseVerdict.Done)
            return Refused(LogSense.Name, verdict);
        byte[] data = answer[..Received(answer.Length)];
        // Quantum's half-height drives say that they sent as much as was asked for: only PAGE LENGTH tells how much that is.
        if (!LogPage.TryDecode(data, out LogPage decoded))
            return new PageReply(null, null);
        if (decoded.Page != page)
            throw new TapeCommandException($"{Name}: LOG SENSE for page {page:X2}h was answered with page {decoded.Page:X2}h.");
        return new PageReply(data[..(LogPage.HeaderLength + decoded.Body.Length)], null);
    }

    private PageReply AskInquiry(byte? vpdPage, ushort allocationLength)
    {
        byte[] answer = new byte[allocationLength];
        SenseVerdict verdict = Run(new Inquiry(vpdPage, allocationLength), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (verdict != SenseVerdict.Done)
            return Refused(Inquiry.Name, verdict);
        byte[] data = answer[..Received(answer.Length)];
        if (vpdPage is null)
            return new PageReply(data.Length >= 5 ? data[..Math.Min(data.Length, data[4] + 5)] : null, null);
        // Some devices answer a page that they do not have with another one, or with nothing.
        return data.Length >= 4 && data[1] == vpdPage
            ? new PageReply(data[..Math.Min(data.Length, 4 + (data[2] << 8 | data[3]))], null)
            : new PageReply(null, null);
    }

    private PageReply Refused(string command, SenseVerdict verdict)
    {
        ThrowIfSurprised(command, verdict);
        return verdict == SenseVerdict.IllegalRequest ? new PageReply(null, _sense) : throw DriveErrors.Sense(Name, command, verdict, _sense);
    }
}
