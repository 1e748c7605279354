using System.Globalization;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Capstan.Operations.Configuration;

/// <summary>A key with its value, wherever and however it was written: below a header, with dots, in a table on one line.</summary>
/// <param name="Path">All words from the root: drive, lto9, device.</param>
/// <param name="Table">How many of them stand in the header above.</param>
/// <param name="IsPlain">One word, an equals sign, a value on lines of its own: what can be edited.</param>
internal sealed record Leaf(IReadOnlyList<string> Path, int Table, ValueSyntax Value, SourceSpan KeySpan, bool IsPlain);

/// <summary>A line in brackets.</summary>
internal sealed record Header(IReadOnlyList<string> Path, SourceSpan Span, bool IsArray);

/// <summary>A configuration file taken apart, with everything in it that is no TOML.</summary>
internal sealed class ConfigurationTree
{
    // Beyond that a person mends the first ones and looks again.
    private const int MostSyntaxProblems = 100;

    /// <summary>Stands for the name in a header that cannot be read: what is below it is left alone.</summary>
    internal const string Damaged = "\0damaged";

    private ConfigurationTree(List<ConfigurationProblem> problems) => Problems = problems;

    internal List<Header> Headers { get; } = [];

    internal List<Leaf> Leaves { get; } = [];

    internal List<ConfigurationProblem> Problems { get; }

    /// <summary>Total: any text gives a tree, perhaps an empty one with problems.</summary>
    /// <remarks>
    /// Behind a mistake the parser takes good lines for bad ones. So the first bad line is noted and taken out, and the rest is parsed again.
    /// </remarks>
    internal static ConfigurationTree Parse(string text)
    {
        var problems = new List<ConfigurationProblem>();
        string[] lines = text.Split('\n');
        while (true)
        {
            DocumentSyntax? document = null;
            int line;
            int column;
            string said;
            try
            {
                document = SyntaxParser.Parse(string.Join('\n', lines), "", validate: false);
                if (document.Diagnostics.OrderBy(diagnostic => diagnostic.Span.Start.Offset).FirstOrDefault(diagnostic => diagnostic.Kind == DiagnosticMessageKind.Error) is not { } first)
                    return Walk(document, problems);
                (line, column, said) = (first.Span.Start.Line, first.Span.Start.Column, first.Message);
            }
            catch (TomlException e)
            {
                (line, column, said) = ((e.Line ?? 1) - 1, (e.Column ?? 1) - 1, e.Message);
            }
            catch (ArgumentException e)
            {
                // Tomlyn 2.10 fails so at a backslash before half a surrogate pair or the end, and does not say where.
                (line, column, said) = (FirstThatFails(lines), 0, e.Message);
            }

            line = Math.Clamp(line, 0, lines.Length - 1);
            // An end that is missing is told where the file ends, behind lines that were taken out already.
            while (line > 0 && lines[line].Trim().Length == 0)
                (line, column) = (line - 1, lines[line - 1].Length);
            string bad = lines[line];
            problems.Add(new ConfigurationProblem(line + 1, Math.Clamp(column, 0, bad.Length) + 1, KeyOf(bad), SyntaxAdvice.Of(bad, said)));
            bool isHeader = bad.TrimStart().StartsWith('[');
            lines[line] = isHeader ? string.Create(CultureInfo.InvariantCulture, $"[\"\\u0000damaged\".n{line}]") : "";
            if (problems.Count >= MostSyntaxProblems || bad.Trim().Length == 0)
            {
                return new ConfigurationTree(problems);
            }
        }
    }

    private static int FirstThatFails(string[] lines)
    {
        for (int count = 1; count < lines.Length; count++)
        {
            try
            {
                _ = SyntaxParser.Parse(string.Join('\n', lines.Take(count)), "", validate: false);
            }
            catch (Exception e) when (e is ArgumentException or TomlException)
            {
                return count - 1;
            }
        }

        return lines.Length - 1;
    }

    internal static string? KeyOf(string line)
    {
        int equals = line.IndexOf('=');
        string key = (equals < 0 ? line : line[..equals]).Trim().Trim('"', '\'');
        return ConfiguredName.IsWord(key) ? key : null;
    }

    private static ConfigurationTree Walk(DocumentSyntax document, List<ConfigurationProblem> problems)
    {
        var tree = new ConfigurationTree(problems);
        foreach (KeyValueSyntax pair in document.KeyValues)
            tree.Add([], pair, isNested: false);
        foreach (TableSyntaxBase table in document.Tables)
        {
            string[] path = [.. Words(table.Name)];
            tree.Headers.Add(new Header(path, table.Name?.Span ?? table.Span, table is TableArraySyntax));
            foreach (KeyValueSyntax pair in table.Items)
                tree.Add(path, pair, isNested: false);
        }

        return tree;
    }

    private void Add(string[] table, KeyValueSyntax pair, bool isNested)
    {
        string[] words = [.. Words(pair.Key)];
        if (words.Length == 0 || pair.Value is null || pair.Key is null)
            return;
        if (pair.Value is InlineTableSyntax inner)
        {
            foreach (InlineTableItemSyntax item in inner.Items)
            {
                if (item.KeyValue is { } nested)
                    Add([.. table, .. words], nested, isNested: true);
            }

            return;
        }

        Leaves.Add(new Leaf([.. table, .. words], table.Length, pair.Value, pair.Key.Span, words.Length == 1 && !isNested));
    }

    private static IEnumerable<string> Words(KeySyntax? key)
    {
        if (key is null)
            yield break;
        yield return Word(key.Key);
        foreach (DottedKeyItemSyntax next in key.DotKeys)
            yield return Word(next.Key);
    }

    private static string Word(BareKeyOrStringValueSyntax? key) => key switch
    {
        StringValueSyntax quoted => quoted.Value ?? "",
        BareKeySyntax bare => bare.Key?.Text ?? "",
        _ => "",
    };
}

/// <summary>Words for a line that is no TOML.</summary>
internal static class SyntaxAdvice
{
    /// <param name="line">The line.</param>
    /// <param name="said">The parser's own words, for what is not recognised here.</param>
    internal static string Of(string line, string said)
    {
        string text = line.Trim();
        if (text.StartsWith('['))
            return "this is no header; one is [drive.NAME], [changer.NAME], [library.NAME] or [scan], alone on its line";
        int equals = text.IndexOf('=');
        if (equals < 0)
            return "this is neither KEY = VALUE nor a header such as [drive.NAME]";
        string key = text[..equals].Trim();
        string value = text[(equals + 1)..].Trim();
        if (key.Length == 0)
            return "a key is missing before '='";
        if (value.Length == 0 || value[0] == '#')
            return $"a value is missing behind '='; for example {key} = {Example(key)}";
        if (said.Contains("newline in a string", StringComparison.OrdinalIgnoreCase) || said.Contains("End-Of-File found on string", StringComparison.OrdinalIgnoreCase))
            return "the text has no closing quote";
        string bare = value.Split('#')[0].Trim();
        if (bare.AsSpan().IndexOfAny('"', '\'') < 0 && !bare.StartsWith('[') && !bare.StartsWith('{'))
            return $"a text stands in quotes: {key} = \"{bare.Replace("\\", "\\\\", StringComparison.Ordinal)}\"";
        return $"this is no TOML ({said.TrimEnd('.')}); for example {key} = {Example(key)}";
    }

    private static string Example(string key) =>
        ConfigurationSchema.Tables.Select(table => table.Key(key)).FirstOrDefault(rule => rule is not null)?.Example ?? "\"text\"";
}
