namespace Capstan.Emulation;

/// <summary>The errno values that mean something to a cartridge (Linux, asm-generic/errno-base.h).</summary>
internal static class Errno
{
    internal const int None = 0;
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int InputOutput = 5;
    internal const int WouldBlock = 11;
    internal const int AccessDenied = 13;
    internal const int Busy = 16;
    internal const int Exists = 17;
    internal const int IsDirectory = 21;
    internal const int InvalidArgument = 22;
    internal const int NoSpace = 28;
    internal const int ReadOnlyFileSystem = 30;
    internal const int QuotaExceeded = 122;
}
