using System.Globalization;
using Capstan.Drive;
using Capstan.Operations.Movement;

namespace Capstan.Operations.Places;

/// <summary>`capstan drive access-order`, `wraps`, `verify`: where things are on a tape, and whether they can be read.</summary>
public static class PlacesOperation
{
    /// <summary>Asks the drive in which order parts of the tape are read fastest from where it stands. Moves nothing.</summary>
    /// <exception cref="OperationException">The drive does not know, or something of it is not on the tape.</exception>
    public static AccessOrderReport AccessOrder(OperationContext context, AccessOrderRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            drive.AwaitMedium(new Readiness(context.Listener));
            TapeSegment[] segments = [.. request.Objects.Select(static (range, i) => new TapeSegment(i.ToString(CultureInfo.InvariantCulture), range.First, range.Last))];
            IReadOnlyList<TapeSegment>? order;
            try
            {
                order = drive.OrderAccess(segments);
            }
            catch (TapeCommandException e) when (e.IsUnsupported)
            {
                throw new OperationException(ExitStatus.Tape,
                    $"{drive.Name}: the drive refuses these objects: something of them lies behind the end of data of partition {Partition(drive)}. `capstan drive eod` and `capstan drive tell` show where that is.", e);
            }

            return order is null
                ? throw new OperationException(ExitStatus.Device,
                    $"{drive.Name}: this drive ({drive.Identity.Vendor} {drive.Identity.Product}) cannot put reads in order (RECOMMENDED ACCESS ORDER), or not so many: full-height LTO-9 drives and newer do. Ascending objects are the next best order.")
                : new AccessOrderReport(open.Source.Device, open.Source.PickedBy, Partition(drive), drive.TryReadPosition()?.ObjectId,
                    [.. order.Select(static one => new ObjectRange(one.FirstObjectId, one.LastObjectId))]);
        });
    }

    /// <summary>Tells the last object of each wrap that holds data. Moves nothing.</summary>
    /// <exception cref="OperationException">The drive does not tell.</exception>
    public static WrapsReport Wraps(OperationContext context, string? device)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            drive.AwaitMedium(new Readiness(context.Listener));
            return drive.ReadEndsOfWraps() is { } wraps
                ? new WrapsReport(open.Source.Device, open.Source.PickedBy, [.. wraps.Select(static wrap => new WrapReport(wrap.Wrap, wrap.Partition, wrap.ObjectId))])
                : throw new OperationException(ExitStatus.Device,
                    $"{drive.Name}: this drive ({drive.Identity.Vendor} {drive.Identity.Product}) cannot tell where its wraps end (READ END OF WRAP POSITION): drives from LTO-7 on do.");
        });
    }

    /// <summary>Has the drive read files for itself, from where the tape stands. What cannot be read is an exception that says where.</summary>
    /// <exception cref="OperationException">The drive cannot, a block is damaged, or a key is missing.</exception>
    public static DriveVerifyReport Verify(OperationContext context, DriveVerifyRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            open.RequireAlone(context, forWriting: false);
            drive.AwaitMedium(new Readiness(context.Listener), cancellation);
            PositionReport? from = Positions.Of(drive);
            long start = context.Time.GetTimestamp();
            VerifiedUpTo end = VerifiedUpTo.Filemark;
            int files = 0;
            while (end == VerifiedUpTo.Filemark && files != request.Files)
            {
                cancellation.ThrowIfCancellationRequested();
                context.Listener.Phase(string.Create(CultureInfo.InvariantCulture, $"the drive verifies file {files + 1} from there"));
                Unsupported.Guard(drive, "verify by filemarks (VERIFY with VBF); `capstan drive read --all` reads everything", () => end = VerifyFile(drive));
                if (end == VerifiedUpTo.Filemark)
                    files++;
            }

            string? reason = request.Files is { } wanted && files < wanted
                ? string.Create(CultureInfo.InvariantCulture, $"{drive.Name}: the data end behind {files} of {wanted} filemarks. All of it can be read.") : null;
            return new DriveVerifyReport(open.Source.Device, open.Source.PickedBy, files, from, Positions.Of(drive),
                end == VerifiedUpTo.Filemark ? "filemark" : "end of data", context.Time.GetElapsedTime(start).TotalSeconds, reason,
                reason is null ? ExitStatus.Success : ExitStatus.Failed);
        });
    }

    /// <summary>After a block that cannot be read the tape stands behind it (SSC-4 5.4): that names the block.</summary>
    private static VerifiedUpTo VerifyFile(TapeDrive drive)
    {
        try
        {
            return drive.VerifyFile();
        }
        catch (TapeMediumException e) when (e.Fault == MediumFault.Damaged && drive.TryReadPosition() is { ObjectId: > 0 } behind)
        {
            throw new OperationException(ExitStatus.Damaged,
                string.Create(CultureInfo.InvariantCulture, $"{e.Message} It is object {behind.ObjectId - 1} of partition {behind.Partition}; the tape stands behind it."), e);
        }
    }

    private static int Partition(TapeDrive drive) => drive.TryReadPosition()?.Partition ?? 0;
}
