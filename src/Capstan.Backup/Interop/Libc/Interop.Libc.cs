using System.Runtime.InteropServices;

namespace Capstan.Backup.Interop;

/// <summary>
/// Linux system calls through libc with byte paths: file names are bytes, and the framework's own file layer takes strings.
/// Every call returns what libc returns; <see cref="Errno"/> tells why it was -1.
/// </summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    public const int AtFdcwd = -100;
    public const int AtEmptyPath = 0x1000;
    public const int AtSymlinkNofollow = 0x100;
    public const int AtRemoveDir = 0x200;

    public static Errno Errno => (Errno)Marshal.GetLastPInvokeError();
}
