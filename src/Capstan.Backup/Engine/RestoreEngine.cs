using System.Buffers.Binary;
using Capstan.Backup.Archive;
using Capstan.Catalog;
using Capstan.Drive;

namespace Capstan.Backup.Engine;

/// <summary>What a restore did.</summary>
/// <param name="IsInterrupted">It was cancelled: what is counted is there as it was saved, the rest of the backup was not looked at.</param>
public sealed record RestoreOutcome(long Files, long Directories, long Others, long ContentBytes, long Problems, long Damaged,
    IReadOnlyList<byte[]> UnmatchedPaths, bool IsInterrupted);

/// <summary>Brings entries of a backup back from tape, each file compared with its recorded hash; what does not match is set aside as NAME.damaged.</summary>
public sealed class RestoreEngine(TapeDrive drive, TapeCatalog catalog, IBackupObserver observer)
{
    /// <param name="target">Directory to restore below, raw bytes.</param>
    /// <param name="paths">As stored, or with "./" and slashes around; empty for everything.</param>
    /// <param name="cancellation">Ends it in the middle, which the outcome then says.</param>
    /// <exception cref="RestoreTargetException">The target cannot be used.</exception>
    public RestoreOutcome Run(BackupInfo backup, ReadOnlySpan<byte> target, IReadOnlyList<byte[]> paths, bool overwrite, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(backup);
        var selection = new PathSelection(paths);
        LinkStandIns? standIns = null;
        IReadOnlyList<byte[]> unmatched = [];
        IReadOnlyList<byte[]>? wanted = null;
        if (!selection.IsEverything)
        {
            using EntryReader selected = catalog.ReadEntries(backup.Uuid, [.. selection.Paths]);
            standIns = LinkStandIns.Find(selected, selection);
            unmatched = selected.UnmatchedPaths;
            wanted = [.. selection.Paths, .. standIns.Contents];
        }

        var consumer = new Writer(observer, selection, standIns, cancellation);
        bool isInterrupted = false;
        using (var tree = new TreeWriter(target, consumer, new TreeWriterOptions { Overwrite = overwrite }))
        {
            consumer.Tree = tree;
            try
            {
                foreach (BackupPart part in backup.Parts)
                {
                    using EntryReader expected = catalog.ReadEntries(backup.Uuid, wanted);
                    new ArchiveWalk(drive, part, consumer, cancellation).Run(expected);
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                isInterrupted = true;
            }
        }

        return new RestoreOutcome(consumer.Files, consumer.Directories, consumer.Others, consumer.Bytes, consumer.Problems, consumer.Damaged,
            unmatched, isInterrupted);
    }

    private sealed class Writer(IBackupObserver observer, PathSelection selection, LinkStandIns? standIns, CancellationToken cancellation)
        : IArchiveConsumer, IRestoreJournal
    {
        private EntryReader? _expected;

        public TreeWriter? Tree { get; set; }

        public long Files { get; private set; }

        public long Directories { get; private set; }

        public long Others { get; private set; }

        public long Bytes { get; private set; }

        public long Problems { get; private set; }

        public long Damaged { get; private set; }

        public void Take(PaxReader reader, EntryReader expected)
        {
            if (!reader.Entry.Path.SequenceEqual(expected.Path))
            {
                Lost(expected, "the tape has another name in its place");
                return;
            }

            PathSelection? toCome = null;
            if (standIns?.For(reader.Entry.Path) is { } standIn)
            {
                standIn.WasMet = true;
                reader.Entry.SetPath(standIn.Name);
                toCome = selection;
            }
            else if (reader.Entry.Kind == Archive.EntryKind.HardLink && standIns?.For(reader.Entry.LinkTarget) is { } first)
            {
                if (IsDone(reader.Entry.Path, first))
                    return;
                reader.Entry.SetLinkTarget(first.Name);
            }

            _expected = expected;
            Tree!.RestoreEntry(reader, toCome, cancellation);
            _expected = null;
        }

        public void Lost(EntryReader expected, string why)
        {
            if (expected.Kind == Catalog.EntryKind.HardLink && standIns?.For(expected.LinkTarget) is { } first && IsDone(expected.Path, first))
                return;
            ReadOnlySpan<byte> path = expected.Path;
            if (standIns?.For(path) is { } standIn)
            {
                standIn.WasMet = true;
                path = standIn.Name;
            }

            Tree!.MarkNotRestored(path);
            Damaged++;
            Report(path, $"not restored: {why}");
        }

        /// <summary>Whether this name took the content's place when that went by: it is there now, or was told to be lost.</summary>
        private bool IsDone(ReadOnlySpan<byte> path, LinkStandIns.StandIn standIn)
        {
            if (!standIn.WasMet)
                Tree!.MarkNotRestored(standIn.Name); // the content should have come before: what has the name is something old
            return standIn.WasMet && path.SequenceEqual(standIn.Name);
        }

        public void DamagedBlock(long objectId, string why) => Report([], $"block {objectId} cannot be read: {why}");

        public void Progress(long archiveOffset) => observer.Bytes(archiveOffset);

        public bool IsExpected(TreeEntry entry, long archiveOffset, UInt128 hash)
        {
            ReadOnlySpan<byte> recorded = _expected!.Hash;
            // Content that changed while it was saved has the hash of what was saved; a cut one has none that could match.
            return recorded.Length == 16 && hash == BinaryPrimitives.ReadUInt128BigEndian(recorded);
        }

        public void Entry(TreeEntry entry, RestoreState state, long archiveOffset)
        {
            switch (state)
            {
                case RestoreState.Restored or RestoreState.Merged:
                    Count(entry);
                    TellSavedState(entry);
                    break;
                case RestoreState.Exists:
                    Report(entry.Path, "exists already and was left alone; --overwrite replaces it");
                    break;
                case RestoreState.Damaged:
                    // The tree writer has told what is wrong with it. That the backup ended in the middle of it is no damage of the tape.
                    if (_expected!.State != Catalog.EntryState.Cut)
                        Damaged++;
                    break;
                case RestoreState.LinkTargetMissing:
                    Report(entry.Path, "is a hard link to a file that was not restored; restore that one with it");
                    break;
                case RestoreState.Failed:
                    break;
            }
        }

        public void Problem(ReadOnlySpan<byte> path, string what) => Report(path, what);

        private void Count(TreeEntry entry)
        {
            switch (entry.Kind)
            {
                case Archive.EntryKind.File:
                    Files++;
                    Bytes += entry.Size;
                    break;
                case Archive.EntryKind.Directory:
                    Directories++;
                    break;
                default:
                    Others++;
                    break;
            }

            observer.Entry(entry.Kind, entry.Size);
        }

        private void TellSavedState(TreeEntry entry)
        {
            if (_expected!.State is Catalog.EntryState.Changed or Catalog.EntryState.Grown)
                Report(entry.Path, "restored, but it changed while it was saved: its content may mix two moments");
            else if (_expected.State is Catalog.EntryState.Shrunk or Catalog.EntryState.Unreadable)
                Report(entry.Path, "restored, but it could not be saved whole: zeros stand for what was missing");
        }

        private void Report(ReadOnlySpan<byte> path, string what)
        {
            Problems++;
            observer.Problem(path, what);
        }
    }
}
