using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        // poll.h of Linux; RDHUP needs _GNU_SOURCE there.
        internal const short PollIn = 0x0001;
        internal const short PollOut = 0x0004;
        internal const short PollError = 0x0008;
        internal const short PollHangUp = 0x0010;
        internal const short PollPeerHangUp = 0x2000;

        internal const int ErrorInterrupted = 4;

        /// <summary>struct pollfd.</summary>
        internal struct PollDescriptor
        {
            public int FileDescriptor;
            public short Events;
            public short ReturnedEvents;
        }

        [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
        private static partial int PollOnce(ref PollDescriptor descriptor, nuint count, int timeoutMilliseconds);

        /// <summary>Waits for events; a signal counts as "nothing yet". Gives 0 for nothing, negative for an error.</summary>
        internal static int Poll(ref PollDescriptor descriptor, int timeoutMilliseconds)
        {
            descriptor.ReturnedEvents = 0;
            int ready = PollOnce(ref descriptor, 1, timeoutMilliseconds);
            return ready < 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted ? 0 : ready;
        }
    }
}
