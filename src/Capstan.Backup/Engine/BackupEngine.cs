using System.Text.Json;
using Capstan.Backup.Archive;
using Capstan.Backup.Framing;
using Capstan.Backup.Manifest;
using Capstan.Backup.Media;
using Capstan.Catalog;
using Capstan.Drive;

namespace Capstan.Backup.Engine;

/// <summary>What to back up and how.</summary>
/// <param name="Roots">Raw bytes as the user gave them.</param>
/// <param name="Sources">The same for people.</param>
/// <param name="SpoolDirectory">Where the manifest waits until its archive is written; made when missing.</param>
public sealed record BackupPlan(
    IReadOnlyList<byte[]> Roots, IReadOnlyList<string> Sources, TreeReaderOptions Options, string Host, string User, string SpoolDirectory);

/// <summary>Why a backup is not whole.</summary>
public enum BackupEnd
{
    Complete,

    /// <summary>Early warning, or no room would have been left for the manifest.</summary>
    TapeFull,

    /// <summary>The user stopped it.</summary>
    Cancelled,
}

/// <summary>What a backup did.</summary>
/// <param name="RemainingBytes">Native capacity left; null where the drive does not tell.</param>
/// <param name="ManifestOnTape">False when the tape had no room for it: then only this catalog knows the backup.</param>
public sealed record BackupOutcome(Guid Backup, BackupEnd End, BackupCounts Counts, long? RemainingBytes, bool ManifestOnTape);

/// <summary>
/// Writes one backup: archive stream, filemark, manifest stream, filemark. It counts as stored after the second filemark, which
/// is the only one that waits for the medium.
/// </summary>
public sealed class BackupEngine(TapeDrive drive, TapeCatalog catalog, TapeSession session, IBackupObserver observer, TimeProvider time)
{
    /// <exception cref="TapeException">Writing failed; the backup does not exist, those before it are safe.</exception>
    public BackupOutcome Run(BackupPlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var backup = Guid.NewGuid();
        DateTimeOffset started = time.GetUtcNow();
        using BackupRecorder recorder = catalog.BeginBackup(new BackupStart(backup, started, plan.Host, plan.User,
            JsonSerializer.Serialize([.. plan.Sources], EngineJson.Default.StringArray), Encryption));
        try
        {
            drive.TryBeginFixedBlocks(BlockHeader.BlockLength, WriteQueue.BlocksInRun * BlockHeader.BlockLength);
            return Write(plan, backup, started, recorder, cancellation);
        }
        catch
        {
            // What was written is not proven: the catalog must not say so, and the next append looks for itself.
            recorder.Dispose();
            catalog.MarkInterrupted();
            throw;
        }
        finally
        {
            drive.LeaveFixedBlocks();
        }
    }

    private BackupOutcome Write(BackupPlan plan, Guid backup, DateTimeOffset started, BackupRecorder recorder, CancellationToken cancellation)
    {
        var budget = new CapacityBudget(drive);
        using var queue = new WriteQueue(drive, budget);
        using var spool = new ManifestSpool(plan.SpoolDirectory);
        using var journal = new BackupJournal(spool, recorder, budget, observer);

        var archiveUuid = Guid.NewGuid();
        observer.Phase("writing the archive");
        (BackupEnd end, long archiveBytes, long archiveBlocks) = WriteArchive(plan, backup, archiveUuid, started, queue, budget, journal, cancellation);
        journal.Finish();

        DateTimeOffset finished = time.GetUtcNow();
        BackupCounts counts = journal.Counts(archiveBytes);
        var header = new BackupHeader
        {
            BackupUuid = backup,
            ArchiveUuid = archiveUuid,
            ArchiveObject = session.NextObjectId,
            ArchiveBlocks = archiveBlocks,
            ArchiveFile = session.NextFileNumber,
            StartedMs = started.ToUnixTimeMilliseconds(),
            FinishedMs = finished.ToUnixTimeMilliseconds(),
            Host = plan.Host,
            User = plan.User,
            Sources = BackupHeader.Fitting(plan.Sources),
            State = end == BackupEnd.Complete ? "complete" : "incomplete",
            Files = counts.Files,
            Directories = counts.Directories,
            Others = counts.Others,
            Problems = counts.Problems,
            ContentBytes = counts.ContentBytes,
            ArchiveBytes = counts.ArchiveBytes,
            Entries = journal.Entries,
            Encryption = Encryption,
        };
        observer.Phase("writing the manifest");
        var manifestUuid = Guid.NewGuid();
        long manifestObject = session.NextObjectId + archiveBlocks + 1;
        bool manifestOnTape = WriteManifest(manifestUuid, header, spool, queue, manifestObject);
        // Everything the drive has to say is heard before the backup is declared stored.
        TapePosition after = drive.ReadPosition();
        TapeCapacity? capacity = drive.ReadCapacity();

        recorder.Complete(end == BackupEnd.Complete ? BackupState.Complete : BackupState.Incomplete, finished, counts,
            [new BackupPart(0, session.Label.Uuid, archiveUuid, (ulong)session.NextObjectId, (ulong)archiveBlocks, (ulong)session.NextFileNumber,
                manifestOnTape ? manifestUuid : null, manifestOnTape ? (ulong)manifestObject : null)]);
        bool full = end == BackupEnd.TapeFull || queue.EarlyWarning || !manifestOnTape;
        RememberEnd(after.ObjectId, full ? TapeState.Full : TapeState.Writable, capacity?.TotalBytes);
        return new BackupOutcome(backup, end, counts, capacity?.RemainingBytes, manifestOnTape);
    }

