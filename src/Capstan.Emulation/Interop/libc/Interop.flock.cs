using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        internal const int LockShared = 1;
        internal const int LockExclusive = 2;
        internal const int LockNonBlocking = 4;
        internal const int LockRelease = 8;

        [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
        internal static partial int FLock(int fd, int operation);
    }
}
