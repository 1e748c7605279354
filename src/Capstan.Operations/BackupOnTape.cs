using Capstan.Backup.Engine;
using Capstan.Catalog;
using Capstan.Drive;
using Capstan.Operations.Changer;

namespace Capstan.Operations;

/// <summary>A backup that is about to be read: found in the catalog, its tape in the drive and proven to be the right one.</summary>
internal sealed class BackupOnTape : IDisposable
{
    private readonly OpenDrive _open;

    private BackupOnTape(TapeCatalog catalog, BackupInfo backup, OpenDrive open, TapeSession session, BackupProgress progress)
    {
        Catalog = catalog;
        Backup = backup;
        _open = open;
        TapeLabel = session.Label.Text;
        Progress = progress;
    }

    public TapeCatalog Catalog { get; }

    public BackupInfo Backup { get; }

    public BackupProgress Progress { get; }

    public string TapeLabel { get; }

    public TapeDrive Drive => _open.Drive;

    public string Device => _open.Source.Device;

    /// <summary>Nothing moves before the backup is known; nothing is read before the tape is proven.</summary>
    /// <exception cref="OperationException">No such backup, or its tape is not in the drive.</exception>
    public static BackupOnTape Open(OperationContext context, string? device, string id, bool protect, CancellationToken cancellation)
    {
        TapeInfo? needed = null;
        try
        {
            return Open(context, device, id, protect, tape => needed = tape, cancellation);
        }
        catch (OperationException e) when (needed is not null && TapeInLibrary.IsAnotherTapeNeeded(e))
        {
            throw TapeInLibrary.Explain(context, device, e, needed);
        }
    }

    private static BackupOnTape Open(
        OperationContext context, string? device, string id, bool protect, Action<TapeInfo?> onKnown, CancellationToken cancellation) => Failures.Guard(() =>
    {
        TapeCatalog catalog = CatalogOperations.OpenCatalog(context);
        OpenDrive? open = null;
        try
        {
            BackupInfo backup = CatalogOperations.Find(catalog, id);
            if (!backup.IsRestorable || backup.Parts.Count == 0)
            {
                throw new OperationException(ExitStatus.Catalog,
                    $"Backup {backup.ShortId} was interrupted before it was stored: there is nothing of it to read. `capstan list` shows which are complete.");
            }

            Guid tape = backup.Parts[0].Tape;
            onKnown(catalog.FindTape(tape));
            open = OpenDrive.Open(context, device);
            open.RequireAlone(context, forWriting: false);
            open.PrepareForData(context, protect, cancellation);
            var progress = new BackupProgress(context);
            context.Progress.SetTotals(backup.Counts.ArchiveBytes, backup.Counts.Files + backup.Counts.Directories + backup.Counts.Others);
            context.Listener.Phase("reading the label");
            TapeSession session = open.Naming(() => TapeSession.OpenForReading(open.Drive, catalog, tape, new TapeLabels(catalog).Of(tape), progress, context.Time));
            return new BackupOnTape(catalog, backup, open, session, progress);
        }
        catch
        {
            open?.Dispose();
            catalog.Dispose();
            throw;
        }
    });

    public void Dispose()
    {
        _open.Dispose();
        Catalog.Dispose();
    }
}
