using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        internal const int ReadOnly = 0x0;
        internal const int ReadWrite = 0x2;
        internal const int Create = 0x40;
        internal const int Exclusive = 0x80;
        internal const int CloseOnExec = 0x80000;

        // O_TMPFILE: a file without a name; differs between architectures only in O_DIRECTORY.
        internal static readonly int Temporary = 0x400000 | (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000);

        // O_DIRECT differs between architectures, too (asm/fcntl.h).
        internal static readonly int Direct = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

        // The third argument of open is variadic in C; on the ABIs of Linux x86-64 and AArch64 it is passed like a named one.
        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Open(string path, int flags, uint mode);
    }
}
