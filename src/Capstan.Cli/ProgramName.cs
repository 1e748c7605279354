namespace Capstan.Cli;

/// <summary>Under which name the program was called.</summary>
internal static class ProgramName
{
    private const int MaxBytes = 4096;

    /// <summary>
    /// The verb that has the name of a foreign program under which this one was called; null under its own name. The kernel's own record
    /// is asked: the runtime's first argument is the program's file where it is not compiled ahead of time.
    /// </summary>
    public static string? Foreign()
    {
        try
        {
            Span<byte> words = stackalloc byte[MaxBytes];
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle("/proc/self/cmdline");
            return Foreign(words[..RandomAccess.Read(file, words, 0)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Without /proc it is what it was installed as.
            return null;
        }
    }

    /// <param name="words">Arguments, each with a zero byte behind it.</param>
    internal static string? Foreign(ReadOnlySpan<byte> words)
    {
        int end = words.IndexOf((byte)0);
        ReadOnlySpan<byte> program = end < 0 ? words : words[..end];
        program = program[(program.LastIndexOf((byte)'/') + 1)..];
        return program.SequenceEqual("mt"u8) ? Commands.MtCommand.Name : program.SequenceEqual("mtx"u8) ? Commands.MtxCommand.Name : null;
    }
}
