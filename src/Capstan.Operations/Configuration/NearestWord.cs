namespace Capstan.Operations.Configuration;

/// <summary>Finds what a mistyped word was meant to be.</summary>
internal static class NearestWord
{
    private const int LongestWord = 64;

    /// <summary>The known word with the fewest changes to it; null when none is near.</summary>
    internal static string? Of(string word, IEnumerable<string> known)
    {
        if (word.Length is 0 or > LongestWord)
            return null;
        string plain = Plain(word);
        (string? best, int distance) = (null, int.MaxValue);
        foreach (string candidate in known)
        {
            string other = Plain(candidate);
            int changes = other.StartsWith(plain, StringComparison.Ordinal) && plain.Length >= 3 ? 1 : Changes(plain, other);
            if (changes < distance)
                (best, distance) = (candidate, changes);
        }

        return best is not null && distance <= Math.Max(1, best.Length * 2 / 5) ? best : null;
    }

    private static string Plain(string word) => word.Replace('_', '-').ToLowerInvariant();

    /// <summary>Levenshtein's distance.</summary>
    private static int Changes(string from, string to)
    {
        Span<int> row = stackalloc int[LongestWord + 1];
        if (to.Length > LongestWord)
            return int.MaxValue;
        for (int column = 0; column <= to.Length; column++)
            row[column] = column;
        for (int line = 1; line <= from.Length; line++)
        {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= to.Length; column++)
            {
                int substituted = diagonal + (from[line - 1] == to[column - 1] ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(substituted, Math.Min(diagonal, row[column - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
