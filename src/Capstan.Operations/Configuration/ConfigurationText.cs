using System.Globalization;
using System.Text;

namespace Capstan.Operations.Configuration;

/// <summary>How names and values stand in a file.</summary>
internal static class ConfigurationText
{
    internal static string Key(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') ? word : Text(word);

    internal static string Value(object value) => value switch
    {
        string text => Text(text),
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        IReadOnlyList<int> numbers => "[" + string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))) + "]",
        IReadOnlyList<string> texts => "[" + string.Join(", ", texts.Select(Text)) + "]",
        _ => throw new ArgumentException($"no value of a configuration: {value}", nameof(value)),
    };

    /// <summary>A basic string (TOML 1.0, String).</summary>
    private static string Text(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char letter in text)
        {
            if (letter is '"' or '\\')
                quoted.Append('\\').Append(letter);
            else if (char.IsControl(letter))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
            else
                quoted.Append(letter);
        }

        return quoted.Append('"').ToString();
    }
}
