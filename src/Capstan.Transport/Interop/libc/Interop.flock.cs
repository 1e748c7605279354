using System.Runtime.InteropServices;

namespace Capstan.Transport;

internal static partial class Interop
{
    /// <summary>For locks: flags of asm-generic/fcntl.h, which differ on arm64 only where this does not use them; but see NoFollow.</summary>
    internal static partial class LibC
    {
        internal const int ReadOnly = 0;
        internal const int ReadWrite = 2;
        internal const int Create = 0x40;
        internal const int Exclusive = 0x80;
        internal const int NonBlock = 0x800;
        internal const int CloseOnExec = 0x80000;

        internal const int LockExclusive = 2;
        internal const int LockNonBlocking = 4;
        internal const int LockRelease = 8;

        internal const int NoEntry = 2;
        internal const int Interrupted = 4;
        internal const int WouldBlock = 11;
        internal const int AccessDenied = 13;
        internal const int Exists = 17;
        internal const int NotPermitted = 1;
        internal const int ReadOnlyFileSystem = 30;

        /// <summary>O_NOFOLLOW: asm-generic has 0400000, arm and arm64 have 0100000.</summary>
        internal static int NoFollow =>
            RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

        // Variadic in C; the register of the third argument is the same on x86-64 and on Linux arm64.
        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Open(string path, int flags, uint mode);

        [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
        internal static partial int FLock(int fd, int operation);

        [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
        internal static partial int FChMod(int fd, uint mode);

        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
        internal static partial int FSync(int fd);

        [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Access(string path, int mode);

        [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int ChMod(string path, uint mode);

        [LibraryImport("libc", EntryPoint = "geteuid")]
        internal static partial uint GetEUid();
    }
}
