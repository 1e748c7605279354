using System.Runtime.InteropServices;

namespace Capstan.Cli.Interop.libc;

internal static unsafe partial class Libc
{
    /// <summary>F_SETPIPE_SZ, linux/fcntl.h.</summary>
    public const int SetPipeSize = 1031;

    /// <summary>F_GETFD, asm-generic/fcntl.h.</summary>
    public const int GetDescriptorFlags = 1;

    /// <summary>FD_CLOEXEC.</summary>
    public const int CloseOnExec = 1;

    // Variadic in C; on x86-64 and arm64 Linux an int goes the same way.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int fileDescriptor, int command, int value);
}
