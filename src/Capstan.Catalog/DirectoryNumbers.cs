namespace Capstan.Catalog;

/// <summary>
/// Gives each directory of a tree walk a number, so that entries store a number instead of a path. Remembers only the
/// ancestors of where the walk is: memory does not grow with the tree. A walk that leaves a directory and comes back later,
/// other than from below, gets a second number for it, which costs a row and harms nothing.
/// </summary>
internal sealed class DirectoryNumbers
{
    private readonly List<(int Length, uint Number)> _ancestors = [];
    private byte[] _path = new byte[256];
    private int _pathLength;
    private uint _next;

    /// <param name="directory">Path with its trailing '/', or empty.</param>
    /// <param name="number">Its number.</param>
    /// <returns>Whether the number is new.</returns>
    internal bool Assign(ReadOnlySpan<byte> directory, out uint number)
    {
        int common = directory.CommonPrefixLength(_path.AsSpan(0, _pathLength));
        // Each remembered path ends in '/', so a common prefix of its whole length is an ancestor.
        while (_ancestors.Count > 0 && _ancestors[^1].Length > common)
            _ancestors.RemoveAt(_ancestors.Count - 1);
        if (_ancestors.Count > 0 && _ancestors[^1].Length == directory.Length)
        {
            number = _ancestors[^1].Number;
            _pathLength = directory.Length;
            return false;
        }

        if (directory.Length > _path.Length)
            Array.Resize(ref _path, Math.Max(directory.Length, _path.Length * 2));
        directory.CopyTo(_path);
        _pathLength = directory.Length;
        number = _next;
        _next = checked(_next + 1);
        _ancestors.Add((directory.Length, number));
        return true;
    }
}
