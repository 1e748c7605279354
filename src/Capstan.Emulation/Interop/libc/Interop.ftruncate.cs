using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
        internal static partial int FTruncate(int fd, long length);
    }
}
