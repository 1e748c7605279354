using System.Runtime.InteropServices;

namespace Capstan.Cli.Interop.libc;

internal static unsafe partial class Libc
{
    public const int StandardInput = 0;

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fileDescriptor, byte* buffer, nuint length);
}
