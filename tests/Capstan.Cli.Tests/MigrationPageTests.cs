using System.CommandLine;
using System.Text.RegularExpressions;

namespace Capstan.Cli.Tests;

/// <summary>docs/from-mt-pmt-stenc.md names verbs and options that there are.</summary>
public partial class MigrationPageTests
{
    [Fact]
    public void Every_command_on_the_page_exists()
    {
        Command root = CommandLine.Build(new TestCli().Environment);
        string page = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "from-mt-pmt-stenc.md"));
        var checkedLines = new List<string>();
        foreach (Match code in Code().Matches(page))
        {
            string line = code.Groups[1].Value;
            int at = line.IndexOf("capstan ", StringComparison.Ordinal);
            // 'capstan VERB' stands for all of them.
            if (at < 0 || line.Contains("VERB", StringComparison.Ordinal) || (at > 0 && line[at - 1] is not ' '))
                continue;
            Check(root, line[(at + "capstan ".Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries), line);
            checkedLines.Add(line);
        }

        checkedLines.Count.ShouldBeGreaterThan(40);
    }

    private static void Check(Command root, string[] words, string line)
    {
        Command command = root;
        foreach (string word in words)
        {
            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                command.Options.Concat(root.Options).ShouldContain(option => option.Name == word, $"{line}: {word}");
                continue;
            }

            if (command.Subcommands.FirstOrDefault(sub => sub.Name == word) is { } next)
                command = next;
            else
                command.Arguments.Concat(command.Options.Cast<Symbol>()).ShouldNotBeEmpty($"{line}: there is no {word}");
        }

        command.ShouldNotBe(root, line);
        command.Subcommands.Count(static sub => sub is not null).ShouldBeLessThan(20, line);
    }

    private static string RepositoryRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Capstan.slnx")))
                return at.FullName;
        }

        throw new InvalidOperationException("The tests do not lie in the repository.");
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
