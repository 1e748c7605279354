using System.Text.RegularExpressions;

namespace Capstan.Architecture.Tests;

/// <summary>Pages name each other, and places in them: a link leads somewhere, and every page can be reached.</summary>
public sealed partial class DocumentLinkTests
{
    private static readonly SourceFile[] Pages = [.. Repository.Files.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal))];

    [Fact]
    public void Every_relative_link_names_a_file_and_a_heading_that_there_are() => Pages.SelectMany(Broken).ShouldBeEmpty();

    [Fact]
    public void Every_page_of_the_documents_is_linked_from_another()
    {
        HashSet<string> linked = [.. Pages.SelectMany(page => Links(page).Select(link => link.File).Where(file => file != page.Path))];
        linked.Count.ShouldBeGreaterThan(40);
        Pages.Where(page => page.Path.StartsWith("docs/", StringComparison.Ordinal) && !page.Path.StartsWith("docs/decisions/", StringComparison.Ordinal))
            .Select(page => page.Path).Except(linked).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("see [b](b.md)", null)]
    [InlineData("see [b](b.md#the-drives-clock)", null)]
    [InlineData("see [here](#a-place)\n## A place", null)]
    [InlineData("`[no](link.md)` and [far](https://example.org/x#y)", null)]
    [InlineData("```\n[no](link.md)\n```", null)]
    [InlineData("see [c](c.md)", "docs/a.md: c.md")]
    [InlineData("see [b](b.md#clock)", "docs/a.md: b.md#clock")]
    [InlineData("see [here](#a-place)", "docs/a.md: #a-place")]
    [InlineData("```\n# A place\n```\n[here](#a-place)", "docs/a.md: #a-place")]
    public void Links_are_followed_as_their_readers_do(string text, string? broken)
    {
        SourceFile[] pages = [new("docs/a.md", text), new("docs/b.md", "# B\n## The `drive's` clock")];
        Broken(pages[0], pages, static _ => false).ShouldBe(broken is null ? [] : [broken]);
    }

    private static IEnumerable<string> Broken(SourceFile page) =>
        Broken(page, Pages, static path => File.Exists(Repository.FullPath(path)) || Directory.Exists(Repository.FullPath(path)));

    private static IEnumerable<string> Broken(SourceFile page, SourceFile[] pages, Func<string, bool> isThere)
    {
        foreach ((string target, string file, string anchor) in Links(page))
        {
            SourceFile? linked = pages.FirstOrDefault(other => other.Path == file);
            if ((linked is null && !isThere(file)) || (anchor.Length > 0 && (linked is null || !Anchors(linked).Contains(anchor))))
                yield return $"{page.Path}: {target}";
        }
    }

    private static IEnumerable<(string Target, string File, string Anchor)> Links(SourceFile page)
    {
        string folder = Path.GetDirectoryName(page.Path)!;
        foreach (string target in Link().Matches(InlineCode().Replace(WithoutBlocks(page), "")).Select(match => match.Groups[1].Value))
        {
            if (target.Contains("://", StringComparison.Ordinal))
                continue;
            string[] parts = target.Split('#', 2);
            string file = parts[0].Length == 0 ? page.Path : Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", folder, parts[0])));
            yield return (target, file, parts.Length > 1 ? parts[1] : "");
        }
    }

    /// <summary>As the usual viewers make them of headings: lower case, no punctuation, hyphens for spaces.</summary>
    private static IEnumerable<string> Anchors(SourceFile page) =>
        Heading().Matches(WithoutBlocks(page)).Select(match => Punctuation().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    private static string WithoutBlocks(SourceFile page) => Block().Replace(page.Text, "");

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
