using Capstan.Backup.Archive;

namespace Capstan.Backup.Manifest;

/// <summary>One entry as the manifest lists it. A view: its spans live as long as the buffer they came from.</summary>
internal readonly ref struct ManifestRecord
{
    public required ReadOnlySpan<byte> Path { get; init; }

    public required EntryKind Kind { get; init; }

    public EntryState State { get; init; }

    public int Mode { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    public long Size { get; init; }

    public long MtimeSeconds { get; init; }

    public int MtimeNanoseconds { get; init; }

    public long ArchiveOffset { get; init; }

    /// <summary>XXH3-128 of the content; meaningful for files.</summary>
    public UInt128 Hash { get; init; }

    public ReadOnlySpan<byte> LinkTarget { get; init; }
}
