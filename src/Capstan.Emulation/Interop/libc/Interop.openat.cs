using System.Runtime.InteropServices;

namespace Capstan.Emulation;

internal static unsafe partial class Interop
{
    internal static partial class LibC
    {
        private static readonly bool IsArm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

        // Both differ between architectures (asm/fcntl.h).
        internal static readonly int DirectoryOnly = IsArm64 ? 0x4000 : 0x10000;
        internal static readonly int NoFollow = IsArm64 ? 0x8000 : 0x20000;

        [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int OpenAt(int directory, string name, int flags, uint mode);

        [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int UnlinkAt(int directory, string name, int flags);

        [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int MkDir(string path, uint mode);
    }
}
