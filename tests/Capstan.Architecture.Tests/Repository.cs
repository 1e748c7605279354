using System.Diagnostics;

namespace Capstan.Architecture.Tests;

/// <summary>One text file of the repository; <see cref="Path"/> is relative to its root, with '/'.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    internal string Name => System.IO.Path.GetFileName(Path);

    internal IEnumerable<string> Lines => Text.Split('\n');

    internal int LineCount => Text.AsSpan().Count('\n') + (Text.Length > 0 && Text[^1] != '\n' ? 1 : 0);
}

/// <summary>The files under the directory that holds Capstan.slnx.</summary>
internal static class Repository
{
    private static readonly string[] TextEndings =
        [".cs", ".csproj", ".props", ".targets", ".slnx", ".json", ".md", ".txt", ".hex", ".sh", ".py", ".yml", ".editorconfig", ".gitignore"];

    internal static string Root { get; } = FindRoot();

    /// <summary>Every text file that git tracks or would track, in ordinal order.</summary>
    internal static IReadOnlyList<SourceFile> Files { get; } =
    [
        .. Paths().Order(StringComparer.Ordinal)
            .Where(path => IsText(path) && File.Exists(FullPath(path)))
            .Select(path => new SourceFile(path, File.ReadAllText(FullPath(path)))),
    ];

    internal static IEnumerable<SourceFile> Under(string folder, string ending = ".cs") =>
        Files.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal) && file.Path.EndsWith(ending, StringComparison.Ordinal));

    internal static string FullPath(string path) => System.IO.Path.Combine(Root, path);

    private static bool IsText(string path) =>
        System.IO.Path.GetExtension(path) is "" || TextEndings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Capstan.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No Capstan.slnx above {AppContext.BaseDirectory}.");
    }

    private static IEnumerable<string> Paths() => GitPaths() ?? WalkedPaths();

    private static string[]? GitPaths()
    {
        var start = new ProcessStartInfo("git", "ls-files -z --cached --others --exclude-standard")
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process git = Process.Start(start)!;
            string paths = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? paths.Split('\0', StringSplitOptions.RemoveEmptyEntries) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Without git (an unpacked archive): everything but build output and hidden folders.</summary>
    private static IEnumerable<string> WalkedPaths() =>
        Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(path => System.IO.Path.GetRelativePath(Root, path))
            .Where(path => !path.Split('/')[..^1].Any(folder => folder is "artifacts" or "bin" or "obj" || folder.StartsWith('.')));
}
