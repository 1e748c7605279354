using System.ComponentModel;
using System.Diagnostics;

namespace Capstan.Scsi.Tests;

/// <summary>Programs of sg3_utils, which read the same bytes as our decoders and know nothing of them.</summary>
internal static class Sg3Utils
{
    private static readonly string? Missing = Find();

    /// <summary>Runs a program on bytes that it gets as ASCII hex in a file, and returns what it printed.</summary>
    /// <param name="program">sg_logs and the like.</param>
    /// <param name="bytes">The answer to decode.</param>
    /// <param name="arguments">{0} is the file.</param>
    public static string Run(string program, ReadOnlySpan<byte> bytes, params string[] arguments)
    {
        if (Missing is not null)
            Assert.Skip(Missing);
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, string.Join('\n', bytes.ToArray().Chunk(16).Select(row => string.Join(' ', row.Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))))) + "\n");
            var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string argument in arguments)
                start.ArgumentList.Add(argument.Replace("{0}", file, StringComparison.Ordinal));
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string? Find()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("sg_logs", "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return null;
        }
        catch (Win32Exception)
        {
            return "sg3_utils (sg_logs, sg_inq, sg_vpd, sg_decode_sense) is not installed";
        }
    }
}
