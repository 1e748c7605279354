namespace Capstan.Cli;

/// <summary>Under which name the program was called.</summary>
internal static class ProgramName
{
    private const int MaxBytes = 4096;

    /// <summary>
    /// Whether that is mt. The kernel's own record is asked: the runtime's first argument is the program's file where it is not
    /// compiled ahead of time.
    /// </summary>
    public static bool IsMt()
    {
        try
        {
            Span<byte> words = stackalloc byte[MaxBytes];
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle("/proc/self/cmdline");
            return IsMt(words[..RandomAccess.Read(file, words, 0)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Without /proc it is what it was installed as.
            return false;
        }
    }

    /// <param name="words">Arguments, each with a zero byte behind it.</param>
    internal static bool IsMt(ReadOnlySpan<byte> words)
    {
        int end = words.IndexOf((byte)0);
        ReadOnlySpan<byte> program = end < 0 ? words : words[..end];
        return program[(program.LastIndexOf((byte)'/') + 1)..].SequenceEqual("mt"u8);
    }
}
