using Capstan.Backup.Framing;
using Capstan.Drive;

namespace Capstan.Backup.Media;

/// <summary>
/// Brings a tape to where a new stream may start, and proves that it may: the tape is the labelled one, the drive stands at
/// end of data, and a filemark stands before it.
/// </summary>
internal static class MediaAppender
{
    /// <summary>Writes the label of a blank tape and its filemark, synchronised.</summary>
    public static void WriteLabel(TapeDrive drive, MediaLabel label)
    {
        drive.Rewind();
        drive.BeginWriting();
        bool full;
        using (var queue = new WriteQueue(drive, new CapacityBudget(drive)))
        {
            using var stream = new BlockStreamWriter(queue,
                new ContentHeader(ContentKind.Label, label.Uuid, label.Created.ToUnixTimeSeconds(), 0, 0), label.ToJson());
            stream.Close(incomplete: false);
            queue.Drain();
            full = queue.VolumeFull;
        }

        // No mark without its label: a tape that begins with a filemark would be somebody else's for ever.
        if (full || drive.WriteFilemarks(1) == WriteOutcome.VolumeFull)
            throw new MediaException(MediaProblem.Full, $"{drive.Name}: the tape has no room for a label.");
    }

    /// <summary>
    /// Stands at end of data behind a filemark, with the drive ready to write there.
    /// </summary>
    /// <returns>The object that will be written next.</returns>
    public static long Prepare(TapeDrive drive)
    {
        TapePosition end = drive.LocateEndOfData();
        if (end.ObjectId < 1)
            throw new MediaException(MediaProblem.CatalogMismatch, $"{drive.Name}: the tape was blank when its end was looked for, and had a label before.");
        using (var buffer = drive.RentBuffer())
        {
            drive.Locate(end.ObjectId - 1);
            ReadKind before = drive.Read(buffer.Memory.Span).Kind;
            if (before is ReadKind.EndOfData)
                throw new MediaException(MediaProblem.CatalogMismatch, $"{drive.Name}: the drive's end of data moved while it was looked at.");
            long now = drive.ReadPosition().ObjectId;
            if (now != end.ObjectId)
                throw new MediaException(MediaProblem.CatalogMismatch, $"{drive.Name}: expected to stand at object {end.ObjectId}, the drive says {now}.");
            if (before == ReadKind.Filemark)
                return drive.BeginWriting().ObjectId;
        }

        // The last writer died inside a stream: end that stream, so that readers see where it stopped.
        drive.BeginWriting();
        if (drive.WriteFilemarks(1) == WriteOutcome.VolumeFull)
            throw new MediaException(MediaProblem.Full, $"{drive.Name}: the tape is full to its physical end. Insert another one.");
        return drive.BeginWriting().ObjectId;
    }
}
