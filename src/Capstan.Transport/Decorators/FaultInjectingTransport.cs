using System.Collections.Immutable;
using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>
/// Carries out a fault plan on the way to another transport. Without a matching line every command passes untouched. Owns the
/// inner transport.
/// </summary>
public sealed class FaultInjectingTransport : IScsiTransport
{
    private readonly IScsiTransport _inner;
    private readonly ImmutableArray<Fault> _plan;
    private readonly TimeProvider _time;
    private readonly int[] _countByOperationCode = new int[256];
    private int _count;

    /// <summary>Decorates a transport.</summary>
    /// <param name="inner">Who runs the commands.</param>
    /// <param name="plan">The faults; when several match one command, the first counts.</param>
    /// <param name="time">The clock for delays; null for the system's.</param>
    public FaultInjectingTransport(IScsiTransport inner, IEnumerable<Fault> plan, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(plan);
        _inner = inner;
        _plan = [.. plan];
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public int MaxTransferBytes => _inner.MaxTransferBytes;

    /// <inheritdoc/>
    public ITransportRecovery? Recovery => _inner.Recovery;

    /// <summary>How many commands a fault hit so far: a test whose plan hit nothing proves nothing.</summary>
    public int Injected { get; private set; }

    /// <inheritdoc/>
    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        _count++;
        _countByOperationCode[cdb.OperationCode]++;
        if (Find(cdb.OperationCode) is not { } fault)
            return _inner.Execute(in cdb, data, sense, timeout);

        Injected++;
        bool timedOut = fault.Delay > timeout;
        if (fault.Delay > TimeSpan.Zero)
            Task.Delay(timedOut ? timeout : fault.Delay, _time).GetAwaiter().GetResult();
        if (timedOut)
        {
            _inner.Execute(in cdb, data, sense, timeout);
            throw new ScsiTransportException(TransportFault.TimedOut, $"{Name}: injected delay of {fault.Delay} at command {_count} ({cdb})");
        }

        ScsiCompletion completion = default;
        bool replaced = fault.Throw is not null || fault.Status is not null;
        if (!replaced || fault.ReachesDevice)
            completion = fault.FlipBit is { } bit ? ExecuteFlipped(in cdb, data, sense, timeout, bit) : _inner.Execute(in cdb, data, sense, timeout);
        if (fault.Throw is { } broken)
            throw new ScsiTransportException(broken, $"{Name}: injected fault at command {_count} ({cdb})");
        if (fault.Status is { } status)
        {
            // A command that the device never saw moved no data.
            int? residual = fault.ReachesDevice ? completion.Residual : data.Length;
            completion = new ScsiCompletion(status, fault.Sense?.Encode(sense) ?? 0, residual);
        }
        return fault.DropResidual ? completion with { Residual = null } : completion;
    }

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();

    private ScsiCompletion ExecuteFlipped(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout, long bit)
    {
        if (bit / 8 >= data.Length)
            return _inner.Execute(in cdb, data, sense, timeout);
        if (data.Direction == DataDirection.ToDevice)
        {
            // The caller's own bytes stay what they are: it is the way that is bad.
            byte[] flipped = data.ToDeviceBuffer.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            return _inner.Execute(in cdb, DataTransfer.ToDevice(flipped), sense, timeout);
        }

        ScsiCompletion completion = _inner.Execute(in cdb, data, sense, timeout);
        data.FromDeviceBuffer[(int)(bit / 8)] ^= (byte)(1 << (int)(bit % 8));
        return completion;
    }

    private Fault? Find(byte operationCode)
    {
        foreach (Fault fault in _plan)
        {
            if (fault.OperationCode is { } wanted && wanted != operationCode)
                continue;
            int count = fault.OperationCode is null ? _count : _countByOperationCode[operationCode];
            if (count >= fault.Command && count - fault.Command < fault.Count)
                return fault;
        }
        return null;
    }
}
