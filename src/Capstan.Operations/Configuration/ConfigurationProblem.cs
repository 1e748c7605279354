using System.Globalization;

namespace Capstan.Operations.Configuration;

/// <summary>Something wrong in a configuration file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Key">The key with its table, <c>drive.lto9.serial</c>; null where the line has none that could be read.</param>
/// <param name="Text">What is wrong, and what would be right.</param>
public sealed record ConfigurationProblem(int Line, int Column, string? Key, string Text)
{
    /// <summary><c>4:9: drive.lto9.serial: it is a number ...</c>, behind a file name.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}: {(Key is null ? "" : Key + ": ")}{Text}");
}

/// <summary>A configuration file cannot be used; nothing of it is used, and it is never written over.</summary>
public static class ConfigurationErrors
{
    /// <summary>All problems at once, a line each.</summary>
    public static OperationException Of(string path, IReadOnlyList<ConfigurationProblem> problems) => new(ExitStatus.Usage,
        problems.Count == 1
            ? $"{path}:{problems[0]}"
            : string.Create(CultureInfo.InvariantCulture, $"{path}: {problems.Count} mistakes in the configuration:\n")
                + string.Join('\n', problems.Select(problem => $"{path}:{problem}")));
}
