using System.Globalization;
using Capstan.Drive;
using Capstan.Operations.Raw;

namespace Capstan.Operations.Movement;

/// <summary>`capstan drive weof`: filemarks where the tape stands. What stood behind them is lost, as with every write to a tape.</summary>
public static class WeofOperation
{
    /// <summary>TRANSFER LENGTH of WRITE FILEMARKS(6) has 24 bits (SSC-5).</summary>
    public const int MaxCount = 0xFF_FFFF;

    /// <summary>Writes them, on the medium when this returns.</summary>
    /// <exception cref="OperationException">They were not written; the message says why, and what was.</exception>
    public static MoveReport Run(OperationContext context, WeofRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(request.Count);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() =>
        {
            open.RequireAlone(context, forWriting: true);
            open.Recover(context, cancellation);
            open.Drive.AwaitMedium(new Readiness(context.Listener), cancellation);
            WriteOutcome outcome = Write(context, open, request);
            string? reason = outcome == WriteOutcome.VolumeFull ? $"{open.Drive.Name}: the tape is full: not all filemarks were written." : null;
            if (outcome == WriteOutcome.WrittenEarlyWarning)
                context.Listener.Note("the end of the tape is near (early warning); the filemarks were written");
            return new MoveReport(open.Source.Device, open.Source.PickedBy, "weof", request.Count, null, null, Positions.Of(open.Drive),
                open.Drive.ReportsPosition, reason, reason is null ? ExitStatus.Success : ExitStatus.TapeFull);
        });
    }

    private static WriteOutcome Write(OperationContext context, OpenDrive open, WeofRequest request)
    {
        TapeDrive drive = open.Drive;
        if (drive.TryReadPosition() is { } here)
        {
            if (request.Count > 0)
                RequireMayCut(context, open, here, request);
            context.Listener.Phase("writing filemarks");
            drive.BeginWriting();
            return drive.WriteFilemarks(request.Count);
        }

        if (request.Count > 0 && !request.OverwriteLabelled)
        {
            throw new OperationException(ExitStatus.Device,
                $"{drive.Name}: the drive does not tell where its tape stands, so Capstan cannot look whether the tape is labelled and come back. "
                + "Nothing was written. `capstan drive weof --overwrite-labelled` writes where it stands without that look.");
        }

        context.Listener.Phase("writing filemarks");
        return drive.WriteFilemarksBlindly(request.Count);
    }

    /// <summary>At the end of data nothing is cut. Before it a tape that Capstan labelled may lose backups.</summary>
    private static void RequireMayCut(OperationContext context, OpenDrive open, TapePosition here, WeofRequest request)
    {
        TapeDrive drive = open.Drive;
        context.Listener.Phase("looking what is behind");
        if (IsAtEndOfData(drive))
        {
            Return(drive, here);
            return;
        }

        if (drive.BufferCount == 0)
            RawTape.PrepareLook(drive);
        RawTape.RefuseLabelled(context, open, request.OverwriteLabelled);
        Return(drive, here);
        context.Listener.Note(string.Create(CultureInfo.InvariantCulture, $"overwriting what stands from object {here.ObjectId} on"));
    }

    /// <summary>A byte of what stands there tells: a block, a filemark, or nothing.</summary>
    private static bool IsAtEndOfData(TapeDrive drive)
    {
        Span<byte> beginning = stackalloc byte[1];
        try
        {
            return drive.Read(beginning).Kind == ReadKind.EndOfData;
        }
        catch (TapeException e) when (e is TapeCommandException or TapeEncryptionException)
        {
            // Something that cannot be read is something.
            return false;
        }
    }

    private static void Return(TapeDrive drive, TapePosition here)
    {
        if (here is { ObjectId: 0, Partition: 0 })
            drive.Rewind();
        else
            drive.Locate(here.Partition, here.ObjectId);
    }
}
