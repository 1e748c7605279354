using System.Runtime.InteropServices;

namespace Capstan.Backup.Interop;

internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint EffectiveUid();

    [LibraryImport(Library, EntryPoint = "getegid")]
    public static partial uint EffectiveGid();

    /// <summary>Returns the error itself. struct passwd begins with the name's address and has the uid at byte 16.</summary>
    [LibraryImport(Library, EntryPoint = "getpwuid_r")]
    public static partial int GetUserById(uint uid, byte* record, byte* strings, nint length, byte** result);

    [LibraryImport(Library, EntryPoint = "getpwnam_r")]
    public static partial int GetUserByName(byte* name, byte* record, byte* strings, nint length, byte** result);

    /// <summary>Returns the error itself. struct group begins with the name's address and has the gid at byte 16.</summary>
    [LibraryImport(Library, EntryPoint = "getgrgid_r")]
    public static partial int GetGroupById(uint gid, byte* record, byte* strings, nint length, byte** result);

    [LibraryImport(Library, EntryPoint = "getgrnam_r")]
    public static partial int GetGroupByName(byte* name, byte* record, byte* strings, nint length, byte** result);
}
