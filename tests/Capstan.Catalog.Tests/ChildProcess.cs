using System.Diagnostics;

namespace Capstan.Catalog.Tests;

/// <summary>
/// A second process: this test program once more, running only <see cref="WriteUntilKilled"/> or <see cref="WriteBackups"/>.
/// </summary>
public sealed class ChildProcess
{
    private const string CatalogVariable = "CAPSTAN_TEST_CATALOG";
    internal const int BackupsOfAWriter = 3;
    internal const int EntriesOfABackup = 30_000;

    private static string? CatalogPath => Environment.GetEnvironmentVariable(CatalogVariable);

    internal static Process Start(string test, string catalogPath)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        start.ArgumentList.Add("-explicit");
        start.ArgumentList.Add("only");
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(ChildProcess).FullName}.{test}");
        start.Environment[CatalogVariable] = catalogPath;
        Process child = Process.Start(start)!;
        // Nobody reads what it says unless it fails; an unread pipe must not stop it.
        child.OutputDataReceived += static (_, _) => { };
        child.ErrorDataReceived += static (_, _) => { };
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        return child;
    }

    [Fact(Explicit = true)]
    public void WriteUntilKilled()
    {
        using TapeCatalog catalog = TapeCatalog.Open(CatalogPath!);
        using BackupRecorder recorder = catalog.BeginBackup(Make.Start(Guid.NewGuid()));
        for (int i = 0; ; i++)
            recorder.AddFile($"d{i / 10}/f{i}", i);
    }

    [Fact(Explicit = true)]
    public void WriteBackups() => WriteAll(CatalogPath!);

    internal static void WriteAll(string catalogPath)
    {
        using TapeCatalog catalog = TapeCatalog.Open(catalogPath);
        for (int backup = 0; backup < BackupsOfAWriter; backup++)
        {
            using BackupRecorder recorder = catalog.BeginBackup(Make.Start(Guid.NewGuid()));
            for (int i = 0; i < EntriesOfABackup; i++)
                recorder.AddFile($"d{i / 10}/f{i}", i);
            recorder.Complete();
        }
    }
}
