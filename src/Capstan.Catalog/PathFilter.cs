namespace Capstan.Catalog;

/// <summary>Which entries lie at or below some paths; decided once a directory where that is possible.</summary>
internal sealed class PathFilter
{
    private readonly byte[][] _paths;
    private readonly bool[] _matched;
    private bool _covered;
    private bool _anyInside;
    private bool _noted;

    internal PathFilter(IReadOnlyList<byte[]> paths)
    {
        _paths = new byte[paths.Count][];
        for (int i = 0; i < _paths.Length; i++)
            _paths[i] = paths[i].AsSpan().TrimEnd((byte)'/').ToArray();
        _matched = new bool[_paths.Length];
    }

    /// <summary>Whether the path with that index was matched by an entry so far.</summary>
    internal bool WasMatched(int index) => _matched[index];

    /// <summary>Call when the directory changes; it has its trailing '/', or is empty.</summary>
    internal void Enter(ReadOnlySpan<byte> directory)
    {
        _covered = _anyInside = _noted = false;
        for (int i = 0; i < _paths.Length; i++)
        {
            ReadOnlySpan<byte> path = _paths[i];
            if (IsAtOrBelow(directory, path))
                _covered = true;
            else if (path.StartsWith(directory) && path[directory.Length..].IndexOf((byte)'/') < 0)
                _anyInside = true;
        }
    }

    /// <summary>Whether the entry is wanted.</summary>
    /// <param name="path">The whole path.</param>
    /// <param name="directoryLength">How much of it is the directory that was entered last.</param>
    internal bool Matches(ReadOnlySpan<byte> path, int directoryLength)
    {
        if (_paths.Length == 0)
            return true;
        if (_covered && !_noted)
            NoteCovering(path[..directoryLength]);
        bool wanted = _covered;
        if (_anyInside)
        {
            for (int i = 0; i < _paths.Length; i++)
            {
                if (path.SequenceEqual(_paths[i]))
                    _matched[i] = wanted = true;
            }
        }
        return wanted;
    }

    private void NoteCovering(ReadOnlySpan<byte> directory)
    {
        for (int i = 0; i < _paths.Length; i++)
            _matched[i] |= IsAtOrBelow(directory, _paths[i]);
        _noted = true;
    }

    private static bool IsAtOrBelow(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> path) =>
        path.IsEmpty || (directory.Length > path.Length && directory[path.Length] == (byte)'/' && directory.StartsWith(path));
}
