using System.Runtime.InteropServices;

namespace Capstan.Backup.Interop;

/// <summary>The errors this code tells apart; numbers of asm-generic/errno-base.h and errno.h, the same on x86-64 and arm64.</summary>
internal enum Errno
{
    None = 0,
    OperationNotPermitted = 1,
    NoEntry = 2,
    Interrupted = 4,
    InputOutput = 5,
    NoDeviceAddress = 6,
    PermissionDenied = 13,
    Exists = 17,
    NotDirectory = 20,
    IsDirectory = 21,
    Invalid = 22,
    NoSpace = 28,
    ReadOnly = 30,
    Range = 34,
    NotEmpty = 39,
    NoSystemCall = 38,
    TooManyLinks = 40, // ELOOP: O_NOFOLLOW met a symbolic link
    NoData = 61,
    NotSupported = 95,
    Stale = 116,
}

internal static class ErrnoText
{
    public static string Text(this Errno errno) => Marshal.GetPInvokeErrorMessage((int)errno);
}
