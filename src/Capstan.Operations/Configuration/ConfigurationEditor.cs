using System.Globalization;
using System.Text;
using Tomlyn.Syntax;

namespace Capstan.Operations.Configuration;

/// <summary>
/// Changes single lines of a configuration, and nothing else: comments, order, blank lines and the way the user writes stay. For
/// texts without problems only.
/// </summary>
internal static class ConfigurationEditor
{
    /// <summary>Adds a table behind everything else.</summary>
    /// <param name="values">Keys and values, in this order; null or an empty text leaves a key out.</param>
    internal static string Add(string text, string kind, string name, IEnumerable<(string Key, object? Value)> values)
    {
        string end = LineEnd(text);
        var result = new StringBuilder(text);
        if (text.Length > 0 && text[^1] != '\n')
            result.Append(end);
        if (text.AsSpan().Trim().Length > 0 && !EndsWithBlankLine(text))
            result.Append(end);
        result.Append(CultureInfo.InvariantCulture, $"[{kind}.{ConfigurationText.Key(name)}]").Append(end);
        foreach ((string key, object? value) in values)
        {
            if (value is not (null or ""))
                result.Append(CultureInfo.InvariantCulture, $"{key} = {ConfigurationText.Value(value)}").Append(end);
        }

        return result.ToString();
    }

    /// <summary>Sets a key of a table that is there, or takes it out with its line.</summary>
    /// <param name="value">Null takes it out.</param>
    /// <exception cref="OperationException">It is written in a way that only a person should change.</exception>
    internal static string Set(string path, string text, string kind, string name, string key, object? value)
    {
        ConfigurationTree tree = ConfigurationTree.Parse(text);
        Leaf? leaf = tree.Leaves.FirstOrDefault(leaf => leaf.Path.Count == 3 && leaf.Path[0] == kind && leaf.Path[1] == name && leaf.Path[2] == key);
        if (leaf is not null)
        {
            if (!leaf.IsPlain || leaf.Table != 2)
                throw ByHand(path, leaf.KeySpan, kind, name);
            if (value is not null)
                return Replace(text, leaf.Value.Span.Start.Offset, leaf.Value.Span.End.Offset + 1, ConfigurationText.Value(value));
            int start = LineStart(text, leaf.KeySpan.Start.Offset);
            return text.Remove(start, NextLine(text, leaf.Value.Span.End.Offset) - start);
        }

        if (value is null)
            return text;
        Header header = HeaderOf(path, tree, kind, name);
        string line = $"{key} = {ConfigurationText.Value(value)}{LineEnd(text)}";
        int last = tree.Leaves.Where(other => other.Table == 2 && other.Path[0] == kind && other.Path[1] == name)
            .Select(other => other.Value.Span.End.Offset).Append(header.Span.End.Offset).Max();
        int at = NextLine(text, last);
        return at > 0 && text[at - 1] != '\n' ? text + LineEnd(text) + line : text.Insert(at, line);
    }

    /// <summary>Takes a table out, with the comment that stands directly above it and the blank lines that it leaves.</summary>
    /// <exception cref="OperationException">It is written in a way that only a person should change.</exception>
    internal static string Remove(string path, string text, string kind, string name)
    {
        ConfigurationTree tree = ConfigurationTree.Parse(text);
        Header header = HeaderOf(path, tree, kind, name);
        if (tree.Leaves.FirstOrDefault(leaf => leaf.Table < 2 && leaf.Path is [var first, var second, ..] && first == kind && second == name) is { } elsewhere)
            throw ByHand(path, elsewhere.KeySpan, kind, name);
        int last = tree.Leaves.Where(leaf => leaf.Table >= 2 && leaf.Path[0] == kind && leaf.Path[1] == name)
            .Select(leaf => leaf.Value.Span.End.Offset).Append(header.Span.End.Offset).Max();
        int start = LineStart(text, header.Span.Start.Offset);
        while (start > 0 && text.AsSpan(LineStart(text, start - 1)..start).TrimStart().StartsWith("#"))
            start = LineStart(text, start - 1);
        int end = NextLine(text, last);
        while (start > 0 && end < text.Length && text.AsSpan(end..NextLine(text, end)).Trim().IsEmpty)
            end = NextLine(text, end);
        // Behind the last table no blank line is left over.
        while (end == text.Length && start > 0 && text.AsSpan(LineStart(text, start - 1)..start).Trim().IsEmpty)
            start = LineStart(text, start - 1);
        return text.Remove(start, end - start);
    }

    private static Header HeaderOf(string path, ConfigurationTree tree, string kind, string name)
    {
        if (tree.Headers.FirstOrDefault(header => header.Path is [var first, var second] && first == kind && second == name) is { } found)
            return found;
        Leaf? other = tree.Leaves.FirstOrDefault(leaf => leaf.Path is [var first, var second, ..] && first == kind && second == name);
        throw ByHand(path, other?.KeySpan ?? default, kind, name);
    }

    private static OperationException ByHand(string path, SourceSpan span, string kind, string name) => new(ExitStatus.Failed,
        string.Create(CultureInfo.InvariantCulture, $"{path}:{span.Start.Line + 1}: {kind} '{name}' is not written as lines below a header [{kind}.{name}]. Change it with an editor."));

    private static string Replace(string text, int start, int end, string with) => string.Concat(text.AsSpan(0, start), with, text.AsSpan(end));

    private static int LineStart(string text, int offset) => offset == 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1;

    private static int NextLine(string text, int offset)
    {
        int end = offset >= text.Length ? -1 : text.IndexOf('\n', offset);
        return end < 0 ? text.Length : end + 1;
    }

    private static bool EndsWithBlankLine(string text)
    {
        string trimmed = text.TrimEnd(' ', '\t', '\r', '\n');
        return text.AsSpan(trimmed.Length).Count('\n') >= 2;
    }

    private static string LineEnd(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
}
