namespace Capstan.Backup.Archive;

/// <summary>
/// A file name pattern over bytes: '*' is any run of bytes but '/', "**" any run, '?' one byte but '/', '\' takes the next byte
/// as it is. A pattern without a slash is compared with the last component, one with a slash with the whole stored path.
/// </summary>
public sealed class GlobPattern
{
    private readonly byte[] _pattern;
    private readonly bool _isPath;

    public GlobPattern(ReadOnlySpan<byte> pattern)
    {
        pattern = pattern.TrimEnd((byte)'/');
        _isPath = pattern.Contains((byte)'/');
        _pattern = pattern.TrimStart((byte)'/').ToArray();
    }

    /// <param name="path">A path as it is stored in the archive.</param>
    public bool Matches(ReadOnlySpan<byte> path) => Matches(_pattern, _isPath ? path : path[(path.LastIndexOf((byte)'/') + 1)..]);

    // Backtracks to the last star only; a "**" is never given up for a later "*", so two marks are kept.
    private static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        int p = 0, t = 0;
        int starP = -1, starT = 0, deepP = -1, deepT = 0;
        while (t < text.Length || p < pattern.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                bool deep = p + 1 < pattern.Length && pattern[p + 1] == '*';
                p += deep ? 2 : 1;
                (starP, starT) = deep ? (-1, 0) : (p, t);
                if (deep)
                    (deepP, deepT) = (p, t);
                continue;
            }
            if (t < text.Length && MatchesOne(pattern, p, text[t], out int width))
            {
                p += width;
                t++;
            }
            else if (starP >= 0 && starT < text.Length && text[starT] != '/')
            {
                (p, t) = (starP, ++starT);
            }
            else if (deepP >= 0 && deepT < text.Length)
            {
                (p, t, starP) = (deepP, ++deepT, -1);
            }
            else
            {
                return false;
            }
        }
        return true;
    }

    private static bool MatchesOne(ReadOnlySpan<byte> pattern, int at, byte value, out int width)
    {
        width = 1;
        if (at >= pattern.Length)
            return false;
        if (pattern[at] == '?')
            return value != '/';
        if (pattern[at] == '\\' && at + 1 < pattern.Length)
        {
            width = 2;
            return pattern[at + 1] == value;
        }
        return pattern[at] == value;
    }
}
