using Capstan.Drive;

namespace Capstan.Operations.Diagnostics;

/// <summary>`capstan drive dump`, `self-test`, `timestamp`.</summary>
public static class DiagnosticOperation
{
    /// <summary>Between setting a clock and asking for it.</summary>
    private static readonly TimeSpan LongestSetting = TimeSpan.FromMinutes(10);

    /// <summary>Reads the drive's dump to its end.</summary>
    /// <param name="target">Where it goes; called when there is something to write, so that no empty file is made.</param>
    /// <exception cref="OperationException">The drive has none.</exception>
    public static DumpReport Dump(OperationContext context, DumpRequest request, Func<Stream> target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(target);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() =>
        {
            Stream? stream = null;
            long bytes = 0;
            long start = context.Time.GetTimestamp();
            context.Listener.Phase("reading the drive's dump");
            try
            {
                Unsupported.Guard(open.Drive, "give a dump (READ BUFFER)", () => bytes = open.Drive.ReadDump(
                    request.BufferId, piece =>
                    {
                        (stream ??= target()).Write(piece.Span);
                        context.Progress.SetBytes(stream.Position);
                    },
                    total => context.Progress.SetTotals(total, 0), cancellation));
            }
            finally
            {
                stream?.Dispose();
            }

            if (bytes == 0)
            {
                throw new OperationException(ExitStatus.Device,
                    $"{open.Drive.Name}: buffer {request.BufferId:X2}h of this drive ({open.Drive.Identity.Vendor} {open.Drive.Identity.Product}) is empty: it has no dump to give. Nothing was written.");
            }

            return new DumpReport(open.Source.Device, open.Source.PickedBy, request.TargetName, request.BufferId, bytes, context.Time.GetElapsedTime(start).TotalSeconds);
        });
    }

    /// <summary>Runs the drive's default self-test, and what else was asked for.</summary>
    /// <exception cref="OperationException">It failed, or the drive has none.</exception>
    public static SelfTestReport SelfTest(OperationContext context, SelfTestRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            long start = context.Time.GetTimestamp();
            context.Listener.Phase("the drive tests itself");
            Unsupported.Guard(drive, "test itself (SEND DIAGNOSTIC)", drive.SelfTest);
            BufferReport? buffer = null;
            if (request.Buffer)
            {
                context.Listener.Phase("patterns go to the drive and back");
                Unsupported.Guard(drive, "have its buffer checked (WRITE BUFFER and READ BUFFER, echo or data mode)", () =>
                {
                    BufferCheck check = drive.CheckBuffer();
                    buffer = new BufferReport(check.IsEcho ? "echo buffer" : "data buffer 00h", check.BufferBytes, check.Patterns, check.Bytes);
                });
            }

            IReadOnlyList<DiagnosticPageReport>? pages = null;
            if (request.Pages)
            {
                Unsupported.Guard(drive, "give diagnostic pages (RECEIVE DIAGNOSTIC RESULTS)", () =>
                    pages = [.. drive.ReadDiagnosticPages().Select(static page => new DiagnosticPageReport(page.Code, NameOf(page.Code), Convert.ToHexStringLower(page.Data)))]);
            }

            return new SelfTestReport(open.Source.Device, open.Source.PickedBy, "passed", context.Time.GetElapsedTime(start).TotalSeconds, buffer, pages);
        });
    }

    /// <summary>SPC-4 table 252; 80h and above are the vendor's.</summary>
    private static string? NameOf(byte page) => page switch
    {
        0x00 => "supported diagnostic pages",
        0x3F => "protocol specific",
        >= 0x80 => "vendor specific",
        _ => null,
    };

    /// <summary>Tells the drive's clock, or sets it first.</summary>
    /// <param name="set">What it is set to; null to leave it.</param>
    /// <exception cref="OperationException">The drive has none, or none that can be set.</exception>
    public static TimestampReport Timestamp(OperationContext context, string? device, DateTimeOffset? set)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            DriveTimestamp now = default;
            if (set is { } time)
                Unsupported.Guard(open.Drive, "have its clock set (SET TIMESTAMP)", () => open.Drive.SetTimestamp(time));
            Unsupported.Guard(open.Drive, "tell its clock (REPORT TIMESTAMP)", () => now = open.Drive.ReadTimestamp());
            if (set is { } wanted && now.Time is var told && (told is null || (told.Value - wanted).Duration() > LongestSetting))
                throw new OperationException(ExitStatus.Device, $"{open.Drive.Name}: the drive took the time and says another one: {told?.ToString("u") ?? "none"}.");
            return new TimestampReport(open.Source.Device, open.Source.PickedBy, now.Time, now.SincePowerOn?.TotalSeconds, now.Milliseconds,
                now.Time is { } clock ? (clock - context.Time.GetUtcNow()).TotalSeconds : null);
        });
    }
}
