using System.Runtime.ExceptionServices;
using Capstan.Backup.Archive;
using Capstan.Backup.Framing;
using Capstan.Backup.Manifest;
using Capstan.Catalog;
using Capstan.Drive;

namespace Capstan.Backup.Engine;

/// <summary>Does something with each entry that a walk comes to.</summary>
internal interface IArchiveConsumer
{
    /// <summary>The reader stands at the content of the entry that the catalog expects.</summary>
    /// <param name="expected">The catalog's row of it.</param>
    void Take(PaxReader reader, EntryReader expected);

    /// <summary>An entry whose header could not even be reached.</summary>
    void Lost(EntryReader expected, string why);

    /// <summary>A block that cannot be read; the walk goes on behind it.</summary>
    void DamagedBlock(long objectId, string why);

    /// <summary>Archive bytes passed so far.</summary>
    void Progress(long archiveOffset);
}

/// <summary>
/// Follows the catalog's entries through an archive stream on tape, in the order in which they lie there. Where a block cannot
/// be read it starts anew at the first entry behind it, so that one bad spot costs the files in it and no others; where the next
/// wanted entry is far away it locates instead of reading.
/// </summary>
internal sealed class ArchiveWalk(TapeDrive drive, BackupPart part, IArchiveConsumer consumer, CancellationToken cancellation)
{
    /// <summary>Reading on costs less than a LOCATE below this many bytes: a drive repositions in seconds, and reads 300 MB in one.</summary>
    private const long SeekThreshold = 256L << 20;

    private bool _more;

    /// <param name="expected">Before its first row; entries of this part in their order.</param>
    public void Run(EntryReader expected)
    {
        _more = expected.Read();
        while (_more)
        {
            cancellation.ThrowIfCancellationRequested();
            Stretch(expected);
        }
    }

    /// <summary>From the current entry to the last one that can be reached without positioning.</summary>
    private void Stretch(EntryReader expected)
    {
        long start = expected.ArchiveOffsetBytes;
        BlockStreamReader stream;
        try
        {
            stream = BlockStreamReader.OpenAt(drive, (long)part.ArchiveFirstObjectId, ArchiveHeader.PreambleLength, start, cancellation);
        }
        catch (Exception e) when (IsDamage(e))
        {
            SkipDamage(expected, ObjectOf(e) ?? ArchiveLayout.ObjectAt((long)part.ArchiveFirstObjectId, start), e);
            return;
        }

        using (stream)
        {
            var guarded = new GuardedSource(stream);
            var reader = new PaxReader(guarded, start);
            while (_more && expected.ArchiveOffsetBytes - reader.Position < SeekThreshold)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!Reach(reader, expected.ArchiveOffsetBytes))
                {
                    Resume(expected, stream, guarded, reader, entryWasTaken: false);
                    return;
                }

                consumer.Take(reader, expected);
                consumer.Progress(reader.Position);
                if (guarded.Failure is not null || reader.Error.Kind != ArchiveErrorKind.None)
                {
                    Resume(expected, stream, guarded, reader, entryWasTaken: true);
                    return;
                }

                _more = expected.Read();
            }
        }
    }

    private static bool Reach(PaxReader reader, long offset)
    {
        do
        {
            if (reader.Next() != PaxReadResult.Entry)
                return false;
        }
        while (reader.EntryOffset < offset);
        return reader.EntryOffset == offset;
    }

    /// <summary>The stream stopped: finds out why, and moves on to the first entry behind the bad place.</summary>
    private void Resume(EntryReader expected, BlockStreamReader stream, GuardedSource guarded, PaxReader reader, bool entryWasTaken)
    {
        if (guarded.Failure is { } failure && !IsDamage(failure))
            ExceptionDispatchInfo.Throw(failure);
        if (guarded.Failure is { } damage)
        {
            SkipDamage(expected, ObjectOf(damage) ?? stream.ObjectId, damage, entryWasTaken);
            return;
        }

        // The blocks were fine and their content is not: the archive itself is damaged or ends here.
        string why = reader.Error.Kind != ArchiveErrorKind.None ? reader.Error.ToString()
            : stream.End == StreamEnd.NotReached ? "the archive has no entry where the catalog says one begins"
            : "the stream ends before it";
        if (!entryWasTaken)
            consumer.Lost(expected, why);
        _more = expected.Read();
    }

    private void SkipDamage(EntryReader expected, long objectId, Exception damage, bool entryWasTaken = false)
    {
        consumer.DamagedBlock(objectId, damage.Message);
        long behind = damage is TapeEndOfDataException ? long.MaxValue : ArchiveLayout.OffsetAt((long)part.ArchiveFirstObjectId, objectId + 1);
        bool first = true;
        // Everything that begins before the end of the bad block is lost with it; at least the entry in hand is passed.
        while (_more && (first || expected.ArchiveOffsetBytes < behind))
        {
            if (!(first && entryWasTaken))
                consumer.Lost(expected, damage is TapeEndOfDataException ? "the tape ends before it" : $"it lies in block {objectId}, which cannot be read");
            first = false;
            _more = expected.Read();
        }
    }

    private static bool IsDamage(Exception e) => e is TapeReadException or TapeFormatException or TapeEndOfDataException
        || e is TapeMediumException { Fault: MediumFault.Damaged };

    private static long? ObjectOf(Exception e) => (e as TapeReadException)?.ObjectId ?? (e as TapeEndOfDataException)?.ObjectId;
}
