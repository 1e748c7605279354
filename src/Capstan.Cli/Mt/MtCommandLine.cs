using System.Globalization;

namespace Capstan.Cli.Mt;

/// <summary>mt's own command line: `mt [-h] [-v] [-f DEVICE] OPERATION [COUNT]`.</summary>
/// <param name="Device">Of -f or -t; null when the environment decides.</param>
/// <param name="Verb">Null with <paramref name="Problem"/>, <paramref name="WantsHelp"/> or <paramref name="WantsVersion"/>.</param>
/// <param name="Problem">What is wrong with it, as mt says it; empty when only the usage is due.</param>
internal sealed record MtCommandLine(string? Device, MtVerb? Verb, IReadOnlyList<string> Arguments, string? Problem = null, bool WantsHelp = false, bool WantsVersion = false)
{
    /// <summary>Understands the words behind `mt`.</summary>
    public static MtCommandLine Parse(ReadOnlySpan<string> words)
    {
        string? device = null;
        int at = 0;
        for (; at < words.Length && words[at].StartsWith('-'); at++)
        {
            string option = words[at];
            // As mt does, only the letter is looked at.
            switch (option.Length > 1 ? option[1] : '\0')
            {
                case 'f' or 't' when at + 1 < words.Length:
                    device = words[++at];
                    continue;
                case 'h':
                case '-' when option == "--help":
                    return new MtCommandLine(device, null, [], WantsHelp: true);
                case 'v':
                case '-' when option.StartsWith("--v", StringComparison.Ordinal):
                    return new MtCommandLine(device, null, [], WantsVersion: true);
                default:
                    return new MtCommandLine(device, null, [], "");
            }
        }

        if (at == words.Length)
            return new MtCommandLine(device, null, [], "");
        string word = words[at++];
        MtVerb? verb = MtVerbs.Find(word, out bool isAmbiguous);
        if (verb is null)
            return new MtCommandLine(device, null, [], $"{(isAmbiguous ? "ambiguous" : "unknown")} command \"{word}\"");
        string[] arguments = [.. words[at..]];
        return arguments.Length > verb.MaxArguments
            ? new MtCommandLine(device, null, [], $"too many arguments for the command '{verb.Name}'.")
            : new MtCommandLine(device, verb, arguments);
    }

    /// <summary>
    /// A count as mt reads it: decimal, 0x hexadecimal or 0 octal (strtol), times k, M or G. Words that are no number are 0, as with
    /// strtol, so they are refused here.
    /// </summary>
    /// <param name="problem">As mt says it; null when the count is good.</param>
    public static long Count(string text, out string? problem)
    {
        problem = "illegal count unit.";
        ReadOnlySpan<char> digits = text.AsSpan().Trim();
        bool isNegative = digits.StartsWith("-");
        digits = digits.TrimStart("+-");
        long multiplier = digits.Length == 0 ? 1 : digits[^1] switch
        {
            'k' => 1L << 10,
            'M' => 1L << 20,
            'G' => 1L << 30,
            _ => 1,
        };
        if (multiplier > 1)
            digits = digits[..^1];
        long value = 0;
        if (digits.StartsWith("0x") || digits.StartsWith("0X"))
        {
            if (!long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
                return 0;
        }
        else if (digits.Length > 1 && digits[0] == '0')
        {
            if (!TryOctal(digits, out value))
                return 0;
        }
        else if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value))
        {
            // Many digits are a number all the same.
            if (digits.Length > 0 && digits.IndexOfAnyExceptInRange('0', '9') < 0)
                problem = "repeat count too large.";
            return 0;
        }

        // mt's count is an int (MTIOCTOP).
        if (value > int.MaxValue / multiplier)
        {
            problem = "repeat count too large.";
            return 0;
        }

        problem = null;
        return isNegative ? -value * multiplier : value * multiplier;
    }

    private static bool TryOctal(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7' || value > long.MaxValue >> 3)
                return false;
            value = (value << 3) | (long)(digit - '0');
        }

        return true;
    }
}
