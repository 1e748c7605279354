using System.Globalization;

namespace Capstan.Cli.Mtx;

/// <summary>
/// mtx's command line, word by word: `mtx [-f DEVICE] COMMAND [NUMBER...] [COMMAND ...]`. A number is a word that begins with a digit, and
/// is what stands before the first character that is none.
/// </summary>
internal sealed class MtxWords(string[] words)
{
    private int _at;

    /// <summary>The next word; null at the end.</summary>
    public string? Next() => _at < words.Length ? words[_at++] : null;

    /// <summary>The next word when it is a number; null, and it stays, when it is none.</summary>
    public int? Number()
    {
        if (_at >= words.Length || words[_at] is not [>= '0' and <= '9', ..] word)
            return null;
        _at++;
        int end = word.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? word : word[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue;
    }
}
