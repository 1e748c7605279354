using System.Diagnostics;
using System.Globalization;

namespace Capstan.Tests;

/// <summary>The C compiler says what C headers mean. Compiled into each project that reads structures of C.</summary>
internal static class CCompiler
{
    private static string? Find { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(directory => Path.Combine(directory, "cc")).FirstOrDefault(File.Exists);

    /// <summary>Compiles a file; skips the test where that cannot be done on this machine.</summary>
    public static void Compile(string source, string output, params string[] options)
    {
        Assert.SkipWhen(Find is null, "no C compiler (cc) on this machine: what it would say stays unchecked here");
        (int status, string said) = Run(Find, [.. options, "-o", output, source]);
        string? missing = said.Split('\n').FirstOrDefault(line => line.Contains("fatal error: ", StringComparison.Ordinal) && line.Contains("No such file", StringComparison.Ordinal));
        Assert.SkipWhen(missing is not null, $"a C header is missing on this machine: {missing}");
        status.ShouldBe(0, said);
    }

    /// <summary>Compares what expressions of C come to with the numbers that stand on our side.</summary>
    /// <param name="head">Includes and whatever else the compiler shall accept.</param>
    public static void ShouldAgree(string head, IReadOnlyCollection<(string C, long Net)> values)
    {
        string directory = Directory.CreateTempSubdirectory("capstan-layout").FullName;
        try
        {
            string source = Path.Combine(directory, "layout.c");
            string program = Path.Combine(directory, "layout");
            File.WriteAllText(source, $"#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdio.h>\n{head}\nint main(void) {{\n"
                + string.Concat(values.Select(value => $"printf(\"%s %lld\\n\", \"{value.C}\", (long long)({value.C}));\n")) + "return 0; }\n");
            Compile(source, program);
            Run(program).Output.ShouldBe(string.Concat(values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.C} {value.Net}\n"))));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static (int Status, string Output) Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
