using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        private const int CurrentDirectory = -100;
        private const int EmptyPath = 0x1000;
        private const uint BasicStats = 0x7FF;

        internal const int FileTypeMask = 0xF000;
        internal const int CharacterDevice = 0x2000;
        internal const int BlockDevice = 0x6000;
        internal const int RegularFile = 0x8000;
        internal const int Directory = 0x4000;

        /// <summary>The head of struct statx (linux/stat.h), whose layout is the same on every architecture.</summary>
        [StructLayout(LayoutKind.Explicit, Size = 256)]
        internal struct Status
        {
            [FieldOffset(20)]
            internal uint Uid;
            [FieldOffset(24)]
            internal uint Gid;
            [FieldOffset(28)]
            internal ushort Mode;
            [FieldOffset(128)]
            internal uint DeviceMajor;
            [FieldOffset(132)]
            internal uint DeviceMinor;
        }

        [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int Statx(int directory, string path, int flags, uint mask, out Status status);

        /// <summary>Follows symbolic links; returns the errno, 0 when it worked.</summary>
        internal static int Stat(string path, out Status status) =>
            Statx(CurrentDirectory, path, 0, BasicStats, out status) == 0 ? 0 : Marshal.GetLastPInvokeError();

        /// <summary>Of an open file; returns the errno, 0 when it worked.</summary>
        internal static int StatDescriptor(int descriptor, out Status status) =>
            Statx(descriptor, "", EmptyPath, BasicStats, out status) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
