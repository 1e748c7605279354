using Capstan.Backup.Framing;
using Capstan.Backup.Media;
using Capstan.Catalog;
using Capstan.Drive;

namespace Capstan.Backup.Engine;

/// <summary>
/// A labelled tape in a drive, in agreement with the catalog. Every use of a tape for data begins here.
/// </summary>
/// <remarks>One thread. The drive's buffers must exist (<see cref="PrepareBuffers"/>).</remarks>
public sealed class TapeSession
{
    /// <summary>
    /// Blocks between the thread that reads files, or writes them, and the drive: 3 MiB. The drive's own buffer (1 GiB from LTO-8 on) is what
    /// bridges a slow source; a short queue here stays in the processor's cache on its way to the drive.
    /// </summary>
    public const int BufferCount = 12;

    private readonly TapeDrive _drive;
    private readonly TapeCatalog _catalog;
    private readonly IBackupObserver _observer;
    private readonly TimeProvider _time;
    private string? _barcode;

    private TapeSession(TapeDrive drive, TapeCatalog catalog, MediaLabel label, IBackupObserver observer, TimeProvider time)
    {
        _drive = drive;
        _catalog = catalog;
        _observer = observer;
        _time = time;
        Label = label;
    }

    public MediaLabel Label { get; }

    /// <summary>What was set right between tape and catalog, for people; empty when they agreed.</summary>
    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>Makes the buffers that framing needs, and checks that the path carries its blocks.</summary>
    /// <exception cref="TapeDeviceException">256 KiB in one command is too much for this path.</exception>
    public static void PrepareBuffers(TapeDrive drive)
    {
        ArgumentNullException.ThrowIfNull(drive);
        if (drive.MaxTransferBytes < BlockHeader.BlockLength)
        {
            throw new TapeDeviceException(DeviceFault.NotReady,
                $"{drive.Name}: the host adapter moves at most {drive.MaxTransferBytes} bytes in one command, Capstan's blocks have {BlockHeader.BlockLength}. Raise the adapter's limit (sg_tablesize, max_sectors_kb).");
        }

        drive.CreateBuffers(BlockHeader.BlockLength, BufferCount);
        drive.CreateRows(WriteQueue.BlocksInRun * BlockHeader.BlockLength, BufferCount / WriteQueue.BlocksInRun);
    }

    /// <summary>Takes the tape in the drive for reading.</summary>
    /// <param name="expected">The tape that is needed; null for any Capstan tape.</param>
    /// <param name="expectedLabel">Its text, for the message.</param>
    /// <exception cref="MediaException">Blank, foreign, or another tape.</exception>
    public static TapeSession OpenForReading(
        TapeDrive drive, TapeCatalog catalog, Guid? expected, string? expectedLabel, IBackupObserver observer, TimeProvider time)
    {
        MediaLabel label = Identify(drive) ?? throw new MediaException(MediaProblem.Blank,
            $"{drive.Name}: the tape in the drive is blank." + (expectedLabel is null ? "" : $" Insert tape {expectedLabel}."));
        if (expected is { } uuid && uuid != label.Uuid)
        {
            throw new MediaException(MediaProblem.WrongTape,
                $"{drive.Name}: the tape in the drive is {label}, but {expectedLabel} ({uuid.ToString("N")[..8]}) is needed. Insert that one.");
        }

        return new TapeSession(drive, catalog, label, observer, time);
    }

    /// <summary>
    /// Takes the tape in the drive for appending: labels it when it is blank, sets catalog and tape in agreement, and stands at
    /// end of data behind a filemark.
    /// </summary>
    /// <param name="labelText">Label for a blank tape.</param>
    /// <param name="memory">What is noted in the cartridge's memory when a blank tape is labelled; null notes nothing.</param>
    /// <exception cref="MediaException">Foreign, full, or not what the catalog remembers. Nothing was written.</exception>
    public static TapeSession OpenForAppending(
        TapeDrive drive, TapeCatalog catalog, string labelText, IBackupObserver observer, TimeProvider time, CancellationToken cancellation,
        MediaMemoryPlan? memory = null)
    {
        ArgumentNullException.ThrowIfNull(drive);
        if (drive.IsWriteProtected)
        {
            throw new MediaException(MediaProblem.WriteProtected,
                $"{drive.Name}: the tape is write-protected. Slide the tab on the cartridge, or use another tape.");
        }

        MediaLabel? label = Identify(drive);
        bool isNew = label is null;
        if (label is null)
        {
            label = new MediaLabel(Guid.NewGuid(), labelText, time.GetUtcNow());
            observer.Phase($"labelling the blank tape as {label.Text}");
            MediaAppender.WriteLabel(drive, label);
        }
        else
        {
            TapeEncryption.RequireSame(drive, catalog, label);
        }

        var session = new TapeSession(drive, catalog, label, observer, time) { _barcode = memory?.Barcode };
        // Before the tape is looked at for its end: a reset that the memory hears of is no secret from who writes.
        string? note = isNew && memory is not null ? session.NoteInMemory(memory) : null;
        session.Reconcile(cancellation);
        // Reconciling may have found backups that nobody here knew.
        TapeEncryption.RequireNoneInVain(drive, catalog, label);
        if (note is not null)
            session.Notes = [.. session.Notes, note];
        return session;
    }

    /// <summary>Notes in the cartridge's memory whose tape this is and that it was written now. Moves no tape.</summary>
    /// <returns>Why that could not be, as a sentence; null when it was.</returns>
    /// <exception cref="TapeException">The drive was reset or lost, or its tape changed.</exception>
    public string? NoteInMemory(MediaMemoryPlan plan) => MediaMemory.Write(_drive, Label, plan, _time.GetUtcNow());

