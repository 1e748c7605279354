using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int MayExecute = 1;
        private const int InterruptedCall = 4;

        /// <summary>POSIX_SPAWN_SETPGROUP, spawn.h of glibc and musl.</summary>
        private const short OwnProcessGroup = 0x02;

        /// <summary>posix_spawn_file_actions_t: 80 bytes in glibc and musl; room to spare.</summary>
        [InlineArray(32)]
        private struct FileActions
        {
            private long _first;
        }

        /// <summary>posix_spawnattr_t: 336 bytes in glibc and musl; room to spare.</summary>
        [InlineArray(64)]
        private struct SpawnAttributes
        {
            private long _first;
        }

        [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Access(string path, int mode);

        [LibraryImport("libc", EntryPoint = "close")]
        internal static partial int Close(int descriptor);

        [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
        private static unsafe partial int Pipe2(int* descriptors, int flags);

        [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
        private static unsafe partial nint Read(int descriptor, byte* buffer, nuint count);

        [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
        private static unsafe partial int WaitPid(int process, int* status, int options);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
        private static unsafe partial int ActionsInit(FileActions* actions);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
        private static unsafe partial int ActionsAddDup2(FileActions* actions, int from, int to);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
        private static unsafe partial int ActionsDestroy(FileActions* actions);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
        private static unsafe partial int AttributesInit(SpawnAttributes* attributes);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
        private static unsafe partial int AttributesSetFlags(SpawnAttributes* attributes, short flags);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_setpgroup")]
        private static unsafe partial int AttributesSetGroup(SpawnAttributes* attributes, int group);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
        private static unsafe partial int AttributesDestroy(SpawnAttributes* attributes);

        [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
        private static unsafe partial int PosixSpawn(int* process, string path, FileActions* actions, SpawnAttributes* attributes, byte** arguments, byte** environment);

        internal static unsafe int OpenPipe(out int reader, out int writer)
        {
            int* both = stackalloc int[2];
            int result = Pipe2(both, CloseOnExec);
            (reader, writer) = (both[0], both[1]);
            return result;
        }

        internal static unsafe int ReadSome(int descriptor, Span<byte> bytes)
        {
            fixed (byte* buffer = bytes)
            {
                nint got;
                do
                    got = Read(descriptor, buffer, (nuint)bytes.Length);
                while (got < 0 && Marshal.GetLastPInvokeError() == InterruptedCall);
                return (int)got;
            }
        }

        /// <summary>
        /// Starts a program with an empty environment and out of the reach of the terminal's Ctrl-C; its descriptors 0, 1, ... are those given. Returns
        /// its number, negative when it failed.
        /// </summary>
        internal static unsafe int Spawn(string path, string[] arguments, ReadOnlySpan<int> descriptors)
        {
            byte** texts = stackalloc byte*[arguments.Length + 1];
            byte** nothing = stackalloc byte*[1];
            nothing[0] = null;
            new Span<nint>(texts, arguments.Length + 1).Clear();
            FileActions actions = default;
            _ = ActionsInit(&actions);
            SpawnAttributes attributes = default;
            _ = AttributesInit(&attributes);
            // Ctrl-C is for the caller, who ends when the command has: a child that dies of it takes the drive's answer with it.
            _ = AttributesSetFlags(&attributes, OwnProcessGroup);
            _ = AttributesSetGroup(&attributes, 0);
            try
            {
                for (int i = 0; i < arguments.Length; i++)
                    texts[i] = (byte*)Marshal.StringToCoTaskMemUTF8(arguments[i]);
                for (int i = 0; i < descriptors.Length; i++)
                    _ = ActionsAddDup2(&actions, descriptors[i], i);
                int process;
                int errno = PosixSpawn(&process, path, &actions, &attributes, texts, nothing);
                return errno == 0 ? process : -errno;
            }
            finally
            {
                _ = ActionsDestroy(&actions);
                _ = AttributesDestroy(&attributes);
                for (int i = 0; i < arguments.Length; i++)
                    Marshal.FreeCoTaskMem((nint)texts[i]);
            }
        }

        /// <summary>Waits for a program: its exit status, or 128 and the signal that ended it.</summary>
        internal static unsafe int WaitFor(int process)
        {
            int status;
            int result;
            do
                result = WaitPid(process, &status, 0);
            while (result < 0 && Marshal.GetLastPInvokeError() == InterruptedCall);
            if (result < 0)
                return 127;
            int signal = status & 0x7F;
            return signal == 0 ? (status >> 8) & 0xFF : 128 + signal;
        }
    }
}
