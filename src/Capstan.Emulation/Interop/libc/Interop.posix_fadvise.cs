using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        internal const int AdviceDontNeed = 4;

        [LibraryImport("libc", EntryPoint = "posix_fadvise")]
        internal static partial int PosixFAdvise(int fd, long offset, long count, int advice);
    }
}