    /// <summary>What the drive's key is called, empty without a name; null when it does not encrypt.</summary>
    private string? Encryption => drive.IsEncrypting ? drive.EncryptionKeyDescription ?? "" : null;

    /// <summary>The backup is stored and listed by now; where the tape ends is found again at the next append if this fails.</summary>
    private void RememberEnd(long endObjectId, TapeState state, long? capacityBytes)
    {
        try
        {
            session.Remember(endObjectId, state, capacityBytes);
        }
        catch (CatalogException e)
        {
            observer.Phase($"the catalog could not note where the tape ends: {e.Message}");
        }
    }

    private (BackupEnd End, long Bytes, long Blocks) WriteArchive(
        BackupPlan plan, Guid backup, Guid archiveUuid, DateTimeOffset started, WriteQueue queue, CapacityBudget budget,
        BackupJournal journal, CancellationToken cancellation)
    {
        var archiveHeader = new ArchiveHeader { BackupUuid = backup, StartedMs = started.ToUnixTimeMilliseconds(), Host = plan.Host };
        using var stream = new BlockStreamWriter(queue,
            new ContentHeader(ContentKind.Archive, archiveUuid, started.ToUnixTimeSeconds(), 0, Part: 0), archiveHeader.ToPaddedJson(),
            () => cancellation.IsCancellationRequested || budget.Exhausted || journal.Failed);
        ArchiveOutcome outcome;
        using (var reader = new TreeReader(new ObservedSink(stream, observer), journal, plan.Options))
            outcome = reader.Archive(plan.Roots);
        bool stopped = outcome == ArchiveOutcome.Stopped;
        stream.Close(incomplete: stopped);
        long bytes = stream.Position;
        observer.Bytes(bytes);
        long blocks = stream.BlockCount;
        queue.Drain();
        ThrowIfCut(queue, "archive");
        // The mark may stay in the drive's buffer: the synchronising one behind the manifest covers it. Not so near the end of
        // the tape, where the manifest may not fit any more.
        bool nearEnd = queue.EarlyWarning || budget.Exhausted;
        if (drive.WriteFilemarks(1, immediate: !nearEnd) == WriteOutcome.VolumeFull)
            ThrowIfCut(queue, "archive", always: true);
        drive.CheckPosition();
        BackupEnd end = !stopped ? BackupEnd.Complete
            : cancellation.IsCancellationRequested ? BackupEnd.Cancelled
            : BackupEnd.TapeFull;
        return (end, bytes, blocks);
    }

    /// <returns>False when the tape ended in the manifest, and the archive is proven to be on it all the same.</returns>
    private bool WriteManifest(Guid uuid, BackupHeader header, ManifestSpool spool, WriteQueue queue, long firstObjectId)
    {
        using (var stream = new BlockStreamWriter(queue,
            new ContentHeader(ContentKind.Manifest, uuid, header.FinishedMs / 1000, 0, Part: 0), header.ToJson()))
        {
            spool.CopyTo(stream);
            stream.Close(incomplete: false);
        }

        queue.Drain();
        if (!queue.VolumeFull && drive.WriteFilemarks(1) != WriteOutcome.VolumeFull)
        {
            drive.CheckPosition();
            return true;
        }

        if (drive.DurableObjectId < firstObjectId)
            drive.Flush();
        return false;
    }

    private void ThrowIfCut(WriteQueue queue, string what, bool always = false)
    {
        if (!always && !queue.VolumeFull)
            return;
        throw new MediaException(MediaProblem.Full,
            $"{drive.Name}: tape {session.Label} ended without an early warning, in the middle of the {what}. This backup is lost; those before it are safe. Insert another tape and start again.");
    }

    /// <summary>Tells the observer about bytes; the rest passes through.</summary>
    private sealed class ObservedSink(IContentSink sink, IBackupObserver observer) : IContentSink
    {
        private const long Step = 1 << 20;
        private long _told;

        public Memory<byte> Space => sink.Space;

        public long Position => sink.Position;

        public bool ShouldStop => sink.ShouldStop;

        public void Advance(int count)
        {
            sink.Advance(count);
            long position = sink.Position;
            if (position - _told < Step)
                return;
            _told = position;
            observer.Bytes(position);
        }
    }
}
