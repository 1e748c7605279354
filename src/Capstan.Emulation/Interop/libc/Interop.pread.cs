using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
        internal static partial nint PRead(int fd, void* buffer, nuint count, long offset);
    }
}
