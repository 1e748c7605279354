using Capstan.Backup.Media;
using Capstan.Drive;
using Capstan.Transport;

namespace Capstan.Operations.Raw;

/// <summary>What raw reading and writing share: limits, positions, and whose tape it is.</summary>
internal static class RawTape
{
    /// <summary>Bytes that one thread hands to the other at a time, where blocks are shorter than that; one call to the system reads or writes them.</summary>
    private const int RunBytes = TapeDrive.LongestRowBytes;

    /// <summary>One fills, one empties, and where both happen at a time one is in between; few, so that they stay in the processor's cache.</summary>
    private static readonly int RunCount = Environment.ProcessorCount > 1 ? 3 : 2;

    private const int LabelBlockBytes = 256 << 10;

    /// <summary>TRANSFER LENGTH of READ(6) and WRITE(6) has 24 bits (SSC-5).</summary>
    private const int MaxTransferLength = 0xFF_FFFF;

    /// <summary>Buffers that hold a run of blocks of this length, at least one.</summary>
    /// <param name="blockLengthBytes">1 and above.</param>
    /// <param name="isPipe">Then a run is what goes in one command at first: the other end of the pipe may wait for it.</param>
    /// <param name="isAlone">One thread fills it and empties it.</param>
    public static AlignedBufferPool CreateRuns(int blockLengthBytes, bool isPipe = false, bool isAlone = false)
    {
        int wanted = isPipe ? TapeDrive.RowBytes : RunBytes;
        int runBytes = blockLengthBytes * Math.Max(1, wanted / blockLengthBytes);
        int count = isAlone ? 1 : Math.Max(RunCount, RunCount * RunBytes / runBytes);
        return new AlignedBufferPool(runBytes, count, tailLength: TapeDrive.MaxTailBytes);
    }

    /// <summary>The longest block that both the drive and the way to it take.</summary>
    public static int LongestBlock(TapeDrive drive, BlockLengthLimits limits) =>
        Math.Min(Math.Min(drive.MaxTransferBytes, MaxTransferLength), limits.Maximum == 0 ? MaxTransferLength : limits.Maximum);

    /// <summary>Object 0 that is not the beginning of the partition is no position: some emulated drives answer so wherever they are.</summary>
    public static PositionReport? Position(TapeDrive drive) => drive.TryReadPosition() is { } position
        ? new PositionReport(position.Partition, position.ObjectId, position.FileNumber, position.BeginningOfPartition, position.EndOfPartition)
        : null;

    /// <summary>Moves to where the first block goes, and refuses a tape that Capstan labelled.</summary>
    /// <exception cref="OperationException">The tape must not be written to. Nothing was.</exception>
    public static void StandForWriting(OperationContext context, OpenDrive open, RawWriteRequest request)
    {
        TapeDrive drive = open.Drive;
        TapePosition? here = request.Start == RawStart.Here ? drive.TryReadPosition() : null;
        if (request.Start == RawStart.Here && here is null)
        {
            // Where positions are counted, none is known before a rewind, and nothing can be written there.
            if (!request.OverwriteLabelled || !drive.ReportsPosition)
            {
                throw new OperationException(ExitStatus.Device,
                    $"{drive.Name}: the drive does not tell where its tape stands, so Capstan cannot look whether the tape is labelled and come back. "
                    + "Nothing was written. Say --at start or --at end"
                    + (drive.ReportsPosition ? ", or --overwrite-labelled to write where it stands without that look." : "."));
            }

            context.Listener.Note("the drive does not tell where its tape stands; its label was not looked at");
            return;
        }

        // The label is in partition 0, and the tape may stand in another one.
        int partition = here?.Partition ?? drive.TryReadPosition()?.Partition ?? 0;
        context.Listener.Phase("reading the label");
        RefuseLabelled(context, open, request.OverwriteLabelled);
        switch (request.Start)
        {
            case RawStart.EndOfData:
                drive.ChangePartition(partition);
                drive.LocateEndOfData();
                break;
            case RawStart.Here when here!.Value is { ObjectId: > 0 } or { Partition: > 0 }:
                drive.Locate(here.Value.Partition, here.Value.ObjectId);
                break;
            case RawStart.Beginning when partition > 0:
                drive.Locate(partition, 0);
                break;
            default:
                drive.Rewind();
                break;
        }
    }

    /// <summary>Rewinds and looks whose tape it is.</summary>
    public static void RefuseLabelled(OperationContext context, OpenDrive open, bool isAllowed)
    {
        MediaIdentity identity;
        try
        {
            identity = MediaReader.Identify(open.Drive);
        }
        catch (TapeException e) when (!isAllowed && IsUnreadable(e))
        {
            throw new OperationException(ExitStatus.Tape,
                $"{e.Message} So nobody can tell whose tape this is. Nothing was written. --overwrite-labelled writes all the same.", e);
        }
        catch (TapeException e) when (IsUnreadable(e))
        {
            return;
        }

        if (!identity.IsLabelled)
            return;
        string tape = $"tape {identity.Label?.ToString() ?? "with a damaged label"}" + (open.Source.Barcode is { } barcode ? $", barcode {barcode}" : "");
        if (!isAllowed)
        {
            throw new OperationException(ExitStatus.Tape,
                $"{open.Drive.Name}: {tape}, was labelled by Capstan and may hold backups, which a raw file would destroy. Nothing was written. "
                + "Use another tape, or say --overwrite-labelled.");
        }

        context.Listener.Problem("", $"{tape}, was labelled by Capstan; what Capstan keeps behind the place of writing is lost");
    }

    /// <summary>Damaged, or encrypted and its key is not there: who has lost it wants to use the tape again.</summary>
    private static bool IsUnreadable(TapeException e) => e is TapeReadException or TapeEncryptionException { Fault: not EncryptionFault.KeyLost };

    /// <summary>The buffer for looking at a label.</summary>
    public static void PrepareLook(TapeDrive drive) => drive.CreateBuffers(Math.Min(LabelBlockBytes, drive.MaxTransferBytes), 1);
}
