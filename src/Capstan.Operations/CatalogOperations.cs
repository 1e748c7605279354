using Capstan.Backup.Engine;
using Capstan.Backup.Framing;
using Capstan.Catalog;

namespace Capstan.Operations;

/// <summary>`capstan list`, `capstan show`, `capstan catalog rebuild`.</summary>
public static class CatalogOperations
{
    /// <summary>All backups, oldest first.</summary>
    /// <exception cref="OperationException">The catalog is damaged.</exception>
    public static IReadOnlyList<BackupSummary> List(OperationContext context) => Failures.Guard<IReadOnlyList<BackupSummary>>(() =>
    {
        using TapeCatalog catalog = OpenCatalog(context);
        var labels = new TapeLabels(catalog);
        return [.. catalog.ListBackups().Select(backup => Summarize(backup, labels))];
    });

    /// <summary>One backup; its entries and problems are streamed, each callback gets a reused object.</summary>
    /// <exception cref="OperationException">No such backup.</exception>
    public static BackupSummary Show(OperationContext context, string id, Action<EntryLine> entry, Action<PathProblem> problem)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(problem);
        return Failures.Guard(() =>
        {
            using TapeCatalog catalog = OpenCatalog(context);
            BackupInfo backup = Find(catalog, id);
            var line = new EntryLine();
            using (EntryReader entries = catalog.ReadEntries(backup.Uuid))
            {
                while (entries.Read())
                {
                    Fill(line, entries, backup);
                    entry(line);
                }
            }

            foreach (BackupProblem found in catalog.ReadProblems(backup.Uuid))
                problem(Text.Problem(found.Path, found.Text));
            return Summarize(backup, new TapeLabels(catalog));
        });
    }

    /// <summary>Makes the catalog's knowledge of the tape in the drive anew from the tape alone.</summary>
    /// <exception cref="OperationException">The tape is not a Capstan tape, or cannot be read.</exception>
    public static RebuildReport Rebuild(OperationContext context, string? device, CancellationToken cancellation)
    {
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            using TapeCatalog catalog = OpenForRebuild(context);
            open.RequireAlone(context, forWriting: false);
            open.PrepareForData(context, protect: false, cancellation);
            context.Listener.Phase("reading the label");
            var observer = new PhaseObserver(context.Listener);
            TapeSession session = open.Naming(() => TapeSession.OpenForReading(open.Drive, catalog, null, null, observer, context.Time));
            ScanResult scan = open.Naming(() => session.Rebuild(cancellation));
            var labels = new TapeLabels(catalog);
            return new RebuildReport(open.Source.Device, session.Label.Text,
                [.. catalog.ListBackups(session.Label.Uuid).Select(backup => Summarize(backup, labels))],
                scan.Notes, scan.Notes.Count == 0 ? ExitStatus.Success : ExitStatus.Partial);
        });
    }

    internal static TapeCatalog OpenCatalog(OperationContext context)
    {
        try
        {
            Directory.CreateDirectory(context.Home);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(ExitStatus.Failed,
                $"{context.Home}: the directory of catalog and virtual libraries cannot be made: {e.Message} CAPSTAN_HOME names another one.", e);
        }

        return TapeCatalog.Open(context.CatalogPath);
    }

    internal static BackupInfo Find(TapeCatalog catalog, string id)
    {
        if (catalog.FindBackup(id) is { } found)
            return found;
        throw new OperationException(ExitStatus.Catalog, id == "latest"
            ? "There is no backup yet. Make one with `capstan backup PATH`; if the catalog was lost, `capstan catalog rebuild` reads it from the tape."
            : $"There is no backup {id}. `capstan list` shows them; if the catalog was lost, `capstan catalog rebuild` reads it from the tape.");
    }

    internal static BackupSummary Summarize(BackupInfo backup, TapeLabels labels) => new(
        backup.ShortId, backup.Uuid, backup.Started, backup.Finished, backup.Host, backup.User, Text.Array(backup.SourcesJson),
        Word(backup.State), backup.Counts.Files, backup.Counts.Directories, backup.Counts.Others, backup.Counts.Problems,
        backup.Counts.ContentBytes, backup.Counts.ArchiveBytes, [.. backup.Parts.Select(part => labels.Of(part.Tape)).Distinct()],
        [.. backup.Parts.Select(part => new PartSummary(labels.Of(part.Tape), (long)part.FileNumber, (long)part.ArchiveFirstObjectId, (long)part.ArchiveBlockCount))],
        backup.Encryption is not null, string.IsNullOrEmpty(backup.Encryption) ? null : backup.Encryption);

    /// <summary>A damaged catalog is moved aside, not deleted: it may still hold what no tape in reach does.</summary>
    private static TapeCatalog OpenForRebuild(OperationContext context)
    {
        try
        {
            return OpenCatalog(context);
        }
        catch (CatalogDamagedException)
        {
            string aside = $"{context.CatalogPath}.damaged-{context.Time.GetUtcNow():yyyyMMddHHmmss}";
            File.Move(context.CatalogPath, aside);
            foreach (string suffix in (string[])["-wal", "-shm"])
                File.Delete(context.CatalogPath + suffix);
            context.Listener.Note($"The catalog is damaged. It was moved to {aside}, and a new one is made.");
            return OpenCatalog(context);
        }
    }

    private static string Word(BackupState state) => state switch
    {
        BackupState.Running => "running",
        BackupState.Complete => "complete",
        BackupState.Incomplete => "incomplete",
        _ => "interrupted",
    };

    private static void Fill(EntryLine line, EntryReader entry, BackupInfo backup)
    {
        line.RawPath = entry.Path.ToArray();
        line.Path = Text.Name(entry.Path);
        line.Kind = entry.Kind switch
        {
            EntryKind.Directory => "directory",
            EntryKind.SymbolicLink => "symlink",
            EntryKind.HardLink => "hardlink",
            EntryKind.CharacterDevice => "chardev",
            EntryKind.BlockDevice => "blockdev",
            EntryKind.Fifo => "fifo",
            _ => "file",
        };
        line.State = entry.State switch
        {
            EntryState.Changed => "changed",
            EntryState.Shrunk => "shrunk",
            EntryState.Grown => "grown",
            EntryState.Unreadable => "unreadable",
            EntryState.Cut => "cut",
            _ => "ok",
        };
        line.Mode = entry.Mode;
        line.Uid = entry.UserId;
        line.Gid = entry.GroupId;
        line.Size = entry.SizeBytes;
        line.Modified = Time(entry.ModifiedSeconds, entry.ModifiedNanoseconds);
        line.RawLinkTarget = entry.LinkTarget.ToArray();
        line.LinkTarget = entry.LinkTarget.IsEmpty ? null : Text.Name(entry.LinkTarget);
        line.Hash = entry.Hash.IsEmpty ? null : Convert.ToHexStringLower(entry.Hash);
        BackupPart? part = backup.Parts.FirstOrDefault(candidate => candidate.Number == entry.Part);
        line.ObjectId = part is null ? -1
            : ArchiveLayout.ObjectAt((long)part.ArchiveFirstObjectId, entry.ArchiveOffsetBytes);
    }

    /// <summary>A file's time may lie outside what DateTimeOffset can say; then the nearest one is shown.</summary>
    private static DateTimeOffset Time(long seconds, int nanoseconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, -62_135_596_800, 253_402_300_799)).AddTicks(nanoseconds / 100);
}

/// <summary>Labels of tapes by uuid, asked once each.</summary>
internal sealed class TapeLabels(TapeCatalog catalog)
{
    private readonly Dictionary<Guid, string> _labels = [];

    public string Of(Guid tape)
    {
        if (!_labels.TryGetValue(tape, out string? label))
            _labels[tape] = label = catalog.FindTape(tape)?.Label ?? tape.ToString("N")[..8];
        return label;
    }
}

/// <summary>Passes phases on; for operations without entries.</summary>
internal sealed class PhaseObserver(IOperationListener listener) : IBackupObserver
{
    public void Phase(string what) => listener.Phase(what);

    public void Entry(Backup.Archive.EntryKind kind, long sizeBytes)
    {
    }

    public void Problem(ReadOnlySpan<byte> path, string what) => listener.Problem(Text.Name(path), what);

    public void Skipped(ReadOnlySpan<byte> path, string why)
    {
    }

    public void Bytes(long archiveBytes)
    {
    }
}
