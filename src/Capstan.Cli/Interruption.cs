using System.Runtime.InteropServices;

namespace Capstan.Cli;

/// <summary>
/// Ctrl-C and SIGTERM. The first one asks the operation to end cleanly, the second one is left to the system, which ends the
/// process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly Action _announce;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private int _count;

    /// <param name="announce">Called once, from another thread.</param>
    public Interruption(Action announce)
    {
        _announce = announce;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _count) != 1)
            return;
        context.Cancel = true;
        _announce();
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It came in the moment in which the operation ended: there is nothing left to stop.
        }
    }
}
