using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        // Values of asm-generic/fcntl.h, which x86-64 and arm64 share.
        internal const int ReadOnly = 0x0;
        internal const int ReadWrite = 0x2;
        internal const int AccessMode = 0x3;
        internal const int PathOnly = 0x200000;
        internal const int Exclusive = 0x80;
        internal const int NonBlock = 0x800;
        internal const int CloseOnExec = 0x80000;

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Open(string path, int flags);

        // linux/fcntl.h, asm-generic/fcntl.h and sys/file.h
        internal const int GetFlags = 3;
        internal const int LockExclusive = 2;
        internal const int LockNonBlock = 4;

        [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
        internal static partial int Fcntl(int descriptor, int command);

        [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
        internal static partial int Flock(int descriptor, int operation);

        [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
        private static unsafe partial nint Write(int descriptor, byte* bytes, nuint count);

        /// <summary>Writes all of it; false when that is not possible.</summary>
        internal static unsafe bool TryWrite(int descriptor, ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                nint written;
                fixed (byte* first = bytes)
                    written = Write(descriptor, first, (nuint)bytes.Length);
                if (written <= 0)
                    return false;
                bytes = bytes[(int)written..];
            }
            return true;
        }
    }
}
