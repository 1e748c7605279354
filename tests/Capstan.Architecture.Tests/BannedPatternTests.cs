using System.Text.RegularExpressions;

namespace Capstan.Architecture.Tests;

/// <summary>What must not stand in the sources, and why. Symbols that the compiler can see are banned in BannedSymbols.txt instead.</summary>
public sealed class BannedPatternTests
{
    /// <param name="Name">What is banned, in words.</param>
    /// <param name="Pattern">Found in a line: a violation.</param>
    /// <param name="Applies">Where.</param>
    /// <param name="Why">Printed with the violation.</param>
    internal sealed record Rule(string Name, Regex Pattern, Func<SourceFile, bool> Applies, string Why);

    private const int LongestFileLines = 400;
    private static readonly string ThisFile = nameof(BannedPatternTests) + ".cs";

    private static readonly Rule[] Rules =
    [
        new("a hexadecimal sense code outside Capstan.Scsi/Sense",
            new Regex(@"new SenseCode\(\s*0x|SenseCode \w+ (=|=>) new\(\s*0x"),
            file => IsSource(file) && !IsUnder(file, "src/Capstan.Scsi/Sense"),
            "a condition has a name: SenseCode.FilemarkDetected"),
        new("the console outside the command line",
            new Regex(@"(?<![.\w])Console\."),
            file => IsSource(file) && !IsUnder(file, "src/Capstan.Cli"),
            "libraries report, front ends print"),
        new("the machine's clock",
            new Regex(@"\bDateTime(Offset)?\.(Utc)?Now\b"),
            IsCSharp,
            "take time from TimeProvider: tests turn the clock"),
        new("work left for later",
            new Regex(@"\b(TODO|FIXME|XXX|HACK)\b"),
            file => IsCSharp(file) || IsUnder(file, "docs"),
            "finish it, or open an issue"),
        new("a path of the machine it was written on",
            new Regex(@"(?<![A-Za-z0-9_.])/work(?![A-Za-z0-9_])"),
            _ => true,
            "it means nothing to anybody else"),
        new("a skipped test",
            new Regex(@"\[(Fact|Theory)\([^)]*\bSkip\s*="),
            IsCSharp,
            "a test that does not run proves nothing; use a capability that the fixture reports"),
    ];

    /// <summary>Files that are a table, one row a line.</summary>
    private static readonly string[] LongTables =
    [
        "src/Capstan.Scsi/Sense/SenseCode.Names.cs",
        "src/Capstan.Scsi/Sense/SenseCode.Table.cs",
    ];

    public static TheoryData<string> RuleNames => [.. Rules.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void NoFileContains(string name)
    {
        Rule rule = Rules.Single(rule => rule.Name == name);
        Violations(rule, Repository.Files.Where(file => file.Name != ThisFile)).ShouldBeEmpty(rule.Why);
    }

    /// <summary>A rule that finds nothing in its own example protects nothing.</summary>
    [Theory]
    [InlineData("a hexadecimal sense code outside Capstan.Scsi/Sense", "src/Capstan.Drive/A.cs", "    if (code == new SenseCode(0x3B, 0x00))")]
    [InlineData("a hexadecimal sense code outside Capstan.Scsi/Sense", "src/Capstan.Drive/A.cs", "    SenseCode full = new(0x00, 0x02);")]
    [InlineData("the console outside the command line", "src/Capstan.Backup/A.cs", "    Console.WriteLine(1);")]
    [InlineData("the machine's clock", "tests/A.Tests/A.cs", "    var now = DateTime.Now;")]
    [InlineData("work left for later", "src/A/A.cs", "    // TODO: later")]
    [InlineData("a path of the machine it was written on", "docs/a.md", "see /work/x")]
    [InlineData("a skipped test", "tests/A.Tests/A.cs", "    [Fact(Skip = \"later\")]")]
    public void EachRuleFindsItsExample(string name, string path, string line)
    {
        Rule rule = Rules.Single(rule => rule.Name == name);
        Violations(rule, [new SourceFile(path, "\n" + line + "\n")]).ShouldHaveSingleItem().ShouldStartWith(path + ":2:");
    }

    [Fact]
    public void NoFileIsLongerThanCanBeReadAtOnce() =>
        Repository.Files.Where(file => IsCSharp(file) && file.LineCount > LongestFileLines && !LongTables.Contains(file.Path))
            .Select(file => $"{file.Path}: {file.LineCount} lines")
            .ShouldBeEmpty($"split what has more than {LongestFileLines} lines by what it is about");

    private static List<string> Violations(Rule rule, IEnumerable<SourceFile> files) =>
    [
        .. files.Where(rule.Applies).SelectMany(file => file.Lines.Select((line, index) => (file, line, number: index + 1)))
            .Where(place => rule.Pattern.IsMatch(place.line))
            .Select(place => $"{place.file.Path}:{place.number}: {place.line.Trim()}"),
    ];

    private static bool IsCSharp(SourceFile file) => file.Path.EndsWith(".cs", StringComparison.Ordinal);

    private static bool IsSource(SourceFile file) => IsCSharp(file) && IsUnder(file, "src");

    private static bool IsUnder(SourceFile file, string folder) => file.Path.StartsWith(folder + "/", StringComparison.Ordinal);
}
