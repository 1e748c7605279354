using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Capstan.Benchmarks;

internal static partial class Interop
{
    internal static partial class LibC
    {
        private const int ThreadCpuTime = 3;

        [StructLayout(LayoutKind.Sequential)]
        private struct Timespec
        {
            public nint Seconds;
            public nint Nanoseconds;
        }

        [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
        private static partial int ClockGetTime(int clock, out Timespec time);

        /// <summary>CPU time of the calling thread, in nanoseconds (CLOCK_THREAD_CPUTIME_ID).</summary>
        internal static long ThreadCpuNanoseconds() => ClockGetTime(ThreadCpuTime, out Timespec time) == 0
            ? (time.Seconds * 1_000_000_000L) + time.Nanoseconds
            : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }
}
