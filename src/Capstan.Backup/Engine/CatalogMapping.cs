using System.Buffers.Binary;
using Capstan.Backup.Manifest;
using Capstan.Catalog;

namespace Capstan.Backup.Engine;

/// <summary>Between the archive's words and the catalog's, which know nothing of each other.</summary>
internal static class CatalogMapping
{
    public static EntryKind Of(Archive.EntryKind kind) => kind switch
    {
        Archive.EntryKind.Directory => EntryKind.Directory,
        Archive.EntryKind.SymbolicLink => EntryKind.SymbolicLink,
        Archive.EntryKind.HardLink => EntryKind.HardLink,
        Archive.EntryKind.CharacterDevice => EntryKind.CharacterDevice,
        Archive.EntryKind.BlockDevice => EntryKind.BlockDevice,
        Archive.EntryKind.Fifo => EntryKind.Fifo,
        _ => EntryKind.File,
    };

    public static EntryState Of(Archive.EntryState state) => state switch
    {
        Archive.EntryState.Changed => EntryState.Changed,
        Archive.EntryState.Shrunk => EntryState.Shrunk,
        Archive.EntryState.Damaged => EntryState.Unreadable,
        Archive.EntryState.Cut => EntryState.Cut,
        _ => EntryState.Ok,
    };

    /// <summary>Adds a manifest's record to the catalog. <paramref name="hash"/> is 16 bytes of scratch.</summary>
    public static void Add(BackupRecorder recorder, in ManifestRecord record, int part, Span<byte> hash)
    {
        bool hasContent = record.Kind == Archive.EntryKind.File;
        if (hasContent)
            BinaryPrimitives.WriteUInt128BigEndian(hash, record.Hash);
        recorder.AddEntry(new CatalogEntry
        {
            Path = record.Path,
            Kind = Of(record.Kind),
            State = Of(record.State),
            Mode = (uint)record.Mode,
            UserId = record.Uid,
            GroupId = record.Gid,
            SizeBytes = record.Size,
            ModifiedSeconds = record.MtimeSeconds,
            ModifiedNanoseconds = record.MtimeNanoseconds,
            LinkTarget = record.LinkTarget,
            Hash = hasContent ? hash : default,
            Part = part,
            ArchiveOffsetBytes = record.ArchiveOffset,
        });
    }
}
