using System.Runtime.InteropServices;

namespace Capstan.Backup.Interop;

/// <summary>struct linux_dirent64, getdents64(2): 19 bytes, then the name with its NUL, then padding to the record length.</summary>
internal static class Dirent
{
    public const int InodeOffset = 0;
    public const int CookieOffset = 8;
    public const int RecordLengthOffset = 16;
    public const int TypeOffset = 18;
    public const int NameOffset = 19;

    public const byte UnknownType = 0;
    public const byte Directory = 4;
    public const byte RegularFile = 8;
}

internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint GetDents64(int directory, byte* buffer, nint length);
}
