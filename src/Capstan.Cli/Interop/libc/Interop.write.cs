using System.Runtime.InteropServices;

namespace Capstan.Cli.Interop.libc;

internal static partial class Libc
{
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    public const int Eintr = 4;
    public const int Eagain = 11;
    public const int Epipe = 32;

    /// <summary>write(2).</summary>
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint Write(int fileDescriptor, byte* buffer, nuint lengthBytes);
}
