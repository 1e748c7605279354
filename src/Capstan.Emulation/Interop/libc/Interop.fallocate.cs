using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static partial class Interop
{
    internal static partial class LibC
    {
        internal const int FallocateKeepSize = 1;

        [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
        internal static partial int FAllocate(int fd, int mode, long offset, long length);
    }
}
