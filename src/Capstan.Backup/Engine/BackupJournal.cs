using System.Runtime.ExceptionServices;
using Capstan.Backup.Archive;
using Capstan.Backup.Framing;
using Capstan.Backup.Manifest;
using Capstan.Catalog;

namespace Capstan.Backup.Engine;

/// <summary>
/// Writes down what goes into an archive: the spooled manifest and the catalog's rows, on a thread of its own, and the counts.
/// </summary>
internal sealed class BackupJournal : IArchiveJournal, IJournalConsumer, IDisposable
{
    /// <summary>Manifest bytes of the records that are not in the spool yet: as JSON they grow, to less than three times.</summary>
    private const long OnItsWay = 3L * JournalRing.Capacity;

    private readonly JournalRing _ring = new();
    private readonly ManifestSpool _spool;
    private readonly ManifestEncoder _encoder;
    private readonly BackupRecorder _recorder;
    private readonly CapacityBudget _budget;
    private readonly IBackupObserver _observer;
    private readonly Thread _thread;
    private readonly byte[] _hash = new byte[16];
    private ExceptionDispatchInfo? _failure;
    private volatile bool _failed;
    private bool _finished;
    private long _files, _directories, _others, _problems, _contentBytes, _entries;

    public BackupJournal(ManifestSpool spool, BackupRecorder recorder, CapacityBudget budget, IBackupObserver observer)
    {
        _spool = spool;
        _encoder = new ManifestEncoder(spool);
        _recorder = recorder;
        _budget = budget;
        _observer = observer;
        budget.Reserve(OnItsWay);
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _thread.Start();
    }

    /// <summary>Catalog or spool cannot be written: the backup has to stop.</summary>
    public bool Failed => _failed;

    public long Entries => _entries;

    public BackupCounts Counts(long archiveBytes) =>
        new(_files, _directories, _others, _problems, _contentBytes, archiveBytes);

    public void Entry(TreeEntry entry, Archive.EntryState state, long archiveOffset, UInt128 hash)
    {
        _entries++;
        if (state == Archive.EntryState.Cut)
        {
            // Listed, so that everybody sees where it ended, but not counted as saved.
            _ring.Put(entry, state, archiveOffset, hash);
            Problem(entry.Path, "cut off: the backup ended in the middle of it");
            return;
        }

        switch (entry.Kind)
        {
            case Archive.EntryKind.File:
                _files++;
                _contentBytes += entry.Size;
                break;
            case Archive.EntryKind.Directory:
                _directories++;
                break;
            default:
                _others++;
                break;
        }

        _ring.Put(entry, state, archiveOffset, hash);
        _observer.Entry(entry.Kind, entry.Size);
    }

    public void Problem(ReadOnlySpan<byte> path, string what)
    {
        _problems++;
        _ring.PutProblem(path, what);
        _observer.Problem(path, what);
    }

    public void Skipped(ReadOnlySpan<byte> path, string why) => _observer.Skipped(path, why);

    /// <summary>Waits until every record is in spool and catalog.</summary>
    /// <exception cref="Exception">What kept a record from being written down.</exception>
    public void Finish()
    {
        Stop();
        _failure?.Throw();
    }

    public void Dispose()
    {
        Stop();
        _ring.Dispose();
        _encoder.Dispose();
    }

    private void Stop()
    {
        if (_finished)
            return;
        _finished = true;
        _ring.Complete();
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            _ring.Consume(this);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The reading thread asks Failed between entries, and Finish tells why.
            _failure = ExceptionDispatchInfo.Capture(e);
            _failed = true;
            _ring.Abandon();
        }
    }

    void IJournalConsumer.Entry(in ManifestRecord record)
    {
        _encoder.Entry(record);
        _budget.Reserve(_spool.Length + OnItsWay);
        CatalogMapping.Add(_recorder, record, part: 0, _hash);
    }

    void IJournalConsumer.Problem(ReadOnlySpan<byte> path, string text)
    {
        _encoder.Problem(path, text);
        _budget.Reserve(_spool.Length + OnItsWay);
        _recorder.AddProblem(path, text);
    }
}
