using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        [LibraryImport("libc", EntryPoint = "pwritev", SetLastError = true)]
        internal static partial nint PWriteV(int fd, IoVector* vectors, int count, long offset);
    }
}
