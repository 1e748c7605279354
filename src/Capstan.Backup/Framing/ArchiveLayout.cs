using Capstan.Backup.Manifest;

namespace Capstan.Backup.Framing;

/// <summary>Where a byte of an archive stream lies on tape; docs/formats/tape.md.</summary>
public static class ArchiveLayout
{
    /// <summary>Logical object identifier of the block that holds a byte of the archive.</summary>
    /// <param name="firstObjectId">Of the archive stream's first block.</param>
    /// <param name="archiveOffset">From the archive's first byte.</param>
    public static long ObjectAt(long firstObjectId, long archiveOffset) =>
        firstObjectId + (ArchiveHeader.PreambleLength + archiveOffset) / BlockHeader.MaxPayload;

    /// <summary>Archive offset of the first byte of a block; negative for the first one, which begins with the stream's header.</summary>
    public static long OffsetAt(long firstObjectId, long objectId) =>
        (objectId - firstObjectId) * BlockHeader.MaxPayload - ArchiveHeader.PreambleLength;
}
