using System.Runtime.InteropServices;

namespace Capstan.Backup.Archive;

/// <summary>Files with several names of which some are still to come. Only those take memory, and only until the last name.</summary>
internal sealed class HardLinkTable
{
    private readonly Dictionary<FileIdentity, (byte[] Path, uint Remaining)> _links = [];

    public int Count => _links.Count;

    /// <summary>Remembers the first stored name of a file that has <paramref name="linkCount"/> of them.</summary>
    public void Add(FileIdentity file, uint linkCount, ReadOnlySpan<byte> path) => _links[file] = (path.ToArray(), linkCount - 1);

    /// <summary>The name under which the file is already in the archive, or null; counts this name as seen.</summary>
    public byte[]? Find(FileIdentity file)
    {
        ref var link = ref CollectionsMarshal.GetValueRefOrNullRef(_links, file);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref link))
            return null;
        byte[] path = link.Path;
        if (--link.Remaining == 0)
            _links.Remove(file);
        return path;
    }
}
