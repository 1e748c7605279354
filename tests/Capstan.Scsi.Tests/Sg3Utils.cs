using System.ComponentModel;
using System.Diagnostics;

namespace Capstan.Scsi.Tests;

/// <summary>Programs of sg3_utils and sdparm, which read the same bytes as our decoders and know nothing of them.</summary>
internal static class Sg3Utils
{
    /// <summary>Runs a program on bytes that it gets as ASCII hex in a file, and returns what it printed.</summary>
    /// <param name="program">sg_logs and the like.</param>
    /// <param name="bytes">The answer to decode.</param>
    /// <param name="arguments">{0} is the file.</param>
    public static string Run(string program, ReadOnlySpan<byte> bytes, params string[] arguments)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, string.Join('\n', bytes.ToArray().Chunk(16).Select(row => string.Join(' ', row.Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))))) + "\n");
            return Run(program, [.. arguments.Select(argument => argument.Replace("{0}", file, StringComparison.Ordinal))]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs a program and returns what it printed. Where it is not installed, the test is skipped, and says so.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            // What goes wrong it says there; nobody reads it, but a full pipe would stop it.
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not installed (packages sg3-utils and sdparm)");
            throw;
        }
    }
}
