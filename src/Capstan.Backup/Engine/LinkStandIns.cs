using Capstan.Backup.Archive;
using Capstan.Catalog;

namespace Capstan.Backup.Engine;

/// <summary>
/// Files that were not asked for, but of which another name was: an archive has the content of a hard-linked file only under the name
/// that came first. The first name that was asked for takes its place, and the others become links to that.
/// </summary>
internal sealed class LinkStandIns
{
    private readonly Dictionary<byte[], StandIn> _standIns = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], StandIn>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    private LinkStandIns() => _lookup = _standIns.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>One name in place of another.</summary>
    internal sealed class StandIn(byte[] name)
    {
        public byte[] Name { get; } = name;

        /// <summary>The entry with the content was met, and handed on or told to be lost.</summary>
        public bool WasMet { get; set; }
    }

    /// <summary>The names that have the content.</summary>
    public IEnumerable<byte[]> Contents => _standIns.Keys;

    /// <param name="selected">Before its first row; read to its end.</param>
    /// <param name="selection">The same paths.</param>
    public static LinkStandIns Find(EntryReader selected, PathSelection selection)
    {
        var standIns = new LinkStandIns();
        while (selected.Read())
        {
            if (selected.Kind == Catalog.EntryKind.HardLink && !selection.Includes(selected.LinkTarget))
                _ = standIns._lookup.TryAdd(selected.LinkTarget, new StandIn(selected.Path.ToArray()));
        }
        return standIns;
    }

    /// <summary>What takes the place of a file that was not asked for; null for all others.</summary>
    public StandIn? For(ReadOnlySpan<byte> content) => _standIns.Count > 0 && _lookup.TryGetValue(content, out var standIn) ? standIn : null;
}
