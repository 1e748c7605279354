using Capstan.Emulation.Ssc;

namespace Capstan.Emulation.Kernel;

/// <summary>The system's clock for a library that is served: what takes as long as a real drive does not keep the server from stopping.</summary>
/// <param name="stop">From then on nothing takes any time.</param>
public sealed class InterruptibleClock(CancellationToken stop) : TimeProvider, IWaitingClock
{
    void IWaitingClock.Wait(TimeSpan time) => _ = stop.WaitHandle.WaitOne(time);
}
