using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
        internal static partial int FSync(int fd);
    }
}
