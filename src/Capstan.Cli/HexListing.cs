using System.Buffers;
using System.Globalization;

namespace Capstan.Cli;

/// <summary>Collects bytes from lines of ASCII hex in the forms that <see cref="SavedResponse"/> names.</summary>
/// <remarks>
/// A line may begin with its offset and end with the same bytes as text. An offset is known by what follows it (a colon, or more
/// space than between bytes) and must be the number of bytes so far: a line that is missing is found.
/// </remarks>
internal sealed class HexListing
{
    // So many spaces never stand between two bytes of sg3_utils' or hexdump's lines, and always before the text.
    private const int GapBeforeText = 3;
    private const int LineBytes = 16;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<char> OctalDigits = SearchValues.Create("01234567");

    private readonly List<byte> _line = new(LineBytes);
    private int _begin;
    private bool _hasOffsets;
    private bool _repeats;

    public List<byte> Data { get; } = [];

    public List<string> Comments { get; } = [];

    /// <summary>Takes a line; false, with the reason, when it is neither bytes nor text around them.</summary>
    public bool TryAdd(ReadOnlySpan<char> line, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? problem)
    {
        problem = null;
        int comment = line.IndexOf('#');
        // In the text behind the bytes a '#' is a character like any other; what it cuts off there is not needed.
        if (comment >= 0)
        {
            if (line[..comment].IsWhiteSpace() && line[(comment + 1)..].Trim() is { IsEmpty: false } words)
                Comments.Add(Plain(words));
            line = line[..comment];
        }

        if (line.IsWhiteSpace())
            return true;
        if (line.Trim() is "*" && _hasOffsets)
        {
            _repeats = true;
            return true;
        }

        if (IsHeading(line))
        {
            Comments.Add(Plain(line.Trim()));
            return true;
        }

        bool xxd = false;
        if (TryOffset(line, out long offset, out int length, out bool octal, ref xxd))
        {
            if (!TryPlace(offset, octal, line[..length], out problem))
                return false;
            line = line[length..].TrimStart(':');
        }
        else
        {
            length = 0;
        }

        return TryBytes(line, length > 0, xxd, out problem);
    }

    /// <summary>Titles that the tools print: their first word is no byte, and few of the others are.</summary>
    private static bool IsHeading(ReadOnlySpan<char> line)
    {
        int words = 0;
        int bytes = 0;
        bool first = false;
        foreach (Range range in line.SplitAny(' ', '\t', ','))
        {
            ReadOnlySpan<char> word = line[range];
            if (word.IsEmpty)
                continue;
            bool isHex = Digits(word.TrimEnd(':')).Length > 0;
            if (words++ == 0)
                first = isHex;
            if (isHex)
                bytes++;
        }

        return !first && bytes * 2 < words;
    }

