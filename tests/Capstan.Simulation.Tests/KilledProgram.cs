using System.Diagnostics;

namespace Capstan.Simulation.Tests;

/// <summary>The built program, as a process of its own that is killed with SIGKILL.</summary>
internal static class KilledProgram
{
    /// <summary>Starts it with a home directory.</summary>
    public static Process Start(string home, params string[] arguments) => Start(home, [], arguments);

    /// <summary>Starts it with a home directory and more of an environment.</summary>
    public static Process Start(string home, Dictionary<string, string> environment, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "..", "..", "Capstan.Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "capstan.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["CAPSTAN_HOME"] = home;
        // The program starts cold hundreds of times: the quick compiler is enough.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Lets it run until something is so, or it ends by itself, and kills it.</summary>
    /// <returns>Whether it was killed; false when it had ended.</returns>
    public static bool KillWhen(Process process, Func<TimeSpan, bool> isTime)
    {
        var watch = Stopwatch.StartNew();
        while (!process.HasExited && watch.Elapsed < TimeSpan.FromMinutes(1) && !isTime(watch.Elapsed))
            Thread.SpinWait(200);
        bool isKilled = !process.HasExited;
        process.Kill();
        process.WaitForExit();
        return isKilled;
    }
}
