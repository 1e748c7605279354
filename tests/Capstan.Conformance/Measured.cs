using System.Globalization;
using System.Text;

namespace Capstan.Conformance;

/// <summary>What the checks found, kept as one file a target in docs/targets, and as the table in docs/targets.md.</summary>
public static class Measured
{
    public const string Yes = "yes";
    public const string No = "no";
    public const string NotApplicable = "-";
    public const string Failed = "FAILED";

    private const string RegenerateVariable = "CAPSTAN_REGENERATE";
    // For a guest whose file tree is read-only: only the target's file, into this directory.
    private const string FolderVariable = "CAPSTAN_MEASURED";
    private const string Begin = "<!-- measured: begin -->";
    private const string End = "<!-- measured: end -->";

    private static readonly Dictionary<string, SortedDictionary<string, string[]>> Results = [];

    /// <summary>Whether the files and the page are to be written anew.</summary>
    public static bool IsRegenerating => Environment.GetEnvironmentVariable(RegenerateVariable) == "1";

    private static string Folder => Path.Combine(Root, "docs/targets");

    private static string PagePath => Path.Combine(Root, "docs/targets.md");

    private static string Root { get; } = FindRoot();

    /// <summary>Notes one result.</summary>
    public static void Add(string target, string check, string clause, string result, string reason)
    {
        lock (Results)
        {
            if (!Results.TryGetValue(target, out SortedDictionary<string, string[]>? rows))
                Results[target] = rows = new(StringComparer.Ordinal);
            rows[check] = [check, clause, result, reason];
        }
    }

    /// <summary>Writes the target's file and the page, when asked to and when nothing failed. Call when all checks have run.</summary>
    /// <param name="target">As in <see cref="Add"/>.</param>
    /// <param name="fileName">Of its file, without ending.</param>
    public static void Finish(string target, string fileName)
    {
        lock (Results)
        {
            string? folder = IsRegenerating ? Folder : Environment.GetEnvironmentVariable(FolderVariable);
            if (string.IsNullOrEmpty(folder)
                || !Results.TryGetValue(target, out SortedDictionary<string, string[]>? rows) || rows.Values.Any(row => row[2] == Failed))
                return;
            Directory.CreateDirectory(folder);
            var text = new StringBuilder($"# {target}\n");
            foreach (string[] row in rows.Values)
                text.Append(string.Join('\t', row)).Append('\n');
            File.WriteAllText(Path.Combine(folder, fileName + ".tsv"), text.ToString());
            if (IsRegenerating)
                WritePage();
        }
    }

    /// <summary>Writes the page from the files that there are.</summary>
    public static void WritePage() => File.WriteAllText(PagePath, Page());

    /// <summary>The page as it is.</summary>
    public static string CurrentPage() => File.ReadAllText(PagePath);

    /// <summary>The page as it should be: what was written by hand, and the table of what was measured.</summary>
    public static string Page()
    {
        string page = File.ReadAllText(PagePath);
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = page.IndexOf(End, StringComparison.Ordinal);
        return page[..begin] + "\n" + Tables() + page[end..];
    }

    private static string Tables()
    {
        Column[] columns = [.. Directory.EnumerateFiles(Folder, "*.tsv").Order(StringComparer.Ordinal).Select(Column.Read)];
        var text = new StringBuilder("\n| target | done | not done | does not apply |\n|---|---|---|---|\n");
        foreach (Column column in columns)
            text.Append(CultureInfo.InvariantCulture, $"| {column.Name} | {column.Count(Yes)} | {column.Count(No)} | {column.Count(NotApplicable)} |\n");

        List<string> reasons = [];
        text.Append("\n| check | clause |").Append(string.Concat(columns.Select(column => $" {column.Name} |")))
            .Append("\n|---|---|").Append(string.Concat(columns.Select(_ => "---|"))).Append('\n');
        foreach (string check in columns.SelectMany(column => column.Rows.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            string clause = columns.First(column => column.Rows.ContainsKey(check)).Rows[check][1];
            text.Append(CultureInfo.InvariantCulture, $"| {check} | {clause} |");
            foreach (Column column in columns)
                text.Append(CultureInfo.InvariantCulture, $" {Cell(column.Rows.GetValueOrDefault(check), reasons)} |");
            text.Append('\n');
        }
        text.Append('\n');
        for (int i = 0; i < reasons.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i + 1}. {reasons[i]}\n");
        return text.Append('\n').ToString();
    }

    private static string Cell(string[]? row, List<string> reasons)
    {
        if (row is null)
            return "";
        if (row[3].Length == 0)
            return row[2];
        if (!reasons.Contains(row[3]))
            reasons.Add(row[3]);
        return $"{row[2]} ({reasons.IndexOf(row[3]) + 1})";
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Capstan.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No Capstan.slnx above {AppContext.BaseDirectory}.");
    }

    private sealed record Column(string Name, Dictionary<string, string[]> Rows)
    {
        internal static Column Read(string path)
        {
            string[] lines = File.ReadAllLines(path);
            return new Column(lines[0].TrimStart('#', ' '), lines.Skip(1).Select(line => line.Split('\t')).ToDictionary(row => row[0]));
        }

        internal int Count(string result) => Rows.Values.Count(row => row[2] == result);
    }
}
