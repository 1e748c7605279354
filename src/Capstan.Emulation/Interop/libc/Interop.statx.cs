using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        private const int EmptyPath = 0x1000;
        private const uint BasicStatistics = 0x7FF;

        /// <summary>Of an open file: who owns it, and its type and permissions (linux/stat.h; the same on every architecture).</summary>
        internal static bool TryStat(int fd, out uint owner, out uint mode, out uint links)
        {
            byte* status = stackalloc byte[256];
            bool isTold = StatX(fd, "", EmptyPath, BasicStatistics, status) == 0;
            links = isTold ? *(uint*)(status + 16) : 0;
            owner = isTold ? *(uint*)(status + 20) : 0;
            mode = isTold ? *(ushort*)(status + 28) : 0u;
            return isTold;
        }

        /// <summary>Number of an open file in its file system; 0 when it cannot be told.</summary>
        internal static ulong FileNumber(int fd)
        {
            byte* status = stackalloc byte[256];
            return StatX(fd, "", EmptyPath, BasicStatistics, status) == 0 ? *(ulong*)(status + 32) : 0;
        }

        [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int StatX(int directory, string name, int flags, uint mask, byte* status);
    }
}
