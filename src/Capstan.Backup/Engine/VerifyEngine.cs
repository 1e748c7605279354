using System.Buffers.Binary;
using Capstan.Backup.Archive;
using Capstan.Catalog;
using Capstan.Drive;

namespace Capstan.Backup.Engine;

/// <summary>What reading a backup back showed.</summary>
/// <param name="IsInterrupted">It was cancelled: nothing is known of what comes behind.</param>
public sealed record VerifyOutcome(long Files, long ContentBytes, long DamagedFiles, IReadOnlyList<long> DamagedBlocks, bool IsInterrupted);

/// <summary>Reads a backup from tape and compares every file's content with its recorded hash.</summary>
public sealed class VerifyEngine(TapeDrive drive, TapeCatalog catalog, IBackupObserver observer)
{
    /// <summary>Damage is told to the observer, file by file.</summary>
    public VerifyOutcome Run(BackupInfo backup, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(backup);
        var consumer = new Comparer(observer, cancellation);
        bool isInterrupted = false;
        try
        {
            foreach (BackupPart part in backup.Parts)
            {
                using EntryReader expected = catalog.ReadEntries(backup.Uuid);
                new ArchiveWalk(drive, part, consumer, cancellation).Run(expected);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            isInterrupted = true;
        }

        return new VerifyOutcome(consumer.Files, consumer.Bytes, consumer.Damaged, consumer.Blocks, isInterrupted);
    }

    private sealed class Comparer(IBackupObserver observer, CancellationToken cancellation) : IArchiveConsumer
    {
        private readonly ContentHash _hash = new();

        public long Files { get; private set; }

        public long Bytes { get; private set; }

        public long Damaged { get; private set; }

        public List<long> Blocks { get; } = [];

        public void Take(PaxReader reader, EntryReader expected)
        {
            if (!reader.Entry.Path.SequenceEqual(expected.Path))
            {
                Damage(expected, "the tape has another name in its place");
                return;
            }

            observer.Entry(reader.Entry.Kind, reader.Entry.Size);
            // The content of an entry that was cut when the backup ended is not all there, and everybody was told then.
            if (reader.Entry.Kind != Archive.EntryKind.File || expected.State == Catalog.EntryState.Cut)
                return;
            UInt128 hash = Hash(reader);
            if (reader.ContentRemaining > 0)
            {
                // Cut by whoever cancelled, not by the tape.
                cancellation.ThrowIfCancellationRequested();
                Damage(expected, "its content cannot be read to its end");
                return;
            }

            Files++;
            Bytes += reader.Entry.Size;
            if (expected.Hash.Length != 16 || hash != BinaryPrimitives.ReadUInt128BigEndian(expected.Hash))
                Damage(expected, "its content is not what was saved: the hash differs");
        }

        public void Lost(EntryReader expected, string why) => Damage(expected, why);

        public void DamagedBlock(long objectId, string why)
        {
            Blocks.Add(objectId);
            observer.Problem([], $"block {objectId} cannot be read: {why}");
        }

        public void Progress(long archiveOffset) => observer.Bytes(archiveOffset);

        private void Damage(EntryReader expected, string what)
        {
            Damaged++;
            observer.Problem(expected.Path, what);
        }

        private UInt128 Hash(PaxReader reader)
        {
            if (reader.Entry.IsSparse)
                return HashSparse(reader);
            while (reader.ContentRemaining > 0 && Append(reader, reader.ContentRemaining) > 0)
            {
            }

            return _hash.Finish();
        }

        private UInt128 HashSparse(PaxReader reader)
        {
            long at = 0;
            foreach (DataExtent extent in reader.Entry.Sparse.Extents)
            {
                _hash.AppendZeros(extent.Offset - at);
                for (long left = extent.Length; left > 0;)
                {
                    int taken = Append(reader, left);
                    if (taken == 0)
                        return _hash.Finish();
                    left -= taken;
                }

                at = extent.Offset + extent.Length;
            }

            _hash.AppendZeros(reader.Entry.Size - at);
            return _hash.Finish();
        }

        private int Append(PaxReader reader, long limit)
        {
            ReadOnlySpan<byte> content = reader.Content.Span;
            int count = (int)Math.Min(content.Length, limit);
            _hash.Append(content[..count]);
            reader.Consume(count);
            return count;
        }
    }
}
