using System.Runtime.InteropServices;
using Capstan.Transport.SgIo;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Libc
    {
        // scsi/sg.h
        internal const uint SgGetReservedSize = 0x2272;
        internal const uint SgSetReservedSize = 0x2275;
        internal const uint SgGetScatterGatherTableSize = 0x227F;
        internal const uint SgGetVersionNumber = 0x2282;
        internal const uint SgIo = 0x2285;

        [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
        internal static partial int Ioctl(SafeFileHandle handle, nuint request, ref int value);

        [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
        internal static unsafe partial int Ioctl(SafeFileHandle handle, nuint request, SgIoHeader* header);
    }
}
