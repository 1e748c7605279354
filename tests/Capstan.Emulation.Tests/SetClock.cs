namespace Capstan.Emulation.Tests;

/// <summary>A clock that only the test turns, and who waits for it.</summary>
internal sealed class SetClock : TimeProvider, Capstan.Emulation.Ssc.IWaitingClock
{
    private DateTimeOffset _now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    public void Advance(double seconds) => _now += TimeSpan.FromSeconds(seconds);

    public void Wait(TimeSpan time) => _now += time;

    public override DateTimeOffset GetUtcNow() => _now;
}
