using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        /// <summary>Of tmpfs (linux/magic.h).</summary>
        internal const long TmpfsMagic = 0x01021994;

        /// <summary>Room for struct statfs of every Linux; f_type is its first word.</summary>
        internal const int StatFsLength = 256;

        [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
        internal static partial int FStatFs(int fd, byte* status);
    }
}