    /// <summary>The number at the beginning of a line, when it is where the line's bytes belong and not a byte itself.</summary>
    private bool TryOffset(ReadOnlySpan<char> line, out long offset, out int length, out bool octal, ref bool xxd)
    {
        offset = 0;
        octal = false;
        length = line.Length - line.TrimStart().Length;
        ReadOnlySpan<char> rest = line[length..];
        int digits = rest.IndexOfAnyExcept(HexDigits);
        if (digits < 0)
            digits = rest.Length;
        if (digits is 0 or > 12)
            return false;
        ReadOnlySpan<char> behind = rest[digits..];
        int gap = behind.Length - behind.TrimStart().Length;
        xxd = behind.StartsWith(':');
        // sg3_utils: two digits or more and spaces up to a fixed column. hexdump -C and od: six or more.
        bool isLike = (digits >= 2 && gap >= GapBeforeText) || (digits >= 6 && (gap >= 2 || behind.IsEmpty || IsByte(behind)));
        if (!xxd && !(isLike && (_hasOffsets || IsHere(rest[..digits]))))
            return false;
        offset = long.Parse(rest[..digits], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        length += digits;
        octal = digits == 7 && gap == 1 && !rest[..digits].ContainsAnyExcept(OctalDigits);
        return true;
    }

    private bool IsHere(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int value) && (value == 0 || value == Data.Count - _begin);

    private static bool IsByte(ReadOnlySpan<char> behind)
    {
        behind = behind.TrimStart();
        int digits = behind.IndexOfAny(' ', '\t');
        return (digits < 0 ? behind.Length : digits) == 2;
    }

    private bool TryPlace(
        long offset, bool octal, ReadOnlySpan<char> written, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (octal)
        {
            offset = 0;
            foreach (char c in written.Trim())
                offset = (offset << 3) + (c - '0');
        }

        long here = Data.Count - _begin;
        if (offset == 0 && here > 0)
        {
            // The next answer in the same file.
            _begin = Data.Count;
            here = 0;
        }

        if (_repeats && offset > here && here >= LineBytes && offset - here < 1 << 20)
        {
            int from = Data.Count - LineBytes;
            for (; here < offset; here++)
                Data.Add(Data[from++]);
        }

        _repeats = false;
        _hasOffsets = true;
        if (offset == here)
            return true;
        problem = string.Create(CultureInfo.InvariantCulture, $"the offset {written.Trim()} does not follow: {here:x2} (hex) bytes came before it");
        return false;
    }

    private bool TryBytes(
        ReadOnlySpan<char> line, bool hasOffset, bool xxd, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? problem)
    {
        problem = null;
        _line.Clear();
        int at = 0;
        while (true)
        {
            int gap = SkipSeparators(line, at);
            at += gap;
            if (at == line.Length || (hasOffset && _line.Count > 0 && IsTextNext(line[at], gap, xxd)))
                break;
            int end = line[at..].IndexOfAny(" \t,");
            ReadOnlySpan<char> word = end < 0 ? line[at..] : line.Slice(at, end);
            ReadOnlySpan<char> digits = Digits(word);
            if (digits.IsEmpty)
            {
                problem = $"'{Shown(word)}' is not a byte in hex";
                return false;
            }

            if (digits.Length == 1)
                _line.Add((byte)Value(digits[0]));
            for (int i = 0; i + 1 < digits.Length; i += 2)
                _line.Add((byte)(Value(digits[i]) << 4 | Value(digits[i + 1])));
            at += word.Length;
        }

        Data.AddRange(_line);
        return true;
    }

    private static int SkipSeparators(ReadOnlySpan<char> line, int at)
    {
        int end = line[at..].IndexOfAnyExcept(" \t,");
        return end < 0 ? line.Length - at : end;
    }

    private bool IsTextNext(char next, int gap, bool xxd) =>
        next == '|' || gap >= (xxd ? 2 : GapBeforeText) || _line.Count >= LineBytes;

    /// <summary>The digits of a word such as 1f, 0x1F, 1Fh or 1f2e3d; empty when it is no such word.</summary>
    private static ReadOnlySpan<char> Digits(ReadOnlySpan<char> word)
    {
        if (word.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            word = word[2..];
        else if (word.Length > 1 && word[^1] is 'h' or 'H')
            word = word[..^1];
        bool isWhole = word.Length == 1 || (word.Length > 0 && word.Length % 2 == 0);
        return isWhole && !word.ContainsAnyExcept(HexDigits) ? word : [];
    }

    private static int Value(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static string Shown(ReadOnlySpan<char> word) => word.Length > 20 ? $"{Plain(word[..20])}..." : Plain(word);

    /// <summary>Words of a file that come to be printed: they shall not move the cursor.</summary>
    private static string Plain(ReadOnlySpan<char> words) => string.Create(words.Length, words, static (text, from) =>
    {
        for (int i = 0; i < text.Length; i++)
            text[i] = from[i] == '\t' ? ' ' : char.IsControl(from[i]) ? '?' : from[i];
    });
}
