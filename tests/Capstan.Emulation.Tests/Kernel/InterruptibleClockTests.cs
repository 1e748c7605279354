using Capstan.Emulation.Kernel;
using Capstan.Emulation.Ssc;

namespace Capstan.Emulation.Tests.Kernel;

public class InterruptibleClockTests
{
    [Fact]
    public async Task Who_waits_for_a_tape_goes_on_when_the_server_stops()
    {
        using var stop = new CancellationTokenSource();
        var clock = new InterruptibleClock(stop.Token);
        Task waiting = Task.Run(() => TapeMotion.Wait(clock, TimeSpan.FromDays(1).TotalSeconds), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await waiting.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        // And nothing afterwards takes any time.
        TapeMotion.Wait(clock, TimeSpan.FromDays(1).TotalSeconds);
    }
}
