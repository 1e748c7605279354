using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        internal const int SeekEnd = 2;
        internal const int SeekHole = 4;

        [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
        internal static partial long LSeek(int fd, long offset, int origin);
    }
}
