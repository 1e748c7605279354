using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        internal const int ProtectRead = 1;
        internal const int ProtectWrite = 2;
        internal const int MapShared = 1;

        [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
        internal static partial nint MMap(void* address, nuint length, int protection, int flags, int fd, long offset);

        [LibraryImport("libc", EntryPoint = "munmap")]
        internal static partial int MUnmap(void* address, nuint length);
    }
}
