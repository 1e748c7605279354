using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        private const int SetMask = 2;

        /// <summary>sigset_t: 1024 bits in glibc and musl.</summary>
        [InlineArray(16)]
        internal struct SignalSet
        {
            private ulong _first;
        }

        [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
        private static unsafe partial int SigMask(int how, SignalSet* set, SignalSet* old);

        /// <summary>Blocks every signal for the calling thread; gives the mask to go back to.</summary>
        internal static unsafe SignalSet BlockSignals()
        {
            SignalSet all = default, old = default;
            ((Span<ulong>)all).Fill(ulong.MaxValue);
            _ = SigMask(SetMask, &all, &old);
            return old;
        }

        internal static unsafe void RestoreSignals(SignalSet old) => _ = SigMask(SetMask, &old, null);
    }
}
