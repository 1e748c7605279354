using System.Runtime.InteropServices;

namespace Capstan.Backup.Interop;

internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "flistxattr", SetLastError = true)]
    public static partial nint ListXattr(int descriptor, byte* names, nint length);

    [LibraryImport(Library, EntryPoint = "fgetxattr", SetLastError = true)]
    public static partial nint GetXattr(int descriptor, byte* name, byte* value, nint length);

    [LibraryImport(Library, EntryPoint = "fsetxattr", SetLastError = true)]
    public static partial int SetXattr(int descriptor, byte* name, byte* value, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "fremovexattr", SetLastError = true)]
    public static partial int RemoveXattr(int descriptor, byte* name);

    [LibraryImport(Library, EntryPoint = "llistxattr", SetLastError = true)]
    public static partial nint ListXattrOfLink(byte* path, byte* names, nint length);

    [LibraryImport(Library, EntryPoint = "lgetxattr", SetLastError = true)]
    public static partial nint GetXattrOfLink(byte* path, byte* name, byte* value, nint length);

    [LibraryImport(Library, EntryPoint = "lsetxattr", SetLastError = true)]
    public static partial int SetXattrOfLink(byte* path, byte* name, byte* value, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "lremovexattr", SetLastError = true)]
    public static partial int RemoveXattrOfLink(byte* path, byte* name);
}
