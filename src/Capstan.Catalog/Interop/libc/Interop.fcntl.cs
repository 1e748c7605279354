using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Catalog;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int F_OFD_GETLK = 36;
        internal const int F_OFD_SETLK = 37;
        internal const short F_WRLCK = 1;
        internal const short F_UNLCK = 2;

        /// <summary><c>struct flock</c> of 64-bit Linux (fcntl.h); <c>l_pid</c> must be 0 for open file description locks.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct Flock
        {
            internal short l_type;
            internal short l_whence;
            internal long l_start;
            internal long l_len;
            internal int l_pid;
        }

        [LibraryImport("libc", SetLastError = true)]
        internal static partial int fcntl(SafeFileHandle fd, int cmd, ref Flock arg);
    }
}
