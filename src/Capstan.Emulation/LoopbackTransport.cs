using Capstan.Emulation.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation;

/// <summary>Reaches a device server in the same process. Commands run on the calling thread; timeouts do not apply.</summary>
internal sealed class LoopbackTransport : IScsiTransport, ITransportRecovery
{
    private readonly LogicalUnit _unit;
    private readonly Action? _onDispose;
    private readonly int _nexus;
    private readonly bool _tellsResidual;
    private int _isBusy;
    private bool _isDisposed;

    /// <param name="unit">The device server.</param>
    /// <param name="name">For messages.</param>
    /// <param name="onDispose">Called once, after buffered data went to the medium.</param>
    /// <param name="nexus">Number of the I_T nexus: every initiator has its own.</param>
    internal LoopbackTransport(LogicalUnit unit, string name, Action? onDispose = null, int nexus = 0)
    {
        _unit = unit;
        _nexus = nexus;
        unit.Attentions.Know(nexus);
        _onDispose = onDispose;
        _tellsResidual = (unit.Quirks & VirtualQuirks.ResidualNotReported) == 0;
        Name = name;
    }

    public string Name { get; }

    public int MaxTransferBytes => _unit.MaxTransferBytes;

    /// <summary>In one process nothing breaks but what a fault plan breaks.</summary>
    public ITransportRecovery? Recovery => _unit.Faults is null ? null : this;

    bool ITransportRecovery.HearsEveryUnitAttention => true;

    bool ITransportRecovery.TryReconnect(out string problem)
    {
        problem = "";
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Another command is running.</exception>
    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
            throw new InvalidOperationException($"{Name} runs one command at a time.");
        try
        {
            var context = new CommandContext(cdb.Span, data, sense) { Nexus = _nexus };
            _unit.Execute(ref context);
            if (context.IsAbandoned)
                throw new ScsiTransportException(TransportFault.TimedOut, $"{Name}: {Describe(cdb)} was not answered within {timeout.TotalSeconds:F0} s.");
            if (!context.IsComplete)
                throw new InvalidOperationException($"{Describe(cdb)} was not completed.");
            return new ScsiCompletion(
                context.Status, context.SenseLength, _tellsResidual ? data.Length - context.TransferredBytes : null);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private string Describe(in Cdb cdb) => (CommandTable.Of(_unit.DeviceType) ?? CommandTable.TapeDrive).Describe(cdb);

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _unit.Detach();
        _onDispose?.Invoke();
    }
}
