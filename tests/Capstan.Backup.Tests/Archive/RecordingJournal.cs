using System.Text;
using Capstan.Backup.Archive;

namespace Capstan.Backup.Tests.Archive;

/// <summary>Remembers what the writer of an archive said, with paths as Latin-1 so that every byte shows.</summary>
internal sealed class RecordingJournal : IArchiveJournal
{
    public List<(string Path, EntryKind Kind, EntryState State, long Offset, UInt128 Hash)> Entries { get; } = [];

    public List<(string Path, string What)> Problems { get; } = [];

    public List<(string Path, string Why)> Left { get; } = [];

    public void Entry(TreeEntry entry, EntryState state, long archiveOffset, UInt128 hash) =>
        Entries.Add((Encoding.Latin1.GetString(entry.Path), entry.Kind, state, archiveOffset, hash));

    public void Problem(ReadOnlySpan<byte> path, string what) => Problems.Add((Encoding.Latin1.GetString(path), what));

    public void Skipped(ReadOnlySpan<byte> path, string why) => Left.Add((Encoding.Latin1.GetString(path), why));
}
