using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        // Values of asm-generic/fcntl.h, which x86-64 and arm64 share.
        internal const int ReadWrite = 0x2;
        internal const int Exclusive = 0x80;
        internal const int NonBlock = 0x800;
        internal const int CloseOnExec = 0x80000;

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Open(string path, int flags);
    }
}
