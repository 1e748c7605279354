using System.Runtime.InteropServices;

namespace Capstan.Backup.Interop;

internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