    /// <summary>First object of the next stream, after <see cref="OpenForAppending"/>.</summary>
    public long NextObjectId { get; private set; }

    /// <summary>Filemarks before <see cref="NextObjectId"/>.</summary>
    public long NextFileNumber { get; private set; }

    /// <summary>
    /// Reads every manifest of the tape into the catalog. What the catalog knows and the tape does not show is removed only when
    /// the whole tape could be read: a damaged tape must not cost what is known about it.
    /// </summary>
    public ScanResult Rebuild(CancellationToken cancellation)
    {
        long end = EndOfDataOrUnknown(out string? cut);
        // A tape whose label has no filemark yet holds nothing.
        ScanResult result = end > LabelObjects
            ? new TapeScanner(_drive, _catalog, Label, _observer, cancellation).Scan(LabelObjects)
            : new ScanResult([], [], LabelObjects);
        var notes = new List<string>(result.Notes);
        if (cut is not null)
            notes.Insert(0, cut);
        foreach (BackupInfo known in _catalog.ListBackups(Label.Uuid))
        {
            if (result.Imported.Contains(known.Uuid) || !known.IsRestorable)
                continue;
            BackupPart part = known.Parts.First(candidate => candidate.Tape == Label.Uuid);
            bool onlyHere = part.ManifestFirstObjectId is null && (long)(part.ArchiveFirstObjectId + part.ArchiveBlockCount) <= end;
            if (onlyHere)
                notes.Add($"Backup {known.ShortId} has no manifest on the tape; what the catalog knows of it is kept.");
            else if (result.Notes.Count > 0 || cut is not null)
                notes.Add($"Backup {known.ShortId} was not found, but the tape could not be read whole: what the catalog knows of it is kept.");
            else
                _catalog.RemoveBackup(known.Uuid);
        }

        // What made a tape full or retired is not undone by reading it.
        Remember(result.EndObjectId, _catalog.FindTape(Label.Uuid)?.State ?? TapeState.Writable, _drive.ReadCapacity()?.TotalBytes);
        return result with { Notes = notes };
    }

    /// <summary>A tape that is cut still has everything before the cut: its end is unknown, and that is said.</summary>
    private long EndOfDataOrUnknown(out string? cut)
    {
        cut = null;
        try
        {
            return _drive.LocateEndOfData().ObjectId;
        }
        catch (TapeMediumException e) when (e.Fault == MediumFault.Damaged)
        {
            cut = e.Message;
            return long.MaxValue;
        }
    }

    /// <summary>Records where the tape's data end now. Does not touch the drive.</summary>
    internal void Remember(long endObjectId, TapeState state, long? capacityBytes)
    {
        TapeInfo? known = _catalog.FindTape(Label.Uuid);
        _catalog.UpsertTape(new TapeInfo(Label.Uuid, Label.Text, _barcode ?? known?.Barcode, Label.Created,
            capacityBytes ?? known?.CapacityBytes, (ulong)endObjectId, state));
    }

    /// <summary>The label block and its filemark.</summary>
    private const long LabelObjects = 2;

    private static MediaLabel? Identify(TapeDrive drive)
    {
        MediaIdentity identity = MediaReader.Identify(drive);
        if (identity.Foreign is { } foreign)
        {
            throw new MediaException(MediaProblem.Foreign,
                $"{drive.Name}: this tape was not labelled by Capstan: {foreign}. It is not touched. Use another tape, or `capstan drive erase` this one when nobody needs what is on it.");
        }

        return identity.Label;
    }

    private void Reconcile(CancellationToken cancellation)
    {
        TapeInfo? known = _catalog.FindTape(Label.Uuid);
        if (known?.State is TapeState.Full or TapeState.Retired)
        {
            throw new MediaException(MediaProblem.Full,
                $"{_drive.Name}: tape {Label} is {(known.State == TapeState.Full ? "full" : "retired")}. Insert another one.");
        }

        long end = _drive.LocateEndOfData().ObjectId;
        long agreed = (long?)known?.EndOfDataObjectId ?? LabelObjects;
        // A label without its filemark is a labelling that was cut off; Prepare ends it.
        if (end < agreed && !(end == 1 && agreed == LabelObjects))
        {
            throw new MediaException(MediaProblem.CatalogMismatch,
                $"{_drive.Name}: tape {Label} ends at object {end}, but the catalog knows backups up to object {agreed}: something was overwritten. Nothing was written now. If that is as it should be, run `capstan catalog rebuild`.");
        }

        // First the filemark that a dead writer may have left out: it makes a manifest whole that lacked nothing else.
        NextObjectId = MediaAppender.Prepare(_drive);
        if (NextObjectId > agreed)
        {
            ScanResult scan = new TapeScanner(_drive, _catalog, Label, _observer, cancellation).Scan(agreed);
            Notes = scan.Imported.Count > 0
                ? [$"{scan.Imported.Count} backup(s) on tape {Label.Text} were not in the catalog and have been added.", .. scan.Notes]
                : scan.Notes;
            agreed = scan.EndObjectId;
            NextObjectId = MediaAppender.Prepare(_drive);
        }

        NextFileNumber = _drive.ReadPosition().FileNumber ?? -1;
        Remember(agreed, TapeState.Writable, _drive.ReadCapacity()?.TotalBytes);
    }
}
