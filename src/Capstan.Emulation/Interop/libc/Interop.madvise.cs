using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        internal const int AdviseHugePage = 14;

        [LibraryImport("libc", EntryPoint = "madvise")]
        internal static partial int MAdvise(void* address, nuint length, int advice);
    }
}
