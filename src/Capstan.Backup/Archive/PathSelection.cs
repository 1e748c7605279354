namespace Capstan.Backup.Archive;

/// <summary>Which entries are wanted: given paths and everything below them. Without paths, everything.</summary>
public sealed class PathSelection
{
    private readonly HashSet<byte[]> _paths = new(ByteStringComparer.Instance);
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly HashSet<byte[]> _met = new(ByteStringComparer.Instance);

    /// <param name="paths">Raw bytes; slashes at the ends and "." components do not count.</param>
    public PathSelection(IEnumerable<byte[]> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var buffer = new ByteBuffer();
        foreach (byte[] path in paths)
        {
            buffer.Set(path);
            ArchivePath.Normalize(buffer);
            IsEverything |= buffer.Length == 0;
            _paths.Add(buffer.Span.ToArray());
        }
        IsEverything |= _paths.Count == 0;
        _lookup = _paths.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public static PathSelection Everything { get; } = new([]);

    public bool IsEverything { get; }

    /// <summary>The given paths as archives hold them, each once.</summary>
    public IReadOnlyCollection<byte[]> Paths => _paths;

    /// <summary>The paths that no entry has matched so far: most likely misspelt.</summary>
    public IEnumerable<byte[]> Unmet => _paths.Where(path => path.Length > 0 && !_met.Contains(path));

    /// <summary>Whether an entry is wanted.</summary>
    public bool Includes(ReadOnlySpan<byte> path)
    {
        if (IsEverything)
            return true;
        for (var part = path; ;)
        {
            if (_lookup.TryGetValue(part, out byte[]? selected))
            {
                if (_met.Count < _paths.Count)
                    _met.Add(selected);
                return true;
            }
            int slash = part.LastIndexOf((byte)'/');
            if (slash < 0)
                return false;
            part = part[..slash];
        }
    }
}
